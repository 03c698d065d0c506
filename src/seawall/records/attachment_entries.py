"""What is kept of attached files: rows, changes, queries. Values only; knows no SQL."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.records.entries import Change, Query


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """``text`` is what the model reads of it, empty for an image; ``message_id`` is None until a message carries it."""

    id: str
    account_id: str
    name: str
    kind: str
    media_type: str
    size_bytes: int
    text: str
    data: bytes
    created_s: float
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What the model may be shown of a file: the beginning of its text, of which ``text_chars`` are kept in all."""

    id: str
    message_id: str | None
    name: str
    kind: str
    media_type: str
    size_bytes: int
    text: str
    text_chars: int


@dataclass(frozen=True, slots=True)
class Stored:
    """What an account keeps in files: all of their bytes, and how many no message carries yet."""

    size_bytes: int
    pending: int


@dataclass(frozen=True, slots=True)
class AddAttachment(Change[None]):
    """Raises RecordsConflict("room") where the account then kept more than ``most_bytes``, ("pending") where more than
    ``most_pending`` of its files waited for a message.
    """

    attachment: AttachmentRow
    most_bytes: int
    most_pending: int


@dataclass(frozen=True, slots=True)
class DropAttachment(Change[bool]):
    """Removes one that no message carries. False when the account has no such one."""

    account_id: str
    attachment_id: str


@dataclass(frozen=True, slots=True)
class SweepPending(Change[int]):
    """Removes those that were made before then and that no message carries, at most ``most``. Tells how many."""

    before_s: float
    most: int


@dataclass(frozen=True, slots=True)
class AttachmentById(Query[AttachmentRow | None]):
    """None when there is none, it is another account's, or its conversation is deleted."""

    account_id: str
    attachment_id: str


@dataclass(frozen=True, slots=True)
class FilesShown(Query[tuple[ReadFile, ...]]):
    """What these messages carry and these attachments, all of one account; oldest first."""

    account_id: str
    message_ids: tuple[str, ...]
    attachment_ids: tuple[str, ...] = ()
    most_chars: int = 1_000_000
    """Of the text of each."""


@dataclass(frozen=True, slots=True)
class StoredBy(Query[Stored]):
    account_id: str
