"""`seawall siege` as an operator runs it: a table, a file, a page to show to a board. Knows the command alone."""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, ConsoleMessage, Request

from command_line import seawall
from running_service import RunningService
from seawall.siege.campaign import Plan, SeawallDoor, Stage, play
from seawall.siege.mixes import all_mixes
from seawall.siege.run import Progress
from seawall.siege.samples import QUICK, Pace, Part
from seawall.siege.stub_engine import EngineSpec
from seawall.siege.target import Target


def test_one_command_tells_what_registered_users_felt(tmp_path: Path, browser: Browser) -> None:
    ran = seawall("siege", "--mix", "fame", "--seconds", "3,6,3", "--out", tmp_path / "out", patience_s=120)
    # A promise may well break in so short a run on a busy machine; what matters is that it is told.
    assert ran.status in (0, 1), ran.err
    assert (ran.status == 1) == ("✗ not kept" in ran.out)
    assert "success, first minute" in ran.out
    found: dict[str, Any] = json.loads((tmp_path / "out" / "siege.json").read_text(encoding="utf-8"))
    run = found["results"][0]["runs"][0]
    assert run["measures"]["registered_requests"] > 0
    assert run["measures"]["success_quiet"] == 1.0
    _opens_by_itself(browser, tmp_path / "out" / "siege.html")


def test_a_running_service_is_besieged_with_the_keys_that_it_lends(quick: RunningService, tmp_path: Path) -> None:
    lent, hostile = quick.key(), quick.key()
    ran = seawall(
        *("siege", "--target", quick.url, "--key", lent, "--attacker-key", hostile, "--mix", "neighbour-50x"),
        *("--mix", "stuffing", "--slots", "8", "--seconds", "6,6,3", "--out", tmp_path / "out"),
        patience_s=120,
    )
    assert ran.status in (0, 1), ran.err
    assert "skipped: It needs accounts to sign in to." in ran.out
    page = (tmp_path / "out" / "siege.html").read_text(encoding="utf-8")
    assert lent not in page
    assert hostile not in page
    found = json.loads((tmp_path / "out" / "siege.json").read_text(encoding="utf-8"))
    assert found["results"][0]["runs"][0]["measures"]["success_quiet"] == 1.0


class DoorWithWitness:
    """A service of its own, as `seawall siege` opens one; before it ends, its operators make a report of the event."""

    name = "Seawall"

    def __init__(self, out: Path) -> None:
        self.bundle, self.head = out / "report.zip", out / "head.json"

    def missing(self) -> str:
        return ""

    @contextmanager
    def open(self, stage: Stage) -> Generator[Target]:
        with SeawallDoor().open(stage) as target:
            yield target
            place = ("--data", stage.folder / f"data-{target.port}", "--config", stage.config)
            opened = seawall("incident", "open", "Many strangers at once", "We look into it.", *place)
            assert opened.status == 0, opened.err
            self.head.write_bytes(httpx.get(f"http://127.0.0.1:{target.port}/api/log/head", trust_env=False).content)
            incident = opened.out.split()[0]
            made = seawall("incident", "report", "--incident", incident, *place, self.bundle)
            assert made.status == 0, made.err


@contextmanager
def _unwatched(label: str) -> Generator[Progress]:
    yield lambda gone_s, all_s: None


def test_of_a_rehearsed_week_a_stranger_verifies_the_report(tmp_path: Path) -> None:
    door, stranger = DoorWithWitness(tmp_path), tmp_path / "stranger"
    stranger.mkdir()
    plan = Plan([door], [all_mixes()["week"]], 1, Pace(6, 18, 2, QUICK.scale), EngineSpec(slots=16), {})

    # A siege runs loops of its own, and a browser of an earlier test may have left its loop in this thread.
    with ThreadPoolExecutor(1) as apart:
        (result,) = apart.submit(play, plan, "seawall siege --mix week", _unwatched, print).result().results

    assert result.reason == ""
    (run,) = result.runs
    assert run.status_path == "/status"
    looks = [one for one in run.samples if one.part is Part.STATUS]
    assert looks
    assert all(one.status == 200 for one in looks)
    status = next(one for one in result.judged if one.promise.name == "status page p99")
    assert status.promise.limit == 2.0
    assert status.worst is not None
    (measured,) = result.measures
    assert measured.status_behind_quiet_s is not None
    assert measured.status_behind_s is not None

    checked = seawall("--data", stranger, "incident", "verify", door.bundle, "--head", door.head)
    assert checked.status == 0, checked.err
    again = re.search(r"(\d+) of (\d+) verdicts were found again from their windows", checked.out)
    assert again is not None
    assert int(again[1]) == int(again[2]) >= 2
    assert "Not found again" not in checked.out
    assert list(stranger.iterdir()) == []


def test_nobody_elses_service_is_attacked() -> None:
    ran = seawall("siege", "--target", "http://192.0.2.7:8080", "--key", "sw-x")
    assert ran.status == 2
    assert "--i-own 192.0.2.7" in ran.sentence


def test_the_mixes_are_named() -> None:
    assert "low-and-slow" in seawall("siege", "--list").out
    assert "'seawall siege --list'" in seawall("siege", "--mix", "flod").sentence


def _opens_by_itself(browser: Browser, file: Path) -> None:
    """The page needs nobody else and complains of nothing."""
    page = browser.new_page()
    complaints: list[str] = []
    asked: list[str] = []

    def said(message: ConsoleMessage) -> None:
        complaints.append(message.text)

    def asks(request: Request) -> None:
        asked.append(request.url)

    page.on("console", said)
    page.on("request", asks)
    page.goto(file.as_uri())
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.locator("svg[role=img]").count() >= 2
    page.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
