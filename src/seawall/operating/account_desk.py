"""What the command line changes of accounts, told to the running service, and where that is. Knows no account."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from seawall.observing.logs import logger
from seawall.operating.control import ControlError, Json, ask_service

VERB = "account"


class AccountDesk:
    """The service's end. ``forget`` is told whose account is to be looked at anew; ``home`` is where links lead."""

    def __init__(self, forget: Callable[[str], None], home: str) -> None:
        self._forget = forget
        self._home = home

    async def answer(self, request: Json) -> Json:
        """Logs who changed it, as the records keep no such thing; what the change was, they say."""
        account_id = request.get("account_id")
        if account_id is not None:
            self._forget(str(account_id))
            logger("accounts").warning("account_changed", account_id=str(account_id), by=str(request["command"]))
        return {"home": self._home}


class RunningService:
    """The command line's end: one more who remembers facts of accounts. ``command`` is what is run."""

    def __init__(self, folder: Path, command: str) -> None:
        self._folder = folder
        self._command = command

    def forget_account(self, account_id: str) -> None:
        """Where none runs, or it runs elsewhere on the same records, it asks them itself within ``verdict_s``."""
        with suppress(ControlError):
            ask_service(self._folder, VERB, account_id=account_id, command=self._command)

    def home(self) -> str | None:
        """Where its links lead, which its port decides; None where none runs."""
        try:
            return ask_service(self._folder, VERB)["home"]
        except ControlError:
            return None
