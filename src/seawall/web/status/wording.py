"""What the status page needs words for. Knows the places; knows no language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from seawall.admission.posture import Posture
from seawall.status.components import Component, Level, Why
from seawall.status.snapshot import Overall

_STATUS = re.compile(r" (\d{3}) ")
Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Words:
    """One language. Fields in braces are figures."""

    lang: Language
    name: str
    title: str
    overall: Mapping[Overall, str]
    since: str
    as_of: str
    skip: str
    banner: str
    unsaved: str
    log_trouble: str
    now: str
    components: str
    unmeasured: str
    component: Mapping[Component, str]
    level: Mapping[Level, str]
    why: Mapping[Why, str]
    days: str
    uptime: str
    no_uptime: str
    history: str
    history_all_well: str
    history_worst: str
    today: str
    days_ago: str
    measured: str
    measured_about: str
    who: str
    registered: str
    newcomers: str
    success: str
    half: str
    most: str
    nobody: str
    promise: str
    posture: str
    postures: Mapping[Posture, str]
    verdict: str
    no_verdict: str
    evidence: str
    would_change: str
    incidents: str
    no_incidents: str
    no_others: str
    all_incidents: str
    automatic: str
    edited: str
    merged: str
    phase: Mapping[str, str]
    impact: Mapping[str, str]
    affects: str
    maintenance: str
    stage: Mapping[str, str]
    from_to: str
    subscribe: str
    subscribe_about: str
    feed: str
    by_mail: str
    mail_address: str
    by_webhook: str
    webhook_address: str
    webhook_about: str
    head: str
    head_about: str
    no_head: str
    entries: str
    root: str
    for_programs: str
    home: str
    back: str
    lasts: tuple[str, str, str, str]
    date: str
    notices: Mapping[str, tuple[str, str]]
    button: Mapping[str, str]
    secret: str
    refusals: Mapping[str, str]

    def refusal(self, sentence: str) -> str:
        """Why somebody cannot subscribe, in this language; as it is where it has no words for it.

        ``refusals`` are keyed by the English sentence, in which ``{status}`` stands for three digits.
        """
        status = _STATUS.search(sentence)
        told = self.refusals.get(_STATUS.sub(" {status} ", sentence, count=1), sentence)
        return told.replace("{status}", status[1]) if status else told

    def text(self, en: str, zh: str) -> str:
        """An operator's words in this language, or in the other where there are none."""
        return (zh or en) if self.lang == "zh" else (en or zh)

    def span(self, seconds: float) -> str:
        """A length of time, coarser the longer it is."""
        moment, minutes, hours, days = self.lasts
        if seconds < 60:
            return moment
        if seconds < 5400:
            return minutes.format(n=round(seconds / 60))
        if seconds < 2 * 86400:
            return hours.format(n=round(seconds / 3600))
        return days.format(n=round(seconds / 86400))

    def exact(self, unix_s: float) -> str:
        """As it is read in every time zone."""
        return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")

    def day(self, iso: str) -> str:
        """A UTC day."""
        at = datetime.fromisoformat(iso)
        return self.date.format(year=at.year, month=at.month, day=at.day, name=at.strftime("%B"))
