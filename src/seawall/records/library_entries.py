"""What is kept beside conversations: folders, prompts, shares, what a search finds. Values only; knows no SQL."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.records.conversation_entries import ConversationRow, MessageRow
from seawall.records.entries import Change, Query
from seawall.values.search_words import Wanted


@dataclass(frozen=True, slots=True)
class FolderRow:
    id: str
    account_id: str
    name: str
    created_s: float


@dataclass(frozen=True, slots=True)
class PromptRow:
    id: str
    account_id: str
    title: str
    text: str
    created_s: float
    updated_s: float


@dataclass(frozen=True, slots=True)
class ShareRow:
    """``title`` is the conversation's when it was shared, ``leaf_id`` the last message that is shown.

    ``files`` tells whether what its messages carry is shown too.
    """

    id: str
    account_id: str
    conversation_id: str
    leaf_id: str
    title: str
    created_s: float
    revoked_s: float | None = None
    files: bool = False


@dataclass(frozen=True, slots=True)
class SharedRow:
    """What a link opens: the share, and the messages of all branches by position."""

    share: ShareRow
    messages: tuple[MessageRow, ...]


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A conversation whose title matches, or a message of it. ``text`` is what was searched of either.

    ``message_id`` and ``speaker`` are None for a title; ``at_s`` is when the message was sent, or the conversation
    last used.
    """

    conversation: ConversationRow
    message_id: str | None
    speaker: str | None
    text: str
    at_s: float


@dataclass(frozen=True, slots=True)
class AddFolder(Change[bool]):
    """False where the account has ``most`` already."""

    folder: FolderRow
    most: int


@dataclass(frozen=True, slots=True)
class RenameFolder(Change[FolderRow | None]):
    """None when the account has no such folder."""

    account_id: str
    folder_id: str
    name: str


@dataclass(frozen=True, slots=True)
class DeleteFolder(Change[bool]):
    """Takes the conversations out of it first. False when the account has no such folder."""

    account_id: str
    folder_id: str


@dataclass(frozen=True, slots=True)
class FoldersOf(Query[tuple[FolderRow, ...]]):
    """By name."""

    account_id: str


@dataclass(frozen=True, slots=True)
class AddPrompt(Change[bool]):
    """False where the account has ``most`` already."""

    prompt: PromptRow
    most: int


@dataclass(frozen=True, slots=True)
class SettlePrompt(Change[PromptRow | None]):
    """Sets what is given and leaves what is None; None when the account has no such prompt."""

    account_id: str
    prompt_id: str
    title: str | None
    text: str | None
    updated_s: float


@dataclass(frozen=True, slots=True)
class DeletePrompt(Change[bool]):
    """False when the account has no such prompt."""

    account_id: str
    prompt_id: str


@dataclass(frozen=True, slots=True)
class PromptsOf(Query[tuple[PromptRow, ...]]):
    """By title."""

    account_id: str


@dataclass(frozen=True, slots=True)
class AddShare(Change[ShareRow | None]):
    """Shares a branch up to ``leaf_id``, the one that is shown where it is None. Tells the share that is there already
    where the same is shared, which then has ``files`` as it is wished now; None where the account shares ``most``.

    Raises RecordsConflict("conversation") when there is no such conversation, ("leaf") when that message is not in it,
    or there is none at all.
    """

    id: str
    account_id: str
    conversation_id: str
    leaf_id: str | None
    created_s: float
    most: int
    files: bool = False


@dataclass(frozen=True, slots=True)
class RevokeShare(Change[bool]):
    """False when the account has no such share, or revoked it already."""

    account_id: str
    share_id: str
    revoked_s: float


@dataclass(frozen=True, slots=True)
class SharesOf(Query[tuple[ShareRow, ...]]):
    """Those that are open now, newest first: neither revoked, nor of a deleted conversation."""

    account_id: str


@dataclass(frozen=True, slots=True)
class SharedBy(Query[SharedRow | None]):
    """What anybody who has the link may read; None once revoked, deleted, or its account is disabled."""

    share_id: str


@dataclass(frozen=True, slots=True)
class Search(Query[tuple[FoundRow, ...]]):
    """Titles and messages that have all the words, newest first; at most ``a_conversation`` of one conversation.

    Deleted conversations are not searched, archived ones are.
    """

    account_id: str
    wanted: Wanted
    limit: int
    a_conversation: int = 3
