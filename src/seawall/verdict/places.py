"""What the askers of one address or network tell together. Knows where askers come from; knows no manner.

Addresses that are rented carry one asker or two each and lie in a few wide networks. Behind a school, a company or a
telephone network many live under one roof. And behind some there are accounts by the dozen and nobody who ever opened
the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from seawall.verdict.asker import HOME, STRANGER, Asker

LATELY_S = 60.0
# From so many narrow networks of one wide one, and this part of all newcomers, they are neighbours; where more come
# from each narrow one, it is a telephone network's gateway or a school's.
LEAST_NEIGHBOURS, NEIGHBOURS, MOST_OF_A_SITE = 4, 0.01, 3
# Accounts of one site of whom hardly one has opened the page are a farm. People at a workshop have.
FARM, OVER_THE_PAGE = 12, 0.15


@dataclass(frozen=True, slots=True)
class Places:
    """Of the last minute.

    Attributes:
        crowded: wide networks from many of whose narrow ones newcomers come at once.
        farms: sites with many accounts that never came over the page.
        accounts: how many who have an account are at each site.
    """

    crowded: frozenset[str] = field(default_factory=frozenset[str])
    farms: frozenset[int] = field(default_factory=frozenset[int])
    accounts: Mapping[int, int] = field(default_factory=dict[int, int])


def places_of(askers: Iterable[Asker], now_s: float) -> Places:
    """Of all who are remembered, those who were here lately."""
    lately = [asker for asker in askers if now_s - asker.seen_s < LATELY_S]
    newcomers = [asker for asker in lately if asker.standing != HOME]
    return Places(
        crowded=_crowded(newcomers),
        farms=_farms(newcomers),
        accounts=Counter(asker.site for asker in lately if asker.standing != STRANGER),
    )


def _crowded(newcomers: list[Asker]) -> frozenset[str]:
    sites: dict[str, set[int]] = {}
    askers: Counter[str] = Counter()
    for asker in newcomers:
        if asker.network:
            sites.setdefault(asker.network, set()).add(asker.site)
            askers[asker.network] += 1
    least = max(LEAST_NEIGHBOURS, NEIGHBOURS * askers.total())
    return frozenset(
        network
        for network, narrow in sites.items()
        if len(narrow) >= least and askers[network] <= MOST_OF_A_SITE * len(narrow)
    )


def _farms(newcomers: list[Asker]) -> frozenset[int]:
    keyed = Counter(asker.site for asker in newcomers if asker.keyed)
    over_the_page = Counter(asker.site for asker in newcomers if asker.files)
    return frozenset(
        site for site, many in keyed.items() if many >= FARM and over_the_page[site] < OVER_THE_PAGE * many
    )
