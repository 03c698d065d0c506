"""The tables of what outsiders check: the log, its signed heads, windows. Knows columns and keys; knows no changes."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Index, LargeBinary, Table

from seawall.records.columns import METADATA, KeptText, seconds, words


def _number(name: str) -> Column[int]:
    """A key that we give: both databases would make up their own for a whole number."""
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


LOG_ENTRIES = Table(
    "log_entries",
    METADATA,
    # Without gaps from 0: the leaf's place in the tree.
    _number("position"),
    seconds("at_s"),
    words("kind"),
    # Canonical JSON, the very bytes that are hashed. Time and kind are in it too; the columns beside are for queries.
    words("entry"),
    words("leaf_hash"),
)
Index(None, LOG_ENTRIES.c.kind, LOG_ENTRIES.c.position)

TREE_HEADS = Table(
    "tree_heads",
    METADATA,
    # How many entries the head is over.
    _number("size"),
    seconds("at_s"),
    # The signed text as it is given away.
    words("note"),
)

# Who "operator 1" of the log is: known here alone. A number outlives its account, so that no other ever has it.
OPERATOR_NAMES = Table(
    "operator_names",
    METADATA,
    _number("number"),
    Column("account_id", KeptText, ForeignKey("accounts.id", ondelete="SET NULL"), nullable=True, unique=True),
)

WINDOWS = Table(
    "windows",
    METADATA,
    # In the order they were closed, whatever the clock did meanwhile.
    _number("number"),
    seconds("from_s"),
    Column("to_s", Double, nullable=False, index=True),
    # The window and its verdict as JSON, deflated: two days of them are a fifth as large so.
    Column("packed", LargeBinary, nullable=False),
)
