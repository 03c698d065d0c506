"""Who waits, by class, by account and by when it is too late. Knows names and times; knows no order of service."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from itertools import count

from seawall.scheduling.rules import CLASSES
from seawall.scheduling.turn import Turn
from seawall.values.ticket import ServiceClass

_STALE = 64


class Line:
    """Every question that waits, in each class by the time it came."""

    def __init__(self) -> None:
        self._by_class: dict[ServiceClass, OrderedDict[Turn, None]] = {one: OrderedDict() for one in ServiceClass}
        self._by_account: dict[str, int] = {}
        self._expiries: list[tuple[float, int, Turn]] = []
        self._unseen: list[Turn] = []
        self._serial = count()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __contains__(self, turn: Turn) -> bool:
        return turn in self._by_class[turn.service_class]

    def add(self, turn: Turn) -> None:
        """``turn`` waits from now on."""
        self._by_class[turn.service_class][turn] = None
        self._by_account[turn.account] = self.of_account(turn.account) + 1
        self._length += 1
        heappush(self._expiries, (turn.expires_s, next(self._serial), turn))
        if len(self._expiries) > 2 * self._length + _STALE:
            self._expiries = [one for one in self._expiries if one[2] in self]
            heapify(self._expiries)

    def discard(self, turn: Turn) -> None:
        """``turn`` waits no more."""
        del self._by_class[turn.service_class][turn]
        self._length -= 1
        left = self._by_account[turn.account] = self._by_account[turn.account] - 1
        if not left:
            del self._by_account[turn.account]

    def count(self, service_class: ServiceClass) -> int:
        """How many of this class wait."""
        return len(self._by_class[service_class])

    def of_account(self, account: str) -> int:
        """How many of this account wait."""
        return self._by_account.get(account, 0)

    def oldest(self, service_class: ServiceClass) -> Turn | None:
        """Who of this class has waited longest."""
        return next(iter(self._by_class[service_class]), None)

    def expired(self, now_s: float, most: int) -> list[Turn]:
        """Up to ``most`` who have waited in vain. Each is told of once."""
        expired: list[Turn] = []
        while len(expired) < most and self.has_expired(now_s):
            turn = heappop(self._expiries)[2]
            if turn in self:
                expired.append(turn)
        return expired

    def has_expired(self, now_s: float) -> bool:
        """Whether there may be any."""
        return bool(self._expiries) and self._expiries[0][0] <= now_s

    def last_below(self, service_class: ServiceClass) -> Turn | None:
        """Who gives its place to this class where there are no more: of the lowest class, who came last."""
        for one in reversed(CLASSES):
            if one.rank <= service_class.rank:
                return None
            if self._by_class[one]:
                return next(reversed(self._by_class[one]))
        return None

    def some(self, most: int) -> Iterator[Turn]:
        """So many that wait, others each time, until each was looked at."""
        if not self._unseen:
            self._unseen = [turn for turns in self._by_class.values() for turn in reversed(turns)]
        for _ in range(min(most, len(self._unseen))):
            turn = self._unseen.pop()
            if turn in self:
                yield turn
