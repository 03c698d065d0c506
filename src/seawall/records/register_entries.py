"""What an operator looks for among the accounts, and what is found. Values only; knows no SQL."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from seawall.records.entries import AccountRow, Query


class Kind(StrEnum):
    """Which accounts are meant. Those that wait to be let in are none of these: they have a list of their own."""

    ALL = "all"
    OPERATING = "operating"
    VOUCHED = "vouched"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class FoundAccounts:
    """One page; ``total`` counts all pages, and is 0 beyond the last."""

    rows: tuple[AccountRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class FindAccounts(Query[FoundAccounts]):
    """Newest first, with ``text`` anywhere in their address, in any case."""

    text: str = ""
    kind: Kind = Kind.ALL
    limit: int = 50
    offset: int = 0
