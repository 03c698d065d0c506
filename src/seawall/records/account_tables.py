"""The tables of people and of how they come in. Knows columns, keys and indexes; knows no changes."""

from __future__ import annotations

from sqlalchemy import Column, Double, Index, Table

from seawall.records.columns import METADATA, count, flag, owned_by, seconds, words
from seawall.values.budget import NAMES as BUDGET_NAMES

ACCOUNTS = Table(
    "accounts",
    METADATA,
    words("id", primary_key=True),
    words("email"),
    words("email_folded", unique=True),
    words("role"),
    words("password_hash"),
    seconds("created_s"),
    flag("disabled"),
    flag("vouched"),
    seconds("first_day_s", nullable=True),
    # Waits for an operator's word; an account that was let in has none.
    flag("pending"),
    seconds("verified_s", nullable=True),
    words("language"),
    words("theme"),
    words("terms_accepted"),
)

HOMES = Table(
    "homes",
    METADATA,
    owned_by("account_id", "accounts.id", primary_key=True),
    words("name", primary_key=True),
    seconds("first_used_s"),
    seconds("last_used_s"),
    seconds("settled_s"),
    count("days"),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    words("id_hash", primary_key=True),
    owned_by("account_id", "accounts.id", index=True),
    seconds("created_s"),
    seconds("expires_s"),
    words("user_agent"),
    seconds("last_used_s"),
)

KEYS = Table(
    "keys",
    METADATA,
    words("id", primary_key=True),
    owned_by("account_id", "accounts.id", index=True),
    words("name"),
    words("secret_hash", unique=True),
    words("hint"),
    seconds("created_s"),
    seconds("revoked_s", nullable=True),
    flag("front_end"),
    # Empty: all of them. Else words with a space between.
    words("scopes"),
    words("models"),
    seconds("expires_s", nullable=True),
    seconds("last_used_s", nullable=True),
)

INVITES = Table(
    "invites",
    METADATA,
    words("id", primary_key=True),
    words("secret_hash", unique=True),
    # Empty: whoever holds the link.
    words("email_folded"),
    words("role"),
    words("made_by"),
    seconds("created_s"),
    seconds("expires_s"),
    count("uses_left"),
)

# Accounts to be: each waits for its link by mail to be opened, and is none before.
REGISTRATIONS = Table(
    "registrations",
    METADATA,
    words("secret_hash", primary_key=True),
    words("email"),
    words("password_hash"),
    words("role"),
    words("invite_id"),
    words("language"),
    words("terms_accepted"),
    seconds("created_s"),
    seconds("expires_s"),
)
Index("ix_registrations_email", REGISTRATIONS.c.email)
Index("ix_registrations_expires_s", REGISTRATIONS.c.expires_s)

# Links by mail to set a password anew. Each opens once.
MAILED_LINKS = Table(
    "mailed_links",
    METADATA,
    words("secret_hash", primary_key=True),
    owned_by("account_id", "accounts.id", index=True),
    words("purpose"),
    words("email"),
    seconds("created_s"),
    seconds("expires_s"),
)

AUTHENTICATORS = Table(
    "authenticators",
    METADATA,
    owned_by("account_id", "accounts.id", primary_key=True),
    # Encrypted with a key that is not in the database.
    words("sealed_secret"),
    seconds("created_s"),
    seconds("confirmed_s", nullable=True),
    # The time step of the last code that was taken: none is taken twice.
    count("last_step"),
)

RECOVERY_CODES = Table(
    "recovery_codes",
    METADATA,
    owned_by("account_id", "accounts.id", primary_key=True),
    words("code_hash", primary_key=True),
    seconds("used_s", nullable=True),
)

PASSKEYS = Table(
    "passkeys",
    METADATA,
    words("id", primary_key=True),
    owned_by("account_id", "accounts.id", index=True),
    words("name"),
    words("public_key"),
    count("sign_count"),
    words("transports"),
    seconds("created_s"),
    seconds("last_used_s", nullable=True),
)

# Who somebody is at a provider of identities: what signs in there signs in here.
OUTSIDE_IDENTITIES = Table(
    "outside_identities",
    METADATA,
    words("issuer", primary_key=True),
    words("subject", primary_key=True),
    owned_by("account_id", "accounts.id", index=True),
    words("email"),
    seconds("created_s"),
)

USAGE = Table(
    "usage_counts",
    METADATA,
    owned_by("account_id", "accounts.id", primary_key=True),
    words("key_id", primary_key=True),
    words("model", primary_key=True),
    words("day", primary_key=True),
    count("requests"),
    count("prompt_tokens"),
    count("cached_tokens"),
    count("completion_tokens"),
    count("engine_ms"),
)

BUDGETS = Table(
    "budgets",
    METADATA,
    owned_by("account_id", "accounts.id", primary_key=True),
    words("key_id", primary_key=True),
    *(Column(name, Double, nullable=True) for name in BUDGET_NAMES),
)
