"""What is kept of conversations from elsewhere: the changes that bring them in. Values only; knows no SQL.

They are staged as deleted ones, which nobody sees, and had back all at once at the end. What a crash leaves half-way
is swept away like anything that was deleted.
"""

from __future__ import annotations

from dataclasses import dataclass

from seawall.records.attachment_entries import AttachmentRow
from seawall.records.conversation_entries import ConversationRow, MessageRow
from seawall.records.entries import Change, Query
from seawall.records.library_entries import FolderRow, PromptRow


@dataclass(frozen=True, slots=True)
class StageConversation(Change[None]):
    """Keeps a conversation hidden, in the place of one of the same id that is deleted.

    Raises RecordsConflict("conversation") when one of that id is there for all to see, or is another account's.
    """

    conversation: ConversationRow
    messages: tuple[MessageRow, ...]


@dataclass(frozen=True, slots=True)
class StageMessages(Change[None]):
    """Further messages of a conversation that is staged."""

    messages: tuple[MessageRow, ...]


@dataclass(frozen=True, slots=True)
class StageAttachment(Change[None]):
    """A file that a staged message carries. Raises RecordsConflict("room") as ``AddAttachment`` does."""

    attachment: AttachmentRow
    most_bytes: int


@dataclass(frozen=True, slots=True)
class ShowStaged(Change[int]):
    """All of them at once, with what is not there yet of folders and prompts. Tells how many conversations."""

    account_id: str
    conversation_ids: tuple[str, ...]
    folders: tuple[FolderRow, ...] = ()
    prompts: tuple[PromptRow, ...] = ()


@dataclass(frozen=True, slots=True)
class DropStaged(Change[None]):
    """All of them at once: it did not come to be."""

    account_id: str
    conversation_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConversationsThere(Query[frozenset[str]]):
    """Those of the ids that the account has and has not deleted."""

    account_id: str
    conversation_ids: tuple[str, ...]
