"""The changes by which files are kept and removed. Knows their SQL; knows no file's meaning."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, insert, select

from seawall.records import attachment_entries
from seawall.records.attachment_queries import stored_by
from seawall.records.port import RecordsConflict
from seawall.records.tables import ACCOUNTS, ATTACHMENTS, columns_of

# Two processes that add for one account take turns here, so that both together stay within its room. SQLite has one
# writer, and ignores the words.
_THE_ACCOUNT = select(ACCOUNTS.c.id).where(ACCOUNTS.c.id == bindparam("account_key")).with_for_update()
_ADD = insert(ATTACHMENTS)
_DROP = delete(ATTACHMENTS).where(
    ATTACHMENTS.c.id == bindparam("attachment_key"),
    ATTACHMENTS.c.account_id == bindparam("owner"),
    ATTACHMENTS.c.message_id.is_(None),
)
_SWEPT = (
    select(ATTACHMENTS.c.id)
    .where(ATTACHMENTS.c.message_id.is_(None), ATTACHMENTS.c.created_s < bindparam("before_s"))
    .limit(bindparam("most"))
)
_SWEEP = delete(ATTACHMENTS).where(ATTACHMENTS.c.id.in_(_SWEPT))


def add_attachment(connection: Connection, change: attachment_entries.AddAttachment) -> None:
    row = change.attachment
    connection.execute(_THE_ACCOUNT, {"account_key": row.account_id})
    stored = stored_by(connection, attachment_entries.StoredBy(row.account_id))
    if stored.pending >= change.most_pending:
        raise RecordsConflict("Too many files wait for a message.", "pending")
    if stored.size_bytes + row.size_bytes > change.most_bytes:
        raise RecordsConflict("The account's room for files is used up.", "room")
    connection.execute(_ADD, columns_of(row))


def drop_attachment(connection: Connection, change: attachment_entries.DropAttachment) -> bool:
    asked = {"attachment_key": change.attachment_id, "owner": change.account_id}
    return connection.execute(_DROP, asked).rowcount > 0


def sweep_pending(connection: Connection, change: attachment_entries.SweepPending) -> int:
    return connection.execute(_SWEEP, {"before_s": change.before_s, "most": change.most}).rowcount
