"""Incidents and what is written to them, maintenance, the banner, subscribers, and how each component's days were."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _incidents()
    _announcements()
    op.create_table(
        "subscribers",
        *(_text(name) for name in ("id", "kind", "address", "language")),
        _number("created_s"),
        sa.Column("confirmed_s", sa.Double, nullable=True),
        _text("secret"),
        sa.Column("failures", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscribers"),
        sa.UniqueConstraint("kind", "address", name="uq_subscribers_kind_address"),
    )
    op.create_table(
        "component_days",
        _text("component"),
        _text("day"),
        *(_number(name) for name in ("operational_s", "degraded_s", "partial_s", "major_s", "maintenance_s")),
        sa.PrimaryKeyConstraint("component", "day", name="pk_component_days"),
    )


def _incidents() -> None:
    op.create_table(
        "incidents",
        *(_text(name) for name in ("id", "title_en", "title_zh", "status", "impact", "components")),
        _number("opened_s"),
        _number("changed_s"),
        sa.Column("resolved_s", sa.Double, nullable=True),
        _text("cause"),
        sa.Column("written", sa.Boolean, nullable=False),
        sa.Column("published", sa.Boolean, nullable=False),
        _text("merged_into"),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
    )
    op.create_table(
        "incident_updates",
        *(_text(name) for name in ("id", "incident_id", "status", "text_en", "text_zh")),
        _number("at_s"),
        sa.Column("edited_s", sa.Double, nullable=True),
        sa.Column("automatic", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incident_updates"),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name="fk_incident_updates_incident_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_incident_updates_incident_id", "incident_updates", ["incident_id"])


def _announcements() -> None:
    op.create_table(
        "maintenances",
        *(_text(name) for name in ("id", "title_en", "title_zh", "text_en", "text_zh", "components")),
        *(_number(name) for name in ("begins_s", "ends_s", "created_s", "changed_s")),
        sa.Column("ended_s", sa.Double, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_maintenances"),
    )
    op.create_table(
        "banners",
        *(_text(name) for name in ("id", "text_en", "text_zh")),
        _number("changed_s"),
        sa.Column("until_s", sa.Double, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_banners"),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _number(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=False)
