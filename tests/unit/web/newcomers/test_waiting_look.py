"""The waiting room stands alone, so its colours are written twice: the same ones as the app's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
APP = ROOT / "ui" / "src" / "tokens.css"
WAITING_ROOM = ROOT / "src" / "seawall" / "web" / "newcomers" / "waiting_assets" / "style.css"
_RULE = re.compile(r":root[^{]*\{([^}]*)\}")
_TOKEN = re.compile(r"(--[\w-]+|color-scheme):\s*([^;]+);")


def tokens(css: Path, scheme: str) -> dict[str, str]:
    """Each token's value in the rule that is for light or dark."""
    rules = [dict(_TOKEN.findall(rule)) for rule in _RULE.findall(css.read_text(encoding="utf-8"))]
    return next(rule for rule in rules if rule.get("color-scheme") == scheme)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_waiting_room_has_the_apps_colours(scheme: str) -> None:
    own, apps = tokens(WAITING_ROOM, scheme), tokens(APP, scheme)
    assert own.keys() >= {"--bg", "--ink", "--accent", "--warn"}
    assert {name: apps.get(name) for name in own} == own


def test_the_apps_two_dark_rules_are_one() -> None:
    by_system, by_wish = re.findall(r":root[^{]*theme[^{]*\{([^}]*)\}", APP.read_text(encoding="utf-8"))
    assert dict(_TOKEN.findall(by_system)) == dict(_TOKEN.findall(by_wish))


def test_the_waiting_room_writes_in_the_apps_letters() -> None:
    fonts = re.search(r"--font:\s*([^;]+);", APP.read_text(encoding="utf-8"))
    assert fonts is not None
    own = re.search(r"font: 0\.9375rem / 1\.5 ([^;]+);", WAITING_ROOM.read_text(encoding="utf-8"))
    assert own is not None
    assert own[1].split() == fonts[1].split()
