"""Runs migrations on the connection that the schema hands over. Knows no address and no settings."""

from __future__ import annotations

from alembic import context

from seawall.records.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
