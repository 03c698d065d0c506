"""What is remembered of one asker while it is here: counts and times. Knows no name, no address and no word.

An asker is whoever shows the same credential, or comes from the same address without one.
"""

from __future__ import annotations

from seawall.verdict.looks import ACTS, Kind

# No credential; one of ours, of whom nothing else is known; at home in good standing; new, or not at home.
STRANGER, KNOWN, HOME, AWAY = "stranger", "known", "home", "away"

FAST_S = 1.0
# Nobody reads a page and fills in its form in less; few type an address and a password sooner than the second.
HASTY_S, QUICK_S = 2.0, 10.0
# From so many gaps on an average of them says something.
ENOUGH_GAPS = 3


_FORMS = frozenset({Kind.SIGN_IN, Kind.SIGN_UP})


class Asker:
    """Some forty numbers. ``window_*`` are of the running window, the rest since the asker came."""

    __slots__ = (
        "acts",
        "alike",
        "asks",
        "boots",
        "born_s",
        "browser",
        "cost_ms",
        "cut",
        "errand",
        "errands",
        "failed",
        "files",
        "fingerprint",
        "forms",
        "gap_s",
        "gap_square",
        "gaps",
        "gaps_fast",
        "hasty",
        "ignored",
        "instant",
        "is_new_network",
        "joined_s",
        "keyed",
        "kinds",
        "last_act_s",
        "left",
        "letters",
        "misses",
        "names",
        "network",
        "night",
        "obeyed",
        "page_s",
        "pages",
        "pages_unknown",
        "prompts",
        "puzzle_s",
        "puzzles",
        "quick",
        "read",
        "referrer",
        "requests",
        "retry_at_s",
        "retry_kind",
        "seen_s",
        "signed_in",
        "signed_up",
        "signups",
        "site",
        "solved",
        "standing",
        "went_on",
        "window_acts",
        "window_ms",
        "window_requests",
        "wrong",
    )  # fmt: skip

    def __init__(self, now_s: float, network: str, site: int, *, is_new_network: bool) -> None:
        self.born_s = self.seen_s = now_s
        self.network = network
        self.site = site
        self.is_new_network = is_new_network
        self.requests = self.acts = self.pages = self.files = self.boots = self.asks = self.signups = self.kinds = 0
        self.window_requests = self.window_acts = 0
        self.window_ms = self.cost_ms = 0.0
        self.last_act_s = self.page_s = -1.0
        self.gaps = self.gaps_fast = 0
        self.gap_s = self.gap_square = 0.0
        self.misses = self.failed = self.names = self.signed_in = self.signed_up = self.cut = 0
        self.prompts = self.alike = self.read = self.left = 0
        self.retry_at_s = 0.0
        self.retry_kind = Kind.OTHER
        self.obeyed = self.ignored = 0
        self.puzzles = self.solved = self.wrong = self.instant = 0
        self.puzzle_s = 0.0
        self.keyed = self.pages_unknown = self.hasty = self.quick = self.went_on = False
        self.errand = ""
        self.errands = self.letters = 0
        self.joined_s = 0.0
        self.forms = 0
        self.fingerprint = 0
        self.browser = False
        self.referrer = ""
        self.night: bool | None = None
        self.standing = STRANGER

    def comes(self, now_s: float, kind: Kind) -> None:
        """One more request."""
        self.seen_s = now_s
        self.requests += 1
        self.window_requests += 1
        self.kinds |= 1 << kind.value
        if kind is Kind.FILE:
            self.files += 1
        elif kind is Kind.BOOT:
            self.boots += 1
        elif kind is Kind.PUZZLE:
            self.puzzles += 1
            self.puzzle_s = now_s
        if kind in ACTS:
            self._acts(now_s, kind)

    def _acts(self, now_s: float, kind: Kind) -> None:
        self.acts += 1
        self.window_acts += 1
        if kind is Kind.PAGE:
            self.pages += 1
            if self.page_s < 0:
                self.page_s = now_s
        if kind is Kind.ASK:
            self.asks += 1
        elif kind is Kind.SIGN_UP:
            self.signups += 1
        self.forms += kind in _FORMS
        if kind in _FORMS and self.page_s >= 0 and self.requests > 1:
            self.hasty = self.hasty or now_s - self.page_s < HASTY_S
            self.quick = self.quick or (kind is Kind.SIGN_UP and now_s - self.page_s < QUICK_S)
        if self.last_act_s >= 0:
            gap_s = now_s - self.last_act_s
            self.gaps += 1
            self.gaps_fast += gap_s < FAST_S
            self.gap_s += gap_s
            self.gap_square += gap_s * gap_s
        self.last_act_s = now_s
        if self.retry_at_s and kind is self.retry_kind:
            # A second early is a clock that differs.
            if now_s < self.retry_at_s - 1:
                self.ignored += 1
            else:
                self.obeyed += 1
                self.retry_at_s = 0.0

    def calls(self, errand: str) -> None:
        """One more call of a room: what most of its calls are for is its errand (Boyer and Moore's vote)."""
        self.letters += errand == "letters"
        if errand == self.errand:
            self.errands += 1
        elif self.errands:
            self.errands -= 1
        else:
            self.errand, self.errands = errand, 1

    def comes_from(self, visitor: Asker) -> None:
        """It is the visitor of that address, who has shown a credential since: what was fetched before is its own."""
        self.pages, self.files, self.boots = visitor.pages, visitor.files, visitor.boots
        self.page_s = visitor.page_s
        visitor.went_on = True

    def turn(self) -> None:
        """A window has ended."""
        self.window_requests = self.window_acts = 0
        self.window_ms = 0.0
