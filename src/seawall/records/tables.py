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
from seawall.records.status_tables import (
    BANNERS,
    COMPONENT_DAYS,
    INCIDENT_UPDATES,
    INCIDENTS,
    MAINTENANCES,
    SUBSCRIBERS,
)
from seawall.records.truth_tables import LOG_ENTRIES, OPERATOR_NAMES, TREE_HEADS, WINDOWS

__all__ = [
    "ACCOUNTS",
    "ATTACHMENTS",
    "AUTHENTICATORS",
    "BANNERS",
    "BUDGETS",
    "COMPONENT_DAYS",
    "CONVERSATIONS",
    "FOLDERS",
    "HOMES",
    "INCIDENTS",
    "INCIDENT_UPDATES",
    "INVITES",
    "KEYS",
    "LOG_ENTRIES",
    "MAILED_LINKS",
    "MAINTENANCES",
    "MESSAGES",
    "METADATA",
    "OPEN_ANSWERS",
    "OPERATOR_NAMES",
    "OUTSIDE_IDENTITIES",
    "PASSKEYS",
    "PROMPTS",
    "RECOVERY_CODES",
    "REGISTRATIONS",
    "SESSIONS",
    "SHARES",
    "SUBSCRIBERS",
    "TREE_HEADS",
    "USAGE",
    "WINDOWS",
    "KeptText",
    "UnkeepableText",
    "columns_of",
]
