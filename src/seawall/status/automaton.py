"""Opens, follows and closes incidents by what is measured. Knows causes and patience; knows no record and no page.

    opened     when a component is said to fail, or the posture is siege
    followed   when the verdict becomes another one, at most every ten minutes
    well       an update says so as soon as the cause is gone
    resolved   when it has stayed gone for five minutes; a relapse within half an hour opens the same one again

What an operator has written to is the operator's: that all is well again is added, closing it is not done for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from seawall.admission.posture import Posture
from seawall.observing.felt import Felt
from seawall.status.components import Level, Standing, Why
from seawall.status.drafts import (
    RELAPSED,
    RESOLVED,
    WELL_AGAIN,
    Cause,
    Known,
    changed_verdict,
    draft,
    filled,
    told_time,
)
from seawall.status.incidents import Impact, Incident, Incidents, Phase, Words
from seawall.values.refusal import Refusal
from seawall.values.verdict import Kind, Verdict

RESOLVED_AFTER_S = 300.0
SAME_WITHIN_S = 1800.0
FOLLOWED_EVERY_S = 600.0
# After so many updates by itself it only tells the end: a page of hourly changes of mind helps nobody.
MOST_FOLLOWED = 12

_IMPACTS: Mapping[Level, Impact] = {Level.DEGRADED: "minor", Level.PARTIAL: "major", Level.MAJOR: "critical"}
_CAUSES = {
    Why.ENGINE_AWAY: Cause.MODELS,
    Why.SOME_ENGINES_AWAY: Cause.SOME_MODELS,
    Why.RECORDS_AWAY: Cause.RECORDS,
    Why.FAILING: Cause.ANSWERS,
    Why.SLOW: Cause.ANSWERS,
    Why.ENTRY_FAILING: Cause.ENTRY,
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What the automaton goes by. Times are Unix seconds; ``standings`` are as measured, without an operator's word."""

    standings: tuple[Standing, ...]
    posture: Posture
    posture_since_s: float
    felt: Felt
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class _Followed:
    """An open incident of ours: since when its cause is gone, and what was last said of the traffic, and when.

    ``gone_since_s`` is a Unix time, for the words; what is waited for goes by ``gone_clock_s`` and ``said_clock_s``.
    """

    incident_id: str
    gone_since_s: float | None = None
    gone_clock_s: float = 0.0
    kind: Kind | None = None
    said_clock_s: float = 0.0


