"""What a journey may ask for: a browser, and people who use it."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from reader import Meet, Reader, chromium
from running_service import RunningService, Serve

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def web_app() -> None:
    """The page as its sources are now, with the tools that look at it. Of journeys side by side the first builds it."""
    with (ROOT / "build_ui.py").open() as builder:
        fcntl.flock(builder, fcntl.LOCK_EX)
        subprocess.run([sys.executable, "build_ui.py", "tools"], cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def browser(web_app: None) -> Generator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def quick(web_app: None, serve_for_all: Serve) -> RunningService:
    """A service whose answers are over in half a second."""
    return serve_for_all("--engine", "echo:token_ms=10,tokens=40")


@pytest.fixture(scope="module")
def slow(web_app: None, serve_for_all: Serve) -> RunningService:
    """A service that answers one question at a time, for longer than any test waits."""
    return serve_for_all("--engine", "echo:slots=1,token_ms=100,tokens=4000")


@pytest.fixture(scope="module")
def frail(web_app: None, serve_for_all: Serve) -> RunningService:
    """A service whose answers break in the middle, and which cannot read much."""
    return serve_for_all("--engine", "echo:fail_at=6,context=256")


@pytest.fixture
def meet(browser: Browser) -> Generator[Meet]:
    """Brings people to a service: ``meet(quick, locale="zh-CN")``. Each must leave without a complaint."""
    there: list[Reader] = []

    def come(service: RunningService, **profile: Any) -> Reader:
        there.append(Reader(browser, service, **profile))
        return there[-1]

    yield come
    for reader in there:
        reader.leave()
