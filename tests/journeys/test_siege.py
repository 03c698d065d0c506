"""`seawall siege` as an operator runs it: a table, a file, a page to show to a board. Knows the command alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Request

from command_line import seawall
from running_service import RunningService

pytestmark = pytest.mark.alone


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