class Automaton:
    """``published`` tells whether what it opens is shown at once, or waits for an operator.

    ``clock`` is monotonic: a calendar that is set to another hour neither ends an incident nor keeps it open.
    """

    def __init__(
        self,
        incidents: Incidents,
        *,
        published: bool,
        clock: Callable[[], float],
        unix_time: Callable[[], float],
    ) -> None:
        self._incidents = incidents
        self._published = published
        self._clock = clock
        self._unix_time = unix_time
        self._followed: dict[Cause, _Followed] = {}

    def look(self, scene: Scene) -> None:
        """Takes how it is now, and writes what there is to write."""
        present = causes_in(scene)
        for cause in Cause:
            known = present.get(cause)
            followed = self._followed.get(cause) or self._left_open(cause)
            if known is not None and followed is None:
                self._begin(cause, known)
            elif known is not None and followed is not None:
                self._follow(cause, followed, known)
            elif followed is not None:
                self._let_go(cause, followed)

    def _left_open(self, cause: Cause) -> _Followed | None:
        """One of an earlier life."""
        found = next((one for one in self._incidents.all() if one.is_open and one.row.cause == cause), None)
        if found is None:
            return None
        ago_s = max(0.0, self._unix_time() - found.row.changed_s)
        followed = self._followed[cause] = _Followed(found.id, said_clock_s=self._clock() - ago_s)
        return followed

    def _begin(self, cause: Cause, known: Known) -> None:
        now_s = self._unix_time()
        before = self._ended_lately(cause, now_s)
        if before is not None:
            self._incidents.write(before.id, "investigating", filled(RELAPSED, since=told_time(known.since_s)))
            opened: Incident | Refusal = before
        else:
            opened = self._incidents.open(draft(cause, known, published=self._published))
        if isinstance(opened, Incident):
            kind = known.verdict.kind if known.verdict else None
            self._followed[cause] = _Followed(opened.id, kind=kind, said_clock_s=self._clock())

    def _ended_lately(self, cause: Cause, now_s: float) -> Incident | None:
        for one in self._incidents.all():
            resolved_s = one.row.resolved_s
            is_ours = one.row.cause == cause and not one.row.merged_into and not one.row.written
            # Also where the clock was set back since.
            if is_ours and resolved_s is not None and abs(now_s - resolved_s) < SAME_WITHIN_S:
                return one
        return None

    def _follow(self, cause: Cause, followed: _Followed, known: Known) -> None:
        found, now_s = self._incidents.find(followed.incident_id), self._clock()
        # Where an operator closed it while it goes on, their word holds until it ends.
        if found is None or not found.is_open:
            return
        if followed.gone_since_s is not None:
            self._write(found, filled(RELAPSED, since=told_time(known.since_s)), "investigating")
            followed = replace(followed, gone_since_s=None, said_clock_s=now_s)
        elif self._is_news(found, followed, known, now_s) and known.verdict is not None:
            self._write(found, changed_verdict(known.verdict), None)
            followed = replace(followed, kind=known.verdict.kind, said_clock_s=now_s)
        self._followed[cause] = followed

    @staticmethod
    def _is_news(found: Incident, followed: _Followed, known: Known, now_s: float) -> bool:
        return (
            known.verdict is not None
            and known.verdict.kind not in (followed.kind, Kind.UNCLEAR)
            and now_s - followed.said_clock_s >= FOLLOWED_EVERY_S
            and sum(one.automatic for one in found.updates) < MOST_FOLLOWED
        )

    def _let_go(self, cause: Cause, followed: _Followed) -> None:
        found, now_s = self._incidents.find(followed.incident_id), self._unix_time()
        if found is None or not found.is_open:
            self._followed.pop(cause, None)
        elif followed.gone_since_s is None:
            self._write(found, filled(WELL_AGAIN, since=told_time(now_s)), "monitoring")
            self._followed[cause] = replace(followed, gone_since_s=now_s, gone_clock_s=self._clock())
        elif self._clock() - followed.gone_clock_s >= RESOLVED_AFTER_S and not found.row.written:
            began, ended = told_time(found.row.opened_s), told_time(followed.gone_since_s)
            self._incidents.write(found.id, "resolved", filled(RESOLVED, began=began, ended=ended))
            self._followed.pop(cause, None)

    def _write(self, found: Incident, text: Words, phase: Phase | None) -> None:
        """Under the phase that an operator gave it, where one did."""
        kept: Phase = found.row.status  # type: ignore[assignment]
        self._incidents.write(found.id, kept if found.row.written or phase is None else phase, text)


def causes_in(scene: Scene) -> dict[Cause, Known]:
    """What there is an incident about now, with what is known of it."""
    found: dict[Cause, Known] = {}
    for standing in sorted(scene.standings, key=lambda one: one.level.badness):
        cause = _CAUSES.get(standing.reading.why)
        if cause is not None and standing.level.badness:
            since_s = min(standing.since_s, found[cause].since_s) if cause in found else standing.since_s
            struck = (*found[cause].struck, standing.component) if cause in found else (standing.component,)
            found[cause] = Known(since_s, scene.felt, scene.verdict, _impact(cause, standing), struck)
    if scene.posture is Posture.SIEGE:
        found[Cause.SIEGE] = Known(scene.posture_since_s, scene.felt, scene.verdict, "minor")
    return found


def _impact(cause: Cause, standing: Standing) -> Impact:
    if cause is Cause.SOME_MODELS:
        return "minor"
    if cause is Cause.RECORDS:
        return "major"  # Who is signed in is served all the while.
    return _IMPACTS[standing.level]
