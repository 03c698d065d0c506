"""Invites: made, looked at, revoked. Knows their bounds; counts nothing, that is the records' to do at once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from seawall.accounts.addresses import mail_address
from seawall.accounts.letters.letter_words import invited
from seawall.accounts.letters.letters import Letters
from seawall.accounts.letters.link_secrets import LinkSecrets
from seawall.accounts.refusals import NOT_YOURS_TO_CHANGE, USED_INVITE, wrong
from seawall.records.entrance_entries import AddInvite, InviteByHash, InviteRow, RevokeInvite
from seawall.records.entrance_entries import Invites as AllInvites
from seawall.records.port import Records
from seawall.values.identity import Identity, Role
from seawall.values.refusal import Reason, Refusal

DAY_S = 86_400.0
# Time to read a mail after a week's leave; a link that lies about for a year lets in whoever finds it.
DAYS = 7.0
MOST_DAYS = 90.0
# A course or a company; beyond it, registering by mail domain is what is meant.
MOST_USES = 1_000
_ID_BYTES = 8

UNKNOWN_INVITE = Refusal(
    Reason.DEAD_LINK,
    "This invite is not known here: it was revoked, or its link was not copied whole. Ask an operator for a new one.",
    param="invite",
)
EXPIRED_INVITE = Refusal(
    Reason.DEAD_LINK, "This invite has expired. Ask whoever gave it to you for a new one.", param="invite"
)
_NOT_YOURS = Refusal(
    Reason.DEAD_LINK,
    "This invite is for another mail address. Register with the address that it was made for, or ask for one of yours.",
    param="email",
)


_NO_MAIL = Refusal(
    Reason.CONFLICT,
    "This service sends no mail. Make the invite without sending it, and hand its link over yourself.",
    param="send",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; an empty ``email`` is whoever holds the link. ``send`` is whether it is mailed there."""

    email: str = ""
    role: Role = Role.MEMBER
    uses: int = 1
    days: float = DAYS
    send: bool = False


@dataclass(frozen=True, slots=True)
class NewInvite:
    """``secret`` is shown once and kept nowhere; ``sent`` is whether a mail server took it."""

    secret: str
    row: InviteRow
    sent: bool = False

    def link(self, home: str) -> str:
        """Where it is used. The secret stands behind the #, so that it comes into no log of a proxy."""
        return f"{home}/signup#{self.secret}"


class Invites:
    """Every method raises RecordsUnavailable where the records do not answer."""

    def __init__(
        self,
        records: Records,
        links: LinkSecrets,
        letters: Letters,
        *,
        unix_time: Callable[[], float],
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._records = records
        self._links = links
        self._letters = letters
        self._unix_time = unix_time
        self._random = random

    async def make(self, wanted: Wanted, made_by: str = "") -> NewInvite | Refusal:
        """A new invite; ``made_by`` is an account's id, empty for the command line."""
        address = mail_address(wanted.email) if wanted.email else ""
        refusal = address if isinstance(address, Refusal) else _beyond(wanted) or self._cannot_be_sent(wanted)
        if refusal is not None or isinstance(address, Refusal):
            return refusal or wrong("This is not a mail address.", "email")
        now_s, secret = self._unix_time(), self._links.new()
        row = InviteRow(
            id=self._random(_ID_BYTES).hex(),
            secret_hash=self._links.hash_of(secret) or "",
            email_folded=address,
            role=wanted.role,
            made_by=made_by,
            created_s=now_s,
            expires_s=now_s + wanted.days * DAY_S,
            uses_left=wanted.uses,
        )
        await self._records.write(AddInvite(row))
        made = NewInvite(secret, row)
        return replace(made, sent=await self._send(made, wanted.days)) if wanted.send else made

    async def make_as(self, actor: Identity, wanted: Wanted) -> NewInvite | Refusal:
        """On behalf of an operator, who invites members; the owner invites operators too."""
        if wanted.role is not Role.MEMBER and actor.role is not Role.OWNER:
            return NOT_YOURS_TO_CHANGE
        return await self.make(wanted, actor.account_id)

    def _cannot_be_sent(self, wanted: Wanted) -> Refusal | None:
        if not wanted.send:
            return None
        if not wanted.email:
            return wrong("Name the address to which the invite is sent.", "email")
        return None if self._letters.are_sent else _NO_MAIL

    async def _send(self, made: NewInvite, days: float) -> bool:
        letters = self._letters
        letter = invited(letters.service, made.link(letters.home), days)
        return await letters.send(made.row.email_folded, letter)

    async def opened_by(self, secret: str, address: str) -> InviteRow | Refusal:
        """The invite of this link, as far as it is good for the address. Its use is counted with the account."""
        name = self._links.hash_of(secret)
        row = None if name is None else await self._records.read(InviteByHash(name))
        if row is None:
            return UNKNOWN_INVITE
        if row.expires_s <= self._unix_time():
            return EXPIRED_INVITE
        if row.uses_left <= 0:
            return USED_INVITE
        return _NOT_YOURS if row.email_folded not in ("", address) else row

    async def all(self) -> tuple[InviteRow, ...]:
        """Newest first, with those that were used up or expired lately."""
        return await self._records.read(AllInvites())

    async def revoke(self, invite_id: str) -> bool:
        """Ends it at once; who came by it stays. False where there is none."""
        return await self._records.write(RevokeInvite(invite_id))


def _beyond(wanted: Wanted) -> Refusal | None:
    if wanted.role in (Role.OWNER, Role.GUEST):
        return wrong("An invite makes a member or an operator.", "role")
    if not 1 <= wanted.uses <= MOST_USES:
        return wrong(f"An invite may be used between 1 and {MOST_USES} times.", "uses")
    if not 0 < wanted.days <= MOST_DAYS:
        return wrong(f"An invite is good for more than 0 and at most {MOST_DAYS:g} days.", "days")
    return None
