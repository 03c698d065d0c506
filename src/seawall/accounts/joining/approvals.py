"""Who waits for an operator's word, and the word. Knows the order; knows no HTTP."""

from __future__ import annotations

from seawall.accounts.accounts import Accounts
from seawall.accounts.letters.letter_words import let_in
from seawall.accounts.letters.letters import Letters
from seawall.accounts.refusals import NO_SUCH_ACCOUNT
from seawall.records.entrance_entries import Approve, DeleteAccount, PendingAccounts
from seawall.records.entries import AccountRow
from seawall.records.port import Records
from seawall.values.refusal import Reason, Refusal

_WAITS_NOT = Refusal(Reason.CONFLICT, "This account waits for nobody's word: it is let in already.")


class Approvals:
    """Every method raises RecordsUnavailable where the records do not answer."""

    def __init__(self, records: Records, accounts: Accounts, letters: Letters) -> None:
        self._records = records
        self._accounts = accounts
        self._letters = letters

    async def waiting(self) -> tuple[AccountRow, ...]:
        """Oldest first."""
        return await self._records.read(PendingAccounts())

    async def approve(self, account_id: str) -> AccountRow | Refusal:
        """Lets the account in, and tells its owner where mail is sent."""
        approved = await self._records.write(Approve(account_id))
        account = await self._accounts.by_id(account_id)
        if account is None:
            return NO_SUCH_ACCOUNT
        if not approved:
            return _WAITS_NOT
        self._accounts.forget(account_id)
        self._letters.later(self._tell(account.email))
        return account

    async def reject(self, account_id: str) -> Refusal | None:
        """Takes the account away, without a word to who wanted it: whoever is turned away is told nothing to answer."""
        if await self._records.write(DeleteAccount(account_id, pending=True)):
            self._accounts.forget(account_id)
            return None
        return NO_SUCH_ACCOUNT if await self._accounts.by_id(account_id) is None else _WAITS_NOT

    async def _tell(self, address: str) -> None:
        await self._letters.send(address, let_in(self._letters.service, f"{self._letters.home}/login"))
