"""Conversations shown to whoever has a link. Knows who may read what; knows no HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from seawall.conversations.attachment_refusals import NO_SUCH_FILE
from seawall.conversations.branches import path_to
from seawall.conversations.refusals import NO_SUCH_CONVERSATION, NO_SUCH_LEAF
from seawall.conversations.share_links import ShareLinks
from seawall.conversations.sniffing import Kind
from seawall.records.attachment_entries import AttachmentById, AttachmentRow
from seawall.records.conversation_entries import AttachedIn, AttachedRow, MessageRow, MessageStatus
from seawall.records.library_entries import AddShare, RevokeShare, SharedBy, ShareRow, SharesOf
from seawall.records.port import Records, RecordsConflict
from seawall.values.refusal import Reason, Refusal

# Each is a promise to show something: more than a person can keep in mind.
MOST_SHARES = 200
# A link may become famous. One of the records' readers at most is its readers', so that whoever has an account goes on;
# so many wait for it, which is about a second.
READERS = 128
SHARING_OFF = Refusal(
    Reason.NOT_ALLOWED, "Conversations cannot be shared by link here: the operator has turned it off."
)
TOO_MANY_SHARES = Refusal(
    Reason.CONFLICT,
    f"You share {MOST_SHARES} conversations, and no more can be. Take back a link first.",
)
NO_SUCH_SHARE = Refusal(Reason.NOT_FOUND, "There is no such link. It may have been taken back already.")
# One sentence for a token that was invented, one that was taken back and one whose conversation is gone.
NOT_SHARED = Refusal(
    Reason.NOT_FOUND, "Nothing is shared by this link. It may have been taken back, or it is not whole: copy all of it."
)

TOO_POPULAR = Refusal(
    Reason.NO_ROOM, "So many people are opening shared conversations that this one has to wait.", retry_after_s=5.0
)


@dataclass(frozen=True, slots=True)
class Share:
    """An open link; ``token`` is what its address ends with."""

    row: ShareRow
    token: str


@dataclass(frozen=True, slots=True)
class SharedBranch:
    """What the link shows: the messages up to the one that was last when it was shared, and what they carry."""

    account_id: str
    title: str
    created_s: float
    messages: tuple[MessageRow, ...]
    files: tuple[AttachedRow, ...] = ()


class Shares:
    """Every method raises RecordsUnavailable where the records do not answer.

    With ``allowed`` False no link opens anything, those of before neither; they can still be seen and taken back.
    """

    def __init__(self, records: Records, links: ShareLinks, *, allowed: bool, unix_time: Callable[[], float]) -> None:
        self.allowed = allowed
        self._records = records
        self._links = links
        self._unix_time = unix_time
        self._turn = asyncio.Lock()
        self._readers = 0

    async def share(
        self, account_id: str, conversation_id: str, leaf_id: str | None, *, files: bool = False
    ) -> Share | Refusal:
        """Shows the branch up to ``leaf_id``, the one that is shown now where it is None, to whoever has the link.

        With ``files`` it shows pictures too, and the names of other files.
        """
        if not self.allowed:
            return SHARING_OFF
        now_s = self._unix_time()
        change = AddShare(self._links.new_id(), account_id, conversation_id, leaf_id, now_s, MOST_SHARES, files)
        try:
            row = await self._records.write(change)
        except RecordsConflict as conflict:
            return NO_SUCH_LEAF if conflict.field == "leaf" else NO_SUCH_CONVERSATION
        return TOO_MANY_SHARES if row is None else self._share(row)

    async def all(self, account_id: str) -> tuple[Share, ...]:
        """The open links, newest first."""
        return tuple(self._share(row) for row in await self._records.read(SharesOf(account_id)))

    async def revoke(self, account_id: str, share_id: str) -> Refusal | None:
        """Takes the link back for good."""
        found = await self._records.write(RevokeShare(account_id, share_id, self._unix_time()))
        return None if found else NO_SUCH_SHARE

    async def opened(self, token: str) -> SharedBranch | Refusal:
        """What the link of that token shows."""
        share_id = self._links.id_of(token) if self.allowed else None
        if share_id is None:
            return NOT_SHARED
        if self._readers >= READERS:
            return TOO_POPULAR
        self._readers += 1
        try:
            async with self._turn:
                return await self._branch(share_id)
        finally:
            self._readers -= 1

    async def picture(self, token: str, attachment_id: str) -> AttachmentRow | Refusal:
        """A picture that the link shows. Of other files the name alone is: they may say more than was read."""
        branch = await self.opened(token)
        if isinstance(branch, Refusal):
            return branch
        if not any(file.id == attachment_id and file.kind == Kind.IMAGE for file in branch.files):
            return NO_SUCH_FILE
        async with self._turn:
            row = await self._records.read(AttachmentById(branch.account_id, attachment_id))
        return NO_SUCH_FILE if row is None else row

    async def _branch(self, share_id: str) -> SharedBranch | Refusal:
        found = await self._records.read(SharedBy(share_id))
        if found is None:
            return NOT_SHARED
        share = found.share
        branch = path_to(found.messages, share.leaf_id)
        # An answer that is still growing is not what was shared: it is shown once it has ended.
        shown = tuple(message for message in branch if message.status is not MessageStatus.STREAMING)
        files: tuple[AttachedRow, ...] = ()
        if share.files:
            ids = {message.id for message in shown}
            attached = await self._records.read(AttachedIn(share.account_id, share.conversation_id))
            files = tuple(file for file in attached if file.message_id in ids)
        return SharedBranch(share.account_id, share.title, share.created_s, shown, files)

    def _share(self, row: ShareRow) -> Share:
        return Share(row, self._links.token(row.id))
