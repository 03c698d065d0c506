"""All tables of the newest schema in one place. Knows which there are; each group has a file of its own."""

from __future__ import annotations

from seawall.records.account_tables import (
    ACCOUNTS,
    AUTHENTICATORS,
    BUDGETS,
    HOMES,
    INVITES,
    KEYS,
    MAILED_LINKS,
    OUTSIDE_IDENTITIES,
    PASSKEYS,
    RECOVERY_CODES,
    REGISTRATIONS,
    SESSIONS,
    USAGE,
)
from seawall.records.columns import METADATA, KeptText, UnkeepableText, columns_of
from seawall.records.conversation_tables import (
    ATTACHMENTS,
    CONVERSATIONS,
    FOLDERS,
    MESSAGES,
    OPEN_ANSWERS,
    PROMPTS,
    SHARES,
)

__all__ = [
    "ACCOUNTS",
    "ATTACHMENTS",
    "AUTHENTICATORS",
    "BUDGETS",
    "CONVERSATIONS",
    "FOLDERS",
    "HOMES",
    "INVITES",
    "KEYS",
    "MAILED_LINKS",
    "MESSAGES",
    "METADATA",
    "OPEN_ANSWERS",
    "OUTSIDE_IDENTITIES",
    "PASSKEYS",
    "PROMPTS",
    "RECOVERY_CODES",
    "REGISTRATIONS",
    "SESSIONS",
    "SHARES",
    "USAGE",
    "KeptText",
    "UnkeepableText",
    "columns_of",
]
