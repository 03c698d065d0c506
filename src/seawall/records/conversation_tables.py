"""The tables of what was said. Knows columns, keys and indexes; knows no changes."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint, text

from seawall.records.columns import METADATA, KeptText, count, flag, owned_by, seconds, words

FOLDERS = Table(
    "folders",
    METADATA,
    words("id", primary_key=True),
    owned_by("account_id", "accounts.id", index=True),
    words("name"),
    seconds("created_s"),
)

CONVERSATIONS = Table(
    "conversations",
    METADATA,
    words("id", primary_key=True),
    owned_by("account_id", "accounts.id"),
    words("title"),
    words("model"),
    seconds("created_s"),
    seconds("updated_s"),
    flag("pinned"),
    seconds("archived_s", nullable=True),
    # Deleted, and to be had back for a while.
    seconds("deleted_s", nullable=True),
    # No foreign key: SQLite cannot add one without making the whole table anew. Who deletes a folder empties it.
    Column("folder_id", KeptText, nullable=True),
    words("instructions"),
    # JSON: temperature, top_p, max_tokens and the like, those alone that were chosen.
    words("sampling"),
    # The last message of the branch that is shown.
    words("leaf_id"),
    # The order of the list, so that a page is read without sorting all there are.
    Index(None, "account_id", "pinned", "updated_s", "id"),
)

MESSAGES = Table(
    "messages",
    METADATA,
    words("id", primary_key=True),
    owned_by("conversation_id", "conversations.id"),
    Column("position", Integer, nullable=False),
    words("speaker"),
    words("text"),
    words("reasoning"),
    words("status"),
    words("model"),
    seconds("created_s"),
    seconds("finished_s", nullable=True),
    count("prompt_tokens"),
    count("completion_tokens"),
    count("cached_tokens"),
    count("reasoning_tokens"),
    # What it answers or follows; null for a conversation's first. Several may have one parent: those are branches.
    Column("parent_id", KeptText, nullable=True),
    words("finish"),
    # Why there is no answer: the refusal's name.
    words("refusal"),
    # JSON: what a busy service eased of the question.
    words("eased"),
    seconds("first_token_s", nullable=True),
    seconds("reasoned_s", nullable=True),
    UniqueConstraint("conversation_id", "position"),
)

_STILL_OPEN = text("status = 'streaming'")

# What a start looks for among millions of messages is a handful: index only those.
OPEN_ANSWERS = Index("ix_messages_open", MESSAGES.c.id, sqlite_where=_STILL_OPEN, postgresql_where=_STILL_OPEN)

# The link's secret follows from the id and the service's own, so it can be shown again and is not here.
SHARES = Table(
    "shares",
    METADATA,
    words("id", primary_key=True),
    owned_by("account_id", "accounts.id", index=True),
    owned_by("conversation_id", "conversations.id", index=True),
    # What is shared ends with this message, whatever is said afterwards, and has the title that it had.
    words("leaf_id"),
    words("title"),
    seconds("created_s"),
    seconds("revoked_s", nullable=True),
    # Whether its pictures are shown too, and the names of its other files.
    flag("files"),
)

ATTACHMENTS = Table(
    "attachments",
    METADATA,
    words("id", primary_key=True),
    owned_by("account_id", "accounts.id", index=True),
    # Null until the message that carries it is sent.
    Column("message_id", KeptText, ForeignKey("messages.id", ondelete="CASCADE"), nullable=True, index=True),
    words("name"),
    words("kind"),
    words("media_type"),
    count("size_bytes"),
    # What the model reads of it; empty for an image.
    words("text"),
    Column("data", LargeBinary, nullable=False),
    seconds("created_s"),
)

PROMPTS = Table(
    "prompts",
    METADATA,
    words("id", primary_key=True),
    owned_by("account_id", "accounts.id", index=True),
    words("title"),
    words("text"),
    seconds("created_s"),
    seconds("updated_s"),
)
