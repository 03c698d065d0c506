"""An order of numbers and how fast it moves. Knows counts and rates; knows nobody who waits.

Whoever waits is remembered by the ticket in his own hands. The line is two numbers: how many joined, and how far it
has been released; so a million who wait cost what nobody costs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import ceil, floor

# Marks of where the front was, kept within the time in which a place may be claimed.
_MARKS = 10
# Of ten who take a place, about seven are still there when it comes; learned from there on.
_FIRST_SHOW = 0.7


class WaitingLine:
    """First come, first served, at a rate that may change at any time.

    A number is released when the front passes it, may be claimed once within ``claim_s``, and is passed over
    afterwards; what nobody claimed is released again. So whatever the rate was, those let in are never more than
    a minute's worth and the rate's integral. While it ``rests`` the order stands still, and others ``spend`` the rate.
    """

    def __init__(
        self,
        *,
        rate_per_s: Callable[[], float],
        claim_s: float,
        clock: Callable[[], float],
        rests: Callable[[], bool] = lambda: False,
    ) -> None:
        self._rate_per_s = rate_per_s
        self._rests = rests
        self._claim_s = claim_s
        self._clock = clock
        self._at_s = clock()
        self._joined = 0
        self._front = 0.0
        self._credit = self._burst()
        self._marks: deque[tuple[float, int]] = deque()
        self._passed = 0
        self._claimed: set[int] = set()
        self._show = _FIRST_SHOW
        self.let_in = 0

    @property
    def pace_s(self) -> float:
        """From one release to the next, now."""
        return 1 / self._rate_per_s()

    @property
    def has_room(self) -> bool:
        """Whether one could be let in at this moment."""
        self._settle()
        return self._credit >= 1

    @property
    def waiting(self) -> int:
        """Numbers given and not released yet, whether anybody still waits with them or not."""
        self._settle()
        return self._joined - floor(self._front)

    def enter(self) -> bool:
        """Lets one in at once, where nobody waits and there is room."""
        self._settle()
        if self.waiting or self._credit < 1:
            return False
        self._credit -= 1
        self._front = self._joined = self._joined + 1
        self._claim(self._joined - 1)
        return True

    def join(self) -> int:
        """The last number in the line."""
        self._settle()
        self._joined += 1
        return self._joined - 1

    def ahead(self, number: int) -> tuple[int, int]:
        """Between how many come before this number, as some of them will not; a negative one is yet to join.

        (0, 0) once it is released.
        """
        self._settle()
        most = max(0, ceil(self._as_joined(number) - self._front))
        return floor(most * self._show), most

    def wait_s(self, number: int) -> float:
        """How long until it is released, if all before it come and the rate stays."""
        self._settle()
        return max(0.0, self._as_joined(number) + 1 - self._front - self._credit) / self._rate_per_s()

    def is_released(self, number: int) -> bool:
        """Whether it may be claimed, if it has not been yet."""
        self._settle()
        return self._passed <= number <= self._front - 1

    def is_over(self, number: int) -> bool:
        """Whether its time to be claimed is over, or it has been claimed."""
        self._settle()
        return number < self._passed or number in self._claimed or number >= self._joined

    def claim(self, number: int) -> bool:
        """Uses a released number; True once."""
        if not self.is_released(number) or self.is_over(number):
            return False
        self._claim(number)
        return True

    def spend(self) -> bool:
        """Lets one in out of the order (a lot was drawn), where there is room."""
        self._settle()
        if self._credit < 1:
            return False
        self._credit -= 1
        self.let_in += 1
        return True

    def give_back(self, number: int) -> None:
        """The claim came to nothing, and the number may be claimed again while its time lasts."""
        if number in self._claimed:
            self._claimed.discard(number)
            self.let_in -= 1

    def _as_joined(self, number: int) -> int:
        return number if number >= 0 else self._joined

    def _claim(self, number: int) -> None:
        self._claimed.add(number)
        self.let_in += 1

    def _burst(self) -> float:
        """A minute's worth: people come in groups, and a quiet hour must not be saved up for a storm."""
        return max(1.0, self._rate_per_s() * 60)

    def _settle(self) -> None:
        now_s = self._clock()
        gained = max(0.0, now_s - self._at_s) * self._rate_per_s()
        self._at_s = now_s
        self._pass_over(now_s)
        credit = self._credit + gained
        moved = 0.0 if self._rests() else min(credit, self._joined - self._front)
        self._front += moved
        self._credit = min(self._burst(), credit - moved)
        if not self._marks or now_s - self._marks[-1][0] >= self._claim_s / _MARKS:
            self._marks.append((now_s, floor(self._front)))

    def _pass_over(self, now_s: float) -> None:
        """What nobody claimed in time is released again, and tells how many of those who take a place come."""
        while self._marks and now_s - self._marks[0][0] >= self._claim_s:
            _, front = self._marks.popleft()
            released = front - self._passed
            if released <= 0:
                continue
            came = sum(number < front for number in self._claimed)
            self._claimed = {number for number in self._claimed if number >= front}
            self._credit += released - came
            self._show += 0.1 * (min(1.0, came / released) - self._show)
            self._passed = front
