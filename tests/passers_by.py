"""Askers before the verdict's signals, under clocks that are moved. Knows how people and programs come; no verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from seawall.values.verdict import Verdict
from seawall.values.window import WINDOW_S, Window
from seawall.verdict.baseline import Baseline
from seawall.verdict.lookout import Lookout
from seawall.verdict.pulled import Pulled
from seawall.verdict.signals import Signals
from settable_clock import SettableClock

BROWSER = {
    b"host": b"here",
    b"user-agent": b"v",
    b"accept": b"text/html",
    b"sec-fetch-mode": b"navigate",
    b"accept-encoding": b"gzip",
    b"accept-language": b"en",
}
PROGRAM = {b"host": b"here", b"user-agent": b"v"}
# Monday, 4 January 2027, noon UTC.
NOON_S = 1_799_064_000.0


@dataclass
class Street:
    """Signals and a lookout over them, with what was said."""

    clock: SettableClock = field(default_factory=SettableClock)
    wall: SettableClock = field(default_factory=lambda: SettableClock(NOON_S))
    baseline: Baseline = field(default_factory=Baseline)
    most_askers: int = 2048

    def __post_init__(self) -> None:
        self.signals = Signals(
            b"k" * 16,
            clock=self.clock,
            unix_time=self.wall,
            networks=self.baseline.networks,
            most_askers=self.most_askers,
        )
        self.pulled = Pulled()
        self.jumps: list[float] = []
        self.lookout = Lookout(
            self.signals,
            self.baseline,
            self.pulled,
            clock=self.clock,
            unix_time=self.wall,
            jumped=self.jumps.append,
        )
        self.said: list[tuple[Window, Verdict]] = []
        self.lookout.listen(lambda window, verdict: self.said.append((window, verdict)))

    def passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.wall.advance(seconds)

    def person(self, number: int, *, home: bool = True) -> None:
        """Opens the page with its files and asks something of their own."""
        address, headers = f"10.{number % 200}.{number // 200}.7", dict(BROWSER)
        for path in ("/", "/static/a.js", "/static/b.css", "/api/bootstrap", "/api/auth/me"):
            self.signals.request(address, path, headers, known=False)
        if home:
            known = {**headers, b"cookie": b"session=%d" % number}
            asker = self.signals.request(address, "/api/chat", known, known=True)
            self.signals.asked(
                asker, f"question number {number} about something else entirely than others", 500, "home"
            )
            self.signals.ended(asker, complete=True)

    def bot(self, number: int, *, path: str = "/", times: int = 2) -> None:
        """Opens the page and nothing else, again."""
        for _ in range(times):
            self.signals.request(f"203.{number % 250}.{number // 250}.9", path, PROGRAM, known=False)

    def window(self, *, people: int = 0, bots: int = 0, newcomers: int = 0) -> Verdict:
        """Ten seconds in which so many come."""
        for number in range(people):
            self.person(number)
        for number in range(newcomers):
            self.person(1000 + number, home=False)
        self.passes(5)
        for number in range(bots):
            self.bot(number)
        self.passes(WINDOW_S - 5)
        self.lookout.look()
        return self.lookout.verdict

    def quiet(self, windows: int = 15, people: int = 20) -> None:
        for _ in range(windows):
            self.window(people=people)


def manners(window: Window) -> list[Mapping[str, str]]:
    return [one.manner for one in window.clusters]
