"""An account out of a result's columns. Knows their order; knows no statement."""

from __future__ import annotations

from typing import Any

from seawall.records.entries import AccountRow
from seawall.values.identity import Role


def account_from(row: Any) -> AccountRow:
    """Of the columns that ``columns_for(ACCOUNTS, AccountRow)`` gives, in their order."""
    id, email, role, *others = row
    return AccountRow(id, email, Role(role), *others)
