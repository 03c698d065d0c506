"""Whose account a person from elsewhere has here. Knows links, addresses and roles; knows no protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from seawall.accounts.accounts import Accounts, Standing
from seawall.accounts.addresses import mail_address
from seawall.accounts.joining.bell import Bell
from seawall.accounts.refusals import NO_SUCH_ACCOUNT
from seawall.observing.logs import logger
from seawall.providers.port import OutsidePerson
from seawall.records.entries import AccountRow
from seawall.records.outside_entries import AccountOfIdentity, LinkIdentity, OutsideIdentityRow
from seawall.records.port import Records, RecordsConflict
from seawall.values.identity import Role
from seawall.values.refusal import Reason, Refusal

LINK_NEEDED = Refusal(
    Reason.LINK_NEEDED,
    "There is an account with your mail address here already. Sign in to it as usual, then connect it in the settings.",
)
_NO_ACCOUNT = Refusal(
    Reason.NO_ACCOUNT,
    "You have no account here yet, and signing in this way makes none. Register, or ask an operator for an invite; "
    "then connect it in the settings.",
)
_NO_ADDRESS = Refusal(
    Reason.PROVIDER_REFUSED, "The other side told no mail address, and an account needs one. Tell an operator."
)
_SOMEBODY_ELSES = Refusal(
    Reason.CONFLICT, "This identity is connected to another account here. Disconnect it there first."
)


@dataclass(frozen=True, slots=True)
class ProviderRules:
    """What a provider's word is worth here. ``roles`` is the role of each group, None where groups decide nothing.

    No group makes an owner. ``approval``: who gets an account waits for an operator's word.
    """

    allow_signup: bool = False
    link_by_verified_mail: bool = False
    roles: Mapping[str, Role] | None = None
    approval: bool = False

    def role_of(self, person: OutsidePerson) -> Role | None:
        """The highest role of the person's groups, member for who is in none; None where groups decide nothing."""
        if self.roles is None:
            return None
        told = {self.roles[group] for group in person.groups if group in self.roles}
        return Role.OPERATOR if Role.OPERATOR in told else Role.MEMBER


class OutsideAccounts:
    """The link is issuer and subject: an address changes hands, and whoever gets it must not get the account.

    Every method raises RecordsUnavailable where the records do not answer.
    """

    def __init__(self, records: Records, accounts: Accounts, bell: Bell, *, unix_time: Callable[[], float]) -> None:
        self._records = records
        self._accounts = accounts
        self._bell = bell
        self._unix_time = unix_time

    async def of(self, person: OutsidePerson, rules: ProviderRules) -> AccountRow | Refusal:
        """The person's account, with the role that their groups have; made or linked where the rules allow it."""
        account = await self._records.read(AccountOfIdentity(person.issuer, person.subject))
        if account is None:
            return await self._new_here(person, rules)
        return await self._with_role(account, rules.role_of(person))

    async def link(self, person: OutsidePerson, account_id: str) -> AccountRow | Refusal:
        """Connects it to the account of who is signed in."""
        account = await self._accounts.by_id(account_id)
        if account is None:
            return NO_SUCH_ACCOUNT
        known = await self._records.read(AccountOfIdentity(person.issuer, person.subject))
        if known is not None:
            return account if known.id == account_id else _SOMEBODY_ELSES
        return await self._keep(person, account)

    async def _new_here(self, person: OutsidePerson, rules: ProviderRules) -> AccountRow | Refusal:
        address = mail_address(person.email)
        if isinstance(address, Refusal):
            return _NO_ADDRESS if rules.allow_signup else _NO_ACCOUNT
        holder = await self._accounts.by_email(address)
        if holder is not None:
            # Both sides: else whoever registered here first in somebody's name would share the account with them.
            both = person.email_verified and holder.verified_s is not None
            if not (rules.link_by_verified_mail and both):
                return LINK_NEEDED
            linked = await self._keep(person, holder)
            return linked if isinstance(linked, Refusal) else await self._with_role(linked, rules.role_of(person))
        if not rules.allow_signup:
            return _NO_ACCOUNT
        row = replace(
            self._accounts.new_row(address, "", rules.role_of(person) or Role.MEMBER),
            pending=rules.approval,
            verified_s=self._unix_time() if person.email_verified else None,
        )
        return await self._keep(person, row, new=True)

    async def _keep(self, person: OutsidePerson, account: AccountRow, *, new: bool = False) -> AccountRow | Refusal:
        row = OutsideIdentityRow(person.issuer, person.subject, account.id, person.email, self._unix_time())
        try:
            await self._records.write(LinkIdentity(row, account if new else None))
        except RecordsConflict as conflict:
            # Two at once: the other one was first.
            return _SOMEBODY_ELSES if conflict.field == "identity" else LINK_NEEDED
        logger("accounts").info("identity_linked", account_id=account.id, issuer=person.issuer, new=new)
        if new and account.pending:
            self._bell.ring()
        return account

    async def _with_role(self, account: AccountRow, role: Role | None) -> AccountRow | Refusal:
        if role is None or role is account.role or account.role is Role.OWNER:
            return account
        logger("accounts").info("role_by_group", account_id=account.id, role=role.value)
        return await self._accounts.change(account.id, Standing(role=role))
