"""The register of accounts: added, found, changed. Knows roles and who may change them; knows no sign-in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from seawall.accounts.addresses import mail_address
from seawall.accounts.forgetful import Forgetful
from seawall.accounts.homes.homes import Homes
from seawall.accounts.passwords.passwords import Lane, Passwords
from seawall.accounts.refusals import (
    DEAD_REGISTRATION,
    NO_SUCH_ACCOUNT,
    NO_SUCH_KEY,
    NOT_YOURS_TO_CHANGE,
    USED_INVITE,
)
from seawall.records.entries import (
    AccountByEmail,
    AccountById,
    AccountRow,
    AddAccount,
    KeysOf,
    SetDisabled,
    SetPassword,
    SetStanding,
)
from seawall.records.entries import Accounts as AllAccounts
from seawall.records.port import Records, RecordsConflict
from seawall.records.register_entries import FindAccounts, FoundAccounts
from seawall.records.standing_entries import AllBudgets, BudgetsOf, SetBudget
from seawall.values.budget import Budget
from seawall.values.identity import Identity, Role
from seawall.values.refusal import Reason, Refusal

ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Standing:
    """A wished change; None leaves a thing as it is."""

    disabled: bool | None = None
    role: Role | None = None
    vouched: bool | None = None
    first_day: bool = False
    """Its places of the last day and of the next are homes. A vouching brings this with it."""


class Accounts:
    """Accounts over the records. Every method raises RecordsUnavailable where those do not answer.

    ``forgetful`` are told of each change, so that it holds at once in this process; another process on the same
    records sees it once its verdicts are no longer fresh.
    """

    def __init__(
        self,
        records: Records,
        passwords: Passwords,
        homes: Homes,
        *,
        unix_time: Callable[[], float],
        forgetful: Sequence[Forgetful] = (),
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._records = records
        self._passwords = passwords
        self._homes = homes
        self._unix_time = unix_time
        self._forgetful = tuple(forgetful)
        self._random = random

    async def add(
        self, email: str, password: str, role: Role = Role.MEMBER, *, vouched: bool = False, first_owner: bool = False
    ) -> AccountRow | Refusal:
        """A new account. With ``first_owner`` it is refused once there is an owner."""
        address = mail_address(email)
        if isinstance(address, Refusal):
            return address
        lane = Lane.FAMILIAR if first_owner else Lane.SIGNUP
        password_hash = await self._passwords.hash(password, lane=lane, about=address)
        if isinstance(password_hash, Refusal):
            return password_hash
        row = replace(self.new_row(address, password_hash, role), vouched=vouched)
        return await self.put(AddAccount(row, first_owner))

    def new_row(self, address: str, password_hash: str, role: Role = Role.MEMBER) -> AccountRow:
        """An account to be, with an id and the time of now. Without a password its hash is empty."""
        return AccountRow(
            id=self._random(ID_BYTES).hex(),
            email=address,
            role=role,
            password_hash=password_hash,
            created_s=self._unix_time(),
        )

    async def put(self, change: AddAccount) -> AccountRow | Refusal:
        """Keeps the account, with the invite or the registration that it came by."""
        try:
            await self._records.write(change)
        except RecordsConflict as conflict:
            return _taken(conflict)
        return change.account

    def forget(self, account_id: str) -> None:
        """What this process remembers of it is asked for again."""
        for each in self._forgetful:
            each.forget_account(account_id)

    async def all(self, *, limit: int = 1000, offset: int = 0) -> tuple[AccountRow, ...]:
        """Oldest first."""
        return await self._records.read(AllAccounts(limit, offset))

    async def find(self, wanted: FindAccounts) -> FoundAccounts:
        """Those that were let in, newest first."""
        return await self._records.read(wanted)

    async def by_id(self, account_id: str) -> AccountRow | None:
        """The account, if there is one."""
        return await self._records.read(AccountById(account_id))

    async def by_email(self, email: str) -> AccountRow | None:
        """The account of this address, however it is written."""
        address = mail_address(email)
        return None if isinstance(address, Refusal) else await self._records.read(AccountByEmail(address))

    async def set_password(self, account_id: str, password: str, *, keep_session: str | None = None) -> Refusal | None:
        """Ends the account's sessions, except the one with the hash ``keep_session``."""
        account = await self.by_id(account_id)
        if account is None:
            return NO_SUCH_ACCOUNT
        password_hash = await self._passwords.hash(password, lane=Lane.FAMILIAR, about=account.email)
        if isinstance(password_hash, Refusal):
            return password_hash
        if not await self._records.write(SetPassword(account_id, password_hash, keep_session)):
            return NO_SUCH_ACCOUNT
        return None

    async def change(self, account_id: str, standing: Standing) -> AccountRow | Refusal:
        """Changes without asking by whom: for the command line, whose user owns the data anyway."""
        known = True
        if standing.role is not None or standing.vouched is not None:
            known = await self._records.write(SetStanding(account_id, standing.role, standing.vouched))
        if known and standing.disabled is not None:
            known = await self._records.write(SetDisabled(account_id, standing.disabled))
        if known and (standing.first_day or standing.vouched):
            known = await self._homes.begin_first_day(account_id)
        for each in self._forgetful:
            each.forget_account(account_id)
        return (await self.by_id(account_id) if known else None) or NO_SUCH_ACCOUNT

    async def budgets(self, account_id: str) -> dict[str, Budget]:
        """The account's own budgets by key id; "" is the account's. The settings' default is not among them."""
        return await self._records.read(BudgetsOf(account_id))

    async def all_budgets(self) -> dict[tuple[str, str], Budget]:
        """Every budget that is not the settings' default, by account and key id."""
        return await self._records.read(AllBudgets())

    async def set_budget(self, account_id: str, key_id: str, budget: Budget) -> None:
        """Holds from the next verdict on, that is within seconds."""
        await self._records.write(SetBudget(account_id, key_id, budget))
        for each in self._forgetful:
            each.forget_account(account_id)

    async def objection_to_caring(self, actor: Identity, account_id: str) -> Refusal | None:
        """Why somebody signed in may not look after this account's budgets and keys; None for who may."""
        account = await self.by_id(account_id)
        if account is None:
            return NO_SUCH_ACCOUNT
        is_allowed = actor.role is Role.OWNER or account.role is Role.MEMBER
        return None if is_allowed else NOT_YOURS_TO_CHANGE

    async def set_budget_as(self, actor: Identity, account_id: str, key_id: str, budget: Budget) -> Refusal | None:
        """On behalf of somebody signed in: operators bound members, the owner everybody."""
        refusal = await self.objection_to_caring(actor, account_id)
        if refusal is not None:
            return refusal
        if key_id and key_id not in {row.id for row in await self._records.read(KeysOf(account_id))}:
            return NO_SUCH_KEY
        await self.set_budget(account_id, key_id, budget)
        return None

    async def change_as(self, actor: Identity, account_id: str, standing: Standing) -> AccountRow | Refusal:
        """Changes on behalf of somebody signed in, who needs the right to."""
        account = await self.by_id(account_id)
        if account is None:
            return NO_SUCH_ACCOUNT
        return _objection(actor, account, standing) or await self.change(account_id, standing)


def _objection(actor: Identity, account: AccountRow, standing: Standing) -> Refusal | None:
    """Operators look after members; the owner after everybody but himself, so that one owner always remains."""
    if standing.role is Role.GUEST:
        return Refusal(Reason.INVALID_REQUEST, "An account is no guest: make it a member.", param="role")
    if account.id == actor.account_id:
        return Refusal(Reason.NOT_ALLOWED, "Nobody changes the standing of their own account.")
    if actor.role is Role.OWNER:
        return None
    if actor.role is Role.OPERATOR and account.role is Role.MEMBER and standing.role in (None, Role.MEMBER):
        return None
    return NOT_YOURS_TO_CHANGE


def _taken(conflict: RecordsConflict) -> Refusal:
    if conflict.field == "invite":
        return USED_INVITE
    if conflict.field == "link":
        return DEAD_REGISTRATION
    if conflict.field == "owner":
        return Refusal(Reason.CONFLICT, "This service has its owner already. Please sign in.")
    return Refusal(Reason.CONFLICT, "There is already an account with this address. Please sign in.", param="email")
