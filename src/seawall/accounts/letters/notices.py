"""Tells by mail what has changed of an account's locks. Knows what is told when, and its bounds; changes nothing.

Whoever got hold of a session could change them: the owner learns of it where a thief cannot read.
"""

from __future__ import annotations

from collections.abc import Callable

from seawall.accounts.accounts import Accounts
from seawall.accounts.letters.letter_words import Change, lock_changed, password_changed
from seawall.accounts.letters.letters import Letter, Letters
from seawall.admission.shares import Share, Shares
from seawall.observing.logs import logger

# Who sets an account up changes a handful of things in an hour; beyond it a thief would hide one letter among many.
TO_OWNER = Share(burst=12, refill_s=300.0)


class Notices:
    """Sent after the change, and after its answer; where no mail is sent, nobody is told."""

    def __init__(self, letters: Letters, accounts: Accounts, *, clock: Callable[[], float]) -> None:
        self._letters = letters
        self._accounts = accounts
        self._shares = Shares(TO_OWNER, clock=clock)

    def password_changed(self, account_id: str) -> None:
        """It has another one from now on."""
        self._tell(account_id, password_changed(self._letters.service, f"{self._letters.home}/forgot"))

    def lock_changed(self, account_id: str, change: Change) -> None:
        """A second factor came or went."""
        self._tell(account_id, lock_changed(self._letters.service, self._letters.home, change))

    def _tell(self, account_id: str, letter: Letter) -> None:
        if not self._letters.are_sent:
            return
        if self._shares.wait_s(account_id) > 0:
            logger("accounts").warning("letter_dropped", account_id=account_id)
            return
        self._shares.take(account_id)
        self._letters.later(self._send(account_id, letter))

    async def _send(self, account_id: str, letter: Letter) -> None:
        account = await self._accounts.by_id(account_id)
        if account is not None:
            await self._letters.send(account.email, letter)
