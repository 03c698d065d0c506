"""A person at a browser. Knows what a page may never do: complain, break its policy or call a third party."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserType, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

from running_service import OWNER, RunningService

AXE = Path(__file__).parent.parent / "ui" / "node_modules" / "axe-core" / "axe.min.js"
# Of a list of features that are off only the last counts, so this one has playwright's that matter here: what calls
# others, and what it works around. The rest draw suggestions below an address bar that nobody sees: two pages more for
# each person who comes, and half of all CPU time.
_OFF = (
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)
# Nothing that a browser does by itself may leave this machine.
_QUIET = (
    f"--disable-features={','.join(_OFF)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Counted as experimental, and off by itself: who speaks to their machine says what they see (WCAG 2.5.3).
_RULES = {"label-content-name-mismatch": {"enabled": True}}
# For a machine that does six other things: a puzzle alone may take half of it.
PATIENCE_MS = 90_000


@contextmanager
def chromium() -> Generator[Browser]:
    """The system's Chromium, or playwright's own where the system has none."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = launched(playwright.chromium)
        try:
            yield browser
        finally:
            browser.close()


def launched(kind: BrowserType, *arguments: str) -> Browser:
    """A browser of its own, with more arguments than the usual ones."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return kind.launch(executable_path=found, args=[*_QUIET, *arguments])


class Reader:
    """One person, one browser profile, one page. ``complaints`` is what went wrong out of sight."""

    def __init__(self, browser: Browser, service: RunningService, **profile: Any) -> None:
        options: dict[str, Any] = {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, **profile}
        self.service = service
        self.context = browser.new_context(base_url=service.url, **options)
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self._expected: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._request)

    def expects(self, complaint: str) -> None:
        """A refusal that the test provokes shows in the console; only that one is let pass."""
        self._expected.append(complaint)

    def signed_in(self) -> Reader:
        """With the owner's session, as if they had signed in earlier."""
        return self._with(self.service.owner())

    def as_member(self) -> Reader:
        """With an ordinary member's session."""
        return self._with(self.service.member())

    def _with(self, session: httpx.Client) -> Reader:
        with session as client:
            kept = [(each.name, each.value or "") for each in client.cookies.jar]
        self.context.add_cookies([{"name": name, "value": value, "url": self.service.url} for name, value in kept])
        return self

    def sign_in(self, password: str = OWNER["password"]) -> None:
        self.page.get_by_label("Email").fill(OWNER["email"])
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    @property
    def composer(self) -> Locator:
        return self.page.get_by_label("Your message")

    @property
    def answers(self) -> Locator:
        return self.page.locator(".prose")

    def says(self, words: str) -> None:
        self.composer.fill(words)
        self.composer.press("Enter")

    def hears_the_end(self) -> None:
        """Returns once no answer is under way."""
        expect(self.page.get_by_role("button", name="Send")).to_be_visible()

    def overflow_px(self) -> int:
        """How much wider the page is than its window."""
        over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return self.page.evaluate(f"Math.max(0, {over})")

    def findings(self) -> list[str]:
        """What axe finds on the page as it stands."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("([tags, rules]) => axe.run(document, { runOnly: tags, rules })", [_TAGS, _RULES])
        return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found["violations"]]

    def leave(self) -> None:
        """Closes the browser profile. Fails if anything went wrong out of sight."""
        self.context.close()
        assert not self.complaints, self.complaints

    def _console(self, message: ConsoleMessage) -> None:
        complains = message.type in {"error", "warning"}
        if complains and not any(each in message.text for each in self._expected):
            self.complaints.append(message.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.service.url, "data:", "blob:")):
            self.complaints.append(f"called {request.url}")


Meet = Callable[..., Reader]
