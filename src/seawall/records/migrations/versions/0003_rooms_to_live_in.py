"""Branches, folders, shares, attachments, prompts; invites, links by mail, second factors, outside identities.

Messages of before are one line: each follows the one before it. Accounts of before are let in already, and nobody
knows whether their addresses are theirs.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _accounts()
    _ways_in()
    _second_factors()
    _conversations()
    _messages()
    _beside_conversations()


def _accounts() -> None:
    op.add_column("accounts", _flag("pending"))
    op.add_column("accounts", _seconds("verified_s"))
    for name in ("language", "theme", "terms_accepted"):
        op.add_column("accounts", _words(name))
    op.add_column("sessions", sa.Column("last_used_s", sa.Double, nullable=False, server_default=sa.text("0")))
    op.execute("UPDATE sessions SET last_used_s = created_s")
    op.add_column("keys", _words("scopes"))
    op.add_column("keys", _words("models"))
    op.add_column("keys", _seconds("expires_s"))
    op.add_column("keys", _seconds("last_used_s"))


def _ways_in() -> None:
    op.create_table(
        "invites",
        *_texts("id", "secret_hash", "email_folded", "role", "made_by"),
        *_times("created_s", "expires_s"),
        sa.Column("uses_left", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invites"),
        sa.UniqueConstraint("secret_hash", name="uq_invites_secret_hash"),
    )
    op.create_table(
        "registrations",
        *_texts("secret_hash", "email", "password_hash", "role", "invite_id", "language", "terms_accepted"),
        *_times("created_s", "expires_s"),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_registrations"),
    )
    op.create_index("ix_registrations_email", "registrations", ["email"])
    op.create_index("ix_registrations_expires_s", "registrations", ["expires_s"])
    op.create_table(
        "mailed_links",
        *_texts("secret_hash", "account_id", "purpose", "email"),
        *_times("created_s", "expires_s"),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_mailed_links"),
        _belongs("mailed_links"),
    )
    op.create_index("ix_mailed_links_account_id", "mailed_links", ["account_id"])
    op.create_table(
        "outside_identities",
        *_texts("issuer", "subject", "account_id", "email"),
        *_times("created_s"),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_outside_identities"),
        _belongs("outside_identities"),
    )
    op.create_index("ix_outside_identities_account_id", "outside_identities", ["account_id"])


def _second_factors() -> None:
    op.create_table(
        "authenticators",
        *_texts("account_id", "sealed_secret"),
        *_times("created_s"),
        _seconds("confirmed_s"),
        sa.Column("last_step", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_authenticators"),
        _belongs("authenticators"),
    )
    op.create_table(
        "recovery_codes",
        *_texts("account_id", "code_hash"),
        _seconds("used_s"),
        sa.PrimaryKeyConstraint("account_id", "code_hash", name="pk_recovery_codes"),
        _belongs("recovery_codes"),
    )
    op.create_table(
        "passkeys",
        *_texts("id", "account_id", "name", "public_key"),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        *_texts("transports"),
        *_times("created_s"),
        _seconds("last_used_s"),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
        _belongs("passkeys"),
    )
    op.create_index("ix_passkeys_account_id", "passkeys", ["account_id"])


def _conversations() -> None:
    op.create_table(
        "folders",
        *_texts("id", "account_id", "name"),
        *_times("created_s"),
        sa.PrimaryKeyConstraint("id", name="pk_folders"),
        _belongs("folders"),
    )
    op.create_index("ix_folders_account_id", "folders", ["account_id"])
    op.add_column("conversations", _flag("pinned"))
    op.add_column("conversations", _seconds("archived_s"))
    op.add_column("conversations", _seconds("deleted_s"))
    for name in ("instructions", "sampling", "leaf_id"):
        op.add_column("conversations", _words(name))
    op.add_column("conversations", sa.Column("folder_id", sa.Text, nullable=True))
    op.drop_index("ix_conversations_account_id_updated_s_id", "conversations")
    listed = ["account_id", "pinned", "updated_s", "id"]
    op.create_index("ix_conversations_account_id_pinned_updated_s_id", "conversations", listed)


def _messages() -> None:
    op.add_column("messages", sa.Column("parent_id", sa.Text, nullable=True))
    for name in ("finish", "refusal", "eased"):
        op.add_column("messages", _words(name))
    op.add_column("messages", _seconds("first_token_s"))
    op.add_column("messages", _seconds("reasoned_s"))
    op.execute(
        "UPDATE messages SET parent_id = (SELECT before.id FROM messages AS before"
        " WHERE before.conversation_id = messages.conversation_id AND before.position = messages.position - 1)"
    )
    op.execute(
        "UPDATE conversations SET leaf_id = COALESCE((SELECT messages.id FROM messages"
        " WHERE messages.conversation_id = conversations.id ORDER BY messages.position DESC LIMIT 1), '')"
    )


def _beside_conversations() -> None:
    op.create_table(
        "shares",
        *_texts("id", "account_id", "conversation_id", "leaf_id", "title"),
        *_times("created_s"),
        _seconds("revoked_s"),
        sa.PrimaryKeyConstraint("id", name="pk_shares"),
        _belongs("shares"),
        _belongs("shares", "conversation_id", "conversations.id"),
    )
    op.create_table(
        "attachments",
        *_texts("id", "account_id"),
        sa.Column("message_id", sa.Text, nullable=True),
        *_texts("name", "kind", "media_type"),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        *_texts("text"),
        sa.Column("data", sa.LargeBinary, nullable=False),
        *_times("created_s"),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        _belongs("attachments"),
        _belongs("attachments", "message_id", "messages.id"),
    )
    op.create_table(
        "prompts",
        *_texts("id", "account_id", "title", "text"),
        *_times("created_s", "updated_s"),
        sa.PrimaryKeyConstraint("id", name="pk_prompts"),
        _belongs("prompts"),
    )
    for table, column in (
        ("shares", "account_id"),
        ("shares", "conversation_id"),
        ("attachments", "account_id"),
        ("attachments", "message_id"),
        ("prompts", "account_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _times(*names: str) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Double, nullable=False) for name in names]


def _words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _seconds(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=True)


def _belongs(table: str, column: str = "account_id", owner: str = "accounts.id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [owner], name=f"fk_{table}_{column}", ondelete="CASCADE")
