"""The results as a terminal shows them. Knows columns and words; measures nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf

from seawall.siege.measures import Measures
from seawall.siege.promises import Judged, Verdict
from seawall.siege.results import Result, Results

Figure = Callable[[float], str]
SIGNS = {Verdict.KEPT: "✓", Verdict.NOT_KEPT: "✗", Verdict.NOT_MEASURABLE: "?", Verdict.REACHED: "~"}


def percent(value: float) -> str:
    return f"{value * 100:.1f}%" if value < 1 else "100%"


def times(value: float) -> str:
    return "never" if value == inf else f"{value:.2f}x"


def seconds(value: float) -> str:
    return "never" if value == inf else f"{value:.2f}s" if value >= 1 else f"{value * 1000:.0f}ms"


def fine(value: float) -> str:
    return f"{value * 1000:.1f}ms"


def whole(value: float) -> str:
    return f"{value:,.0f}"


COLUMNS: tuple[tuple[str, Callable[[Measures], float | None], Figure], ...] = (
    ("success 1st min", lambda m: m.success_first, percent),
    ("then", lambda m: m.success_later, percent),
    ("first token quiet", lambda m: m.first_token_quiet_s, seconds),
    ("1st min", lambda m: m.first_token_first, times),
    ("then", lambda m: m.first_token_later, times),
    ("within 5 s", lambda m: m.within_promise, percent),
    ("inter-token", lambda m: m.inter_token, times),
    ("login", lambda m: m.login, times),
    ("status", lambda m: m.status, times),
    ("status behind", lambda m: m.status_behind_s, fine),
    ("strangers", lambda m: m.strangers_served, percent),
    ("honest work", lambda m: m.legitimate_work, percent),
    ("engine used", lambda m: m.capacity_used, percent),
    ("refusals/core s", lambda m: m.refusals_per_core_s, whole),
    ("peak MiB", lambda m: m.peak_memory_mib, whole),
    ("recovers in", lambda m: m.recovery_s, seconds),
)
HEAD = ("mix", "door", *(name for name, _, _ in COLUMNS), "promises")
SHORT_HEAD = ("mix", "door", "answered · then", "first token · then", "within 5 s", "promises")


def short_rows(results: Results) -> list[tuple[str, ...]]:
    """A row a mix and door, for a terminal of a hundred columns; the page and the file have every figure."""
    return [_short_row(result) for result in results.results]


def _short_row(result: Result) -> tuple[str, ...]:
    if result.reason:
        return (result.mix.name, result.door, "", "", "", "skipped")
    answered = (result.middle(lambda m: m.success_first), result.middle(lambda m: m.success_later))
    token = (result.middle(lambda m: m.first_token_first), result.middle(lambda m: m.first_token_later))
    return (
        result.mix.name,
        result.door,
        " · ".join(cell(half, percent) for half in answered),
        " · ".join(cell(half, times) for half in token),
        cell(result.middle(lambda m: m.within_promise), percent),
        count_of([result]),
    )


def row(result: Result) -> tuple[str, ...]:
    """All figures: medians, with least and most where seeds differ."""
    if result.reason:
        return (result.mix.name, result.door, *("" for _ in COLUMNS), f"skipped: {result.reason}")
    cells = (cell(result.middle(read), figure) for _, read, figure in COLUMNS)
    return (result.mix.name, result.door, *cells, verdict_of(result))


def cell(middle: tuple[float, float, float] | None, figure: Figure) -> str:
    if middle is None:
        return "–"
    value, least, most = middle
    if figure(least) == figure(most):
        return figure(value)
    return f"{figure(value)} ({figure(least)}..{figure(most)})"


def verdict_of(result: Result) -> str:
    """Kept out of judged, and what is not; nothing is averaged away."""
    if not result.mix.promised and not result.broken:
        return "no promise holds here: what was reached"
    broken = [one for one in result.judged if one.verdict is Verdict.NOT_KEPT]
    return count_of([result]) + (f"; not: {', '.join(map(_told, broken))}" if broken else "")


def count_of(results: Iterable[Result]) -> str:
    """How many of the promises that could be judged were kept."""
    verdicts = [one.verdict for result in results for one in result.judged]
    kept, broken = verdicts.count(Verdict.KEPT), verdicts.count(Verdict.NOT_KEPT)
    return f"{kept} of {kept + broken} kept"


def _told(judged: Judged) -> str:
    return f"{judged.promise.name} {judged.promise.figure(judged.worst)}"


def promises(result: Result) -> list[tuple[str, ...]]:
    """A row a promise: its limit, each seed's value, the verdict with its sign."""
    return [
        (
            one.promise.name,
            one.promise.told,
            ", ".join(map(one.promise.figure, one.values)),
            f"{SIGNS[one.verdict]} {one.verdict}",
        )
        for one in result.judged
    ]
