"""The page's words, drawings and answers, for whatever there is to tell."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from html import unescape
from html.parser import HTMLParser
from types import ModuleType
from typing import Any

import pytest

from seawall.admission.posture import Posture
from seawall.edge.stills import Stills
from seawall.observing.felt import Felt
from seawall.records.status_entries import (
    BannerRow,
    ComponentDayRow,
    IncidentRow,
    IncidentUpdateRow,
    MaintenanceRow,
)
from seawall.status import subscribers
from seawall.status.announcements import Maintenance
from seawall.status.components import Component, Level, Reading, Standing, Why
from seawall.status.history import days_until
from seawall.status.incidents import Incident
from seawall.status.incidents import Words as InBoth
from seawall.status.snapshot import ComponentNow, LogHead, Overall, Snapshot
from seawall.values.refusal import Refusal
from seawall.values.verdict import Evidence, Kind, Share, Verdict
from seawall.verdict.words import EVIDENCE, WOULD_CHANGE
from seawall.web.status import subscribing
from seawall.web.status.badge import badge
from seawall.web.status.board import Board
from seawall.web.status.feed import feed
from seawall.web.status.history_svg import drawn, told
from seawall.web.status.page import StatusPage, Ways, iso
from seawall.web.status.words import CHINESE, ENGLISH, LANGUAGES, Words
from seawall.webhooks import guarded

NOW_S = 1_790_000_000.5
NOBODY = Felt(0, 0, None, None)
BOTH = InBoth("entry 7: it is missing", "第 7 条：缺失")
HOSTILE = '<script>alert(1)</script>"&'


def a_component(component: Component, reading: Reading = Reading()) -> ComponentNow:  # noqa: B008, as it is frozen
    days = tuple(ComponentDayRow(component, day, operational_s=86_400) for day in days_until(NOW_S))
    return ComponentNow(Standing(component, reading, NOW_S - 90), days, 1.0)


def a_snapshot(**other: Any) -> Snapshot:
    calm = Snapshot(
        at_s=NOW_S,
        overall=Overall.WELL,
        since_s=NOW_S - 3600,
        components=tuple(a_component(one) for one in Component),
        registered=NOBODY,
        newcomers=NOBODY,
        promise_s=5.0,
        posture=Posture.NORMAL,
        posture_since_s=NOW_S,
        verdict=None,
        banner=None,
        incidents=(),
        maintenances=(),
        records_well=True,
    )
    return replace(calm, **other)


def an_incident(title: str = "Uploads fail", **other: Any) -> Incident:
    row = IncidentRow("incident-1", title, "", "investigating", "major", "chat api", NOW_S, NOW_S)
    update = IncidentUpdateRow("update-1", "incident-1", "investigating", f"{title}\nSecond line.", "", NOW_S)
    return Incident(replace(row, **other), (update,))


@pytest.fixture(params=["en", "zh"])
def words(request: pytest.FixtureRequest) -> Words:
    return LANGUAGES[request.param]


@pytest.fixture
def page(words: Words) -> StatusPage:
    return StatusPage(words, Ways(mail=True, webhooks=True))


class Nesting(HTMLParser):
    """Complains about what is not closed in its order."""

    EMPTY = frozenset({"meta", "link", "input", "br", "path", "circle", "rect"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.EMPTY:
            assert self.open.pop() == tag


def sound(html: str) -> str:
    nesting = Nesting()
    nesting.feed(html)
    assert nesting.open == []
    return html


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from texts(each)


def test_both_languages_say_the_same_things_with_the_same_figures():
    for field in fields(Words):
        if field.name == "refusals":
            continue  # In English they say themselves why.
        english, chinese = getattr(ENGLISH, field.name), getattr(CHINESE, field.name)
        if isinstance(english, Mapping):
            assert set(english) == set(chinese), field.name
        figures = [[set(re.findall(r"{(\w+)}", text)) for text in texts(one)] for one in (english, chinese)]
        if field.name != "date":
            assert figures[0] == figures[1], field.name


@pytest.mark.parametrize("kinds", [Overall, Why, Level, Posture, Component])
def test_everything_that_can_be_has_its_words(words: Words, kinds: Any):
    tables = {Overall: words.overall, Why: words.why, Level: words.level, Posture: words.postures}
    assert set(tables.get(kinds, words.component)) == set(kinds)


@pytest.mark.parametrize("overall", Overall)
def test_whatever_is_so_makes_a_sound_page(page: StatusPage, overall: Overall):
    snapshot = a_snapshot(overall=overall, incidents=(an_incident(),), records_well=False, log_trouble=BOTH)
    html = sound(page.page(snapshot))
    assert "{" not in html.partition("</style>")[2]
    assert (BOTH.zh if page.words.lang == "zh" else BOTH.en) in html
    assert (BOTH.en if page.words.lang == "zh" else BOTH.zh) not in html


@pytest.mark.parametrize("kind", Kind)
def test_every_verdict_with_every_finding_can_be_told(page: StatusPage, kind: Kind):
    evidence = tuple(
        Evidence(name, 1.0, dict.fromkeys(re.findall(r"{(\w+)", both["en"]), 0.5)) for name, both in EVIDENCE.items()
    )
    turning = tuple(
        Evidence(name, 1.0, dict.fromkeys(re.findall(r"{(\w+)", both["en"]), 0.5))
        for name, both in WOULD_CHANGE.items()
    )
    verdict = Verdict(kind, NOW_S, NOW_S, Share(0.1, 0.2, 0.3), Share(0, 0.1, 1), evidence, turning)
    html = sound(page.page(a_snapshot(verdict=verdict)))
    # What speaks for an ordinary hour is there for who asks; for anything else it is told unasked.
    assert ("<details>" if kind is Kind.NORMAL else "<details open>") in html
    assert html.count("<li>") >= len(evidence) + len(turning)


def test_nobodys_words_become_markup(page: StatusPage):
    banner = BannerRow(HOSTILE, HOSTILE, NOW_S)
    head = LogHead(1, HOSTILE, NOW_S, "")
    snapshot = a_snapshot(
        banner=banner, incidents=(an_incident(HOSTILE),), head=head, log_trouble=InBoth(HOSTILE, HOSTILE)
    )
    for html in (page.page(snapshot), page.incident(an_incident(HOSTILE), None), page.notice("dead", refusal=HOSTILE)):
        assert "<script>" not in sound(html)
        assert "&lt;script&gt;" in html
    assert b"<script>" not in feed(snapshot, "https://x")
    ET.fromstring(feed(snapshot, "https://x"))


def test_what_an_operator_wrote_in_one_language_is_shown_in_both(words: Words, page: StatusPage):
    assert "Uploads fail" in page.page(a_snapshot(incidents=(an_incident(),)))
    other = an_incident(title_en="", title_zh="上传失败")
    assert "上传失败" in page.page(a_snapshot(incidents=(other,)))


def test_a_share_is_never_rounded_up_to_all_of_it(page: StatusPage):
    nearly = Felt(100_000, 99_999, 0.1, 0.2)
    assert "99.99 %" in page.page(a_snapshot(registered=nearly))


def test_days_are_told_by_height_and_words_too():
    days = [
        ComponentDayRow("chat", "2026-01-01", operational_s=86_400),
        ComponentDayRow("chat", "2026-01-02", operational_s=80_000, major_s=6_400),
        ComponentDayRow("chat", "2026-01-03", operational_s=86_390, major_s=10),
        ComponentDayRow("chat", "2026-01-04"),
    ]
    picture = ET.fromstring(drawn(days, "Chat: <fine>", ENGLISH))
    kinds = [path.get("class") for path in picture]
    assert kinds == ["ok", "none", "bad"]
    assert picture.get("aria-label") == "Chat: <fine>"
    assert [one.text for one in picture.iter("title")] == ["2 January 2026: 2 h"]
    assert told(days, ENGLISH) == "Worst day: 2 January 2026, 2 h with faults; days with faults: 1."
    assert told(days[:1], CHINESE) == CHINESE.history_all_well


@pytest.mark.parametrize("overall", Overall)
def test_the_badge_is_a_sound_picture(words: Words, overall: Overall):
    picture = ET.fromstring(badge(a_snapshot(overall=overall), words))
    assert picture.get("aria-label")


def test_times_are_told_to_the_millisecond_in_one_zone():
    assert iso(0.001) == "1970-01-01T00:00:00.001Z"
    assert iso(NOW_S).endswith(".500Z")


def test_an_incidents_page_is_rendered_anew_only_after_an_edit():
    stills = Stills()
    board = Board(stills, Ways(mail=False, webhooks=False), name="Seawall", home="https://x", began_s=NOW_S)
    path = "/status/en/incidents/incident-1"
    board.put_up(a_snapshot(incidents=(an_incident(),)))
    first = stills.find(path, "GET", {})
    board.put_up(a_snapshot(incidents=(an_incident(),), at_s=NOW_S + 5))
    assert stills.find(path, "GET", {}) is first
    board.put_up(a_snapshot(incidents=(an_incident(status="monitoring"),)))
    changed = stills.find(path, "GET", {})
    assert changed is not first
    assert changed is not None
    assert b"Watching" in changed.body
    board.put_up(a_snapshot())
    assert stills.find(path, "GET", {}) is None


def sentences(module: ModuleType) -> set[str]:
    """What a module of ours says to who may not subscribe: its refusals, and its private sentences."""
    values = list(vars(module).values())
    told = {one.message for one in values if isinstance(one, Refusal)}
    return told | {
        one for one in values if isinstance(one, str) and one.endswith(".") and " " in one and "\n" not in one
    }


@pytest.mark.parametrize("module", [subscribers, guarded, subscribing])
def test_who_may_not_subscribe_is_told_why_in_chinese_too(module: ModuleType):
    english = sentences(module)
    assert english
    for one in english:
        assert CHINESE.refusal(one.format(status=404)) != one.format(status=404), one
        assert ENGLISH.refusal(one.format(status=404)) == one.format(status=404)


def test_the_status_that_a_webhook_answered_with_is_told_in_both():
    said = "The address answered the challenge with the status 503 instead of 200."
    assert "503" in CHINESE.refusal(said)
    assert "503" in StatusPage(CHINESE, Ways(mail=True, webhooks=True)).notice("webhook", refusal=said)


def test_an_open_incident_is_not_denied_by_the_list_of_past_ones(words: Words, page: StatusPage):
    assert words.no_incidents in page.page(a_snapshot())
    assert words.no_incidents not in page.page(a_snapshot(incidents=(an_incident(),)))


def test_what_is_hardly_used_is_said_once_to_be_judged_by_what_it_rests_on(words: Words, page: StatusPage):
    quiet = Reading(Level.OPERATIONAL, Why.UNMEASURED)
    told = page.page(a_snapshot(components=tuple(a_component(one, quiet) for one in Component)))
    assert told.count(words.unmeasured) == 1
    assert words.unmeasured not in page.page(a_snapshot())


def test_a_verdict_that_knows_nothing_tells_no_shares(page: StatusPage):
    nothing = Verdict(Kind.UNCLEAR, NOW_S, NOW_S, Share(0, 0, 1), Share(0, 0, 1))
    assert "0%" not in page.page(a_snapshot(verdict=nothing)).partition("</style>")[2]


def test_the_feed_tells_nothing_twice_in_the_same_words_and_leads_to_each_maintenance():
    row = MaintenanceRow("work-1", "New disks", "", "A minute's pause.", "", "api", NOW_S, NOW_S + 60, NOW_S, NOW_S)
    snapshot = a_snapshot(incidents=(an_incident(),), maintenances=(Maintenance(row, "scheduled"),))
    told = feed(snapshot, "https://x").decode()
    assert told.count("A minute's pause.") == told.count("Second line.") == 1
    assert "https://x/status#work-1" in told
    assert 'id="work-1"' in StatusPage(ENGLISH, Ways(mail=False, webhooks=False)).page(snapshot)
    in_both = an_incident(title_zh="上传失败")
    assert "<h2>上传失败</h2>" in unescape(feed(a_snapshot(incidents=(in_both,)), "https://x").decode())
