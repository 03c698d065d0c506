"""What the command line changes of an account, told to the running service. Knows ids; knows no account."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from seawall.operating.control import ControlError, Json, ask_service

VERB = "account"


class AccountDesk:
    """The service's end. ``forget`` is told whose account is to be looked at anew."""

    def __init__(self, forget: Callable[[str], None]) -> None:
        self._forget = forget

    async def answer(self, request: Json) -> Json:
        """Tells nothing: what the change was, the records say."""
        self._forget(str(request["account_id"]))
        return {}


class RunningService:
    """The command line's end: one more who remembers facts of accounts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def forget_account(self, account_id: str) -> None:
        """Where none runs, or it runs elsewhere on the same records, it asks them itself within ``verdict_s``."""
        with suppress(ControlError):
            ask_service(self._folder, VERB, account_id=account_id)
