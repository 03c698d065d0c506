"""A browser's user agent in words. Knows common names; trusts none of them."""

from __future__ import annotations

import re

# The more special first: Edge says that it is Chrome, Chrome that it is Safari.
_BROWSERS = (
    ("Edge", "Edg"),
    ("Opera", "OPR/"),
    ("Samsung Internet", "SamsungBrowser"),
    ("Firefox", "Firefox/"),
    ("Firefox", "FxiOS"),
    ("Chrome", "CriOS"),
    ("Chrome", "Chrome/"),
    ("Safari", "Safari/"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS X"),
    ("ChromeOS", "CrOS"),
    ("Linux", "Linux"),
)
_PROGRAM = re.compile(r"[A-Za-z][A-Za-z0-9 ._-]{0,39}")


def browser_of(user_agent: str) -> tuple[str, str]:
    """Browser and system, such as ``("Firefox", "Windows")``; a program's own name, and empty for what is not known."""
    browser = next((name for name, mark in _BROWSERS if mark in user_agent), "")
    system = next((name for name, mark in _SYSTEMS if mark in user_agent), "")
    if not browser:
        found = _PROGRAM.match(user_agent.partition("/")[0])
        browser = found[0] if found and not user_agent.startswith("Mozilla") else ""
    return browser, system
