"""The status page as HTML, in one language. Knows templates and words; knows nothing of how it is served."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from seawall.observing.felt import Felt
from seawall.status.components import Level, Why
from seawall.status.incidents import Incident
from seawall.status.snapshot import ComponentNow, Overall, Snapshot
from seawall.values.verdict import Kind, Verdict
from seawall.verdict.words import kind_sentence, sentence, share_sentence, turning
from seawall.web.status.history_svg import drawn, told
from seawall.web.status.words import CHINESE, ENGLISH, Words

ASSETS = Path(__file__).parent / "assets"
# Past incidents on the page; the feed and the API tell more.
PAST = 15
_ALL_OF_IT = 0.99
_MOODS: Mapping[Level, str] = {
    Level.OPERATIONAL: "ok",
    Level.DEGRADED: "warn",
    Level.PARTIAL: "warn",
    Level.MAJOR: "bad",
    Level.MAINTENANCE: "work",
}
_INDICATED = {"none": "ok", "minor": "warn", "major": "bad", "critical": "bad"}
_LOGO = (
    '<svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><rect width="32" height="32" rx="7" '
    'fill="#0B5F7A"/><path d="M6 13.5c3.3 0 3.3-3 6.7-3s3.3 3 6.7 3 3.3-3 6.6-3M6 20.5h20M6 25h20M12 20.5V25M20 '
    '20.5V25" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Ways:
    """How people can subscribe here, beside the feed."""

    mail: bool
    webhooks: bool


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The templates, which take their language when they are filled in, and the style sheet."""

    page: Template
    incident: Template
    notice: Template
    style: str


class StatusPage:
    """One language's pages. Whatever is filled in is escaped."""

    def __init__(self, words: Words, ways: Ways) -> None:
        self.words = words
        self._ways = ways
        self._compiled = _compiled()
        digest = b64encode(sha256(self._compiled.style.encode()).digest()).decode()
        # Nothing is fetched, nothing runs; forms go home.
        self.policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )

    def page(self, snapshot: Snapshot) -> str:
        """The page itself."""
        words = self.words
        current = [one for one in snapshot.incidents if one.is_open]
        return self._rendered(
            self._compiled.page,
            s=snapshot,
            headline=headline(snapshot, words),
            mood=_mood(snapshot),
            other_href=f"/status/{'zh' if words.lang == 'en' else 'en'}",
            current=current,
            works=[one for one in snapshot.maintenances if one.stage != "completed"],
            components=[self._component(one) for one in snapshot.components],
            unmeasured=any(one.standing.reading.why is Why.UNMEASURED for one in snapshot.components),
            promise=f"{snapshot.promise_s:g}",
            felt=[
                self._felt(words.registered, snapshot.registered),
                self._felt(words.newcomers, snapshot.newcomers),
            ],
            verdict=None if snapshot.verdict is None else self._verdict(snapshot.verdict),
            past=[one for one in snapshot.incidents if not one.is_open and not one.row.merged_into][:PAST],
            mail=self._ways.mail,
            webhooks=self._ways.webhooks,
        )

    def incident(self, incident: Incident, merged_into: Incident | None) -> str:
        """One incident with all that was written to it."""
        words = self.words
        title = "" if merged_into is None else words.text(merged_into.row.title_en, merged_into.row.title_zh)
        other = "zh" if words.lang == "en" else "en"
        href = f"/status/{other}/incidents/{incident.id}"
        return self._rendered(self._compiled.incident, one=incident, merged_title=title, other_href=href)

    def notice(self, name: str, *, refusal: str = "", token: str = "", secret: str = "", end_href: str = "") -> str:
        """What somebody is told who subscribes; ``refusal`` is why not, where it is no."""
        title, text = self.words.notices.get(name, (self.words.subscribe, ""))
        return self._rendered(
            self._compiled.notice,
            title=title,
            text=self.words.refusal(refusal) or text,
            refused=bool(refusal),
            deed=name if name in self.words.button and not refusal else "",
            token=token,
            secret=secret,
            end_href=end_href,
            other_href="",
        )

    def _rendered(self, template: Template, **told: Any) -> str:
        other = CHINESE if self.words is ENGLISH else ENGLISH
        return template.render(w=self.words, other=other, style=self._compiled.style, logo=_LOGO, **told)

    def _component(self, one: ComponentNow) -> dict[str, Any]:
        words = self.words
        name = words.component[one.standing.component]
        days = words.no_uptime if one.uptime is None else words.uptime.format(share=_share(one.uptime))
        label = words.history.format(component=name, uptime=days, worst=told(one.days, words))
        return {
            "name": name,
            "mood": _MOODS[one.standing.level],
            "level": words.level[one.standing.level],
            "why": words.why[one.standing.reading.why],
            "drawing": drawn(one.days, label, words),
            "uptime": days,
        }

    def _felt(self, who: str, felt: Felt) -> dict[str, str]:
        words = self.words
        half_s, most_s = felt.first_token_p50_s, felt.first_token_p95_s
        return {
            "who": who,
            "success": words.nobody if felt.success is None else f"{_share(felt.success)} %",
            "asked": f"{felt.served:.0f}/{felt.asked:.0f}" if felt.asked else "",
            "half": "–" if half_s is None else _seconds(half_s),
            "most": "–" if most_s is None else _seconds(most_s),
        }

    def _verdict(self, verdict: Verdict) -> dict[str, Any]:
        words = self.words
        return {
            "kind": kind_sentence(verdict.kind, words.lang),
            # On an ordinary day the evidence is there for who asks, and in nobody's way.
            "is_calm": verdict.kind is Kind.NORMAL,
            # Where nothing can be told of the shares, two intervals from none to all of it say less than no sentence.
            "shares": "" if _says_nothing(verdict) else share_sentence(verdict, words.lang),
            "evidence": [sentence(one, words.lang) for one in verdict.evidence],
            "would_change": [turning(one, words.lang) for one in verdict.would_change],
        }


@lru_cache(maxsize=1)
def _compiled() -> _Compiled:
    """Once for both languages, and before there is anything to tell: it takes 30 ms of CPU."""
    environment = Environment(
        loader=FileSystemLoader(ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["iso"] = iso
    # What the others stand on is compiled with them, not at the first rendering.
    page, incident, notice, *_ = map(
        environment.get_template, ("page.html", "incident.html", "notice.html", "base.html", "macros.html")
    )
    return _Compiled(page, incident, notice, (ASSETS / "status.css").read_text("utf-8"))


def headline(snapshot: Snapshot, words: Words) -> str:
    """The answer in a sentence."""
    said = words.overall[snapshot.overall]
    if snapshot.overall is not Overall.INCIDENT:
        return said
    open_ones = [one.row for one in snapshot.incidents if one.is_open and not one.row.cause]
    return said.format(title=words.text(open_ones[0].title_en, open_ones[0].title_zh) if open_ones else "")


def iso(unix_s: float) -> str:
    """As programs read it."""
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(unix_s * 1000) % 1000:03d}Z"


def _says_nothing(verdict: Verdict) -> bool:
    return verdict.kind is Kind.UNCLEAR and all(
        one.high - one.low >= _ALL_OF_IT for one in (verdict.attack, verdict.surge)
    )


def _mood(snapshot: Snapshot) -> str:
    if snapshot.overall is Overall.MAINTENANCE:
        return "work"
    return _INDICATED[snapshot.indicator]


def _share(part: float) -> str:
    """Per cent, never rounded up to all of it."""
    hundredths = int(part * 10_000)
    return "100" if part >= 1 else f"{hundredths / 100:.2f}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds < 1 else f"{seconds:.1f} s"
