"""The log that outsiders check, the heads signed over it, and the windows that its verdicts were found from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _log()
    op.create_table(
        "windows",
        _number("number"),
        _time("from_s"),
        _time("to_s"),
        sa.Column("packed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_windows"),
    )
    op.create_index("ix_windows_to_s", "windows", ["to_s"])


def _log() -> None:
    op.create_table(
        "log_entries",
        _number("position"),
        _time("at_s"),
        _text("kind"),
        _text("entry"),
        _text("leaf_hash"),
        sa.PrimaryKeyConstraint("position", name="pk_log_entries"),
    )
    op.create_index("ix_log_entries_kind_position", "log_entries", ["kind", "position"])
    op.create_table(
        "tree_heads",
        _number("size"),
        _time("at_s"),
        _text("note"),
        sa.PrimaryKeyConstraint("size", name="pk_tree_heads"),
    )
    op.create_table(
        "operator_names",
        _number("number"),
        sa.Column("account_id", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_operator_names"),
        sa.UniqueConstraint("account_id", name="uq_operator_names_account_id"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_operator_names_account_id", ondelete="SET NULL"
        ),
    )


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, autoincrement=False)


def _time(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
