"""Homes, budgets, engine time, front ends, and when an account's first day began.

Accounts of before have no home and no first day yet: it begins with their next use, whose places are homes at once.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("first_day_s", sa.Double, nullable=True))
    op.add_column("keys", sa.Column("front_end", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("usage_counts", sa.Column("engine_ms", sa.BigInteger, nullable=False, server_default=sa.text("0")))
    _homes()
    _budgets()


def _homes() -> None:
    op.create_table(
        "homes",
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("first_used_s", sa.Double, nullable=False),
        sa.Column("last_used_s", sa.Double, nullable=False),
        sa.Column("settled_s", sa.Double, nullable=False),
        sa.Column("days", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "name", name="pk_homes"),
        _belongs("homes"),
    )


def _budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("requests_per_day", sa.Double, nullable=True),
        sa.Column("requests_per_month", sa.Double, nullable=True),
        sa.Column("tokens_per_day", sa.Double, nullable=True),
        sa.Column("tokens_per_month", sa.Double, nullable=True),
        sa.Column("engine_s_per_day", sa.Double, nullable=True),
        sa.Column("engine_s_per_month", sa.Double, nullable=True),
        sa.Column("money_per_day", sa.Double, nullable=True),
        sa.Column("money_per_month", sa.Double, nullable=True),
        sa.PrimaryKeyConstraint("account_id", "key_id", name="pk_budgets"),
        _belongs("budgets"),
    )


def _belongs(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=f"fk_{table}_account_id", ondelete="CASCADE")
