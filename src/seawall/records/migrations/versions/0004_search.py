"""The index that searches ask. It follows from titles and messages, and is filled from what is there."""

from __future__ import annotations

from alembic import op

from seawall.records import search_index

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    search_index.create(op.get_bind())
    search_index.fill(op.get_bind())
