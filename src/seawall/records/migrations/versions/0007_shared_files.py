"""Whether a shared conversation shows its files. Those that were shared before go on without, as they were promised."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shares", sa.Column("files", sa.Boolean, nullable=False, server_default=sa.false()))
