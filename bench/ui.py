"""What the web app costs the browser of who reads: a long answer, a long conversation, the first load.

Knows what was promised and Chromium's own counters; knows nothing of the app's inside. The service is real, its model
scripted, because the echo engine says no Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Page, Response, sync_playwright

from heading import heading, table
from markdown_upstream import BRIEF, LONG, markdown_upstream, tokens_of
from service import OWNER, SETUP_LINK, Service

TOKENS = 1_500
MESSAGES = 500
COMMAND = [sys.executable, "-m", "seawall", "serve"]
# Work that no change of ours touches, so that a slow machine can be told from a slow page.
CALIBRATION = """() => {
  const counts = {}
  for (let n = 0; n < 2e6; n++) counts[n & 1023] = (counts[n & 1023] ?? 0) + 1
}"""
COPIES = "document.querySelector('button[aria-label=\"Copy the answer\"]') !== null"
# What the freezing of blocks is there for: the same text, parsed and put in as a whole for each token.
WHOLE = """async ([path, tokens]) => {
  const { GrowingText } = await import(path)
  const place = document.createElement('div')
  place.className = 'prose'
  document.querySelector('main').append(place)
  let said = ''
  for (const token of tokens) {
    said += token
    place.innerHTML = new GrowingText().update(said, true).map((block) => block.html).join('')
    await new Promise((resolve) => setTimeout(resolve, 4))
  }
}"""
# From the press to the frame in which the last answer stands; then whether it ever moves while the rest is drawn.
OPEN = """async (href) => {
  const frame = () => new Promise(requestAnimationFrame)
  const begun = performance.now()
  document.querySelector(`a[href="${href}"]`).click()
  const last = () => [...document.querySelectorAll('main li.message')].at(-1)
  while (!last()?.querySelector('.prose')) await frame()
  await frame()
  const took = performance.now() - begun
  const places = []
  for (let waited = 0; waited < 120; waited++) {
    await frame()
    places.push(last().getBoundingClientRect().bottom)
  }
  return { took, moved: Math.max(...places) - Math.min(...places) }
}"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; without a limit it is only told."""

    name: str
    value: float
    unit: str
    limit: float | None = None

    def row(self) -> tuple[str, str, str, str]:
        share = "" if self.limit is None else f"{self.value / self.limit:.2f}" if self.limit else "-"
        limit = "" if self.limit is None else f"{self.limit:.4g} {self.unit}"
        within = "" if self.limit is None else "yes" if self.value <= self.limit else "NO"
        return self.name, f"{self.value:.1f} {self.unit}", limit, f"{share} {within}".strip()


class Visitor:
    """A signed-in person at a browser."""

    def __init__(self, browser: Browser, url: str, session: str) -> None:
        name, _, value = session.partition("=")
        context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 800}, locale="en-GB")
        if session:
            context.add_cookies([{"name": name, "value": value, "url": url}])
        context.set_default_timeout(120_000)
        self.page: Page = context.new_page()
        self._cdp: CDPSession = context.new_cdp_session(self.page)
        # Ticks of the thread: what else runs on the machine does not count.
        self._cdp.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy_ms(self) -> float:
        """The main thread's time so far."""
        metrics = self._cdp.send("Performance.getMetrics")["metrics"]
        return next(each["value"] for each in metrics if each["name"] == "TaskDuration") * 1e3

    def leave(self) -> None:
        self.page.context.close()


def streaming(visitor: Visitor) -> list[Figure]:
    """The whole of an answer, from the question to its last word: the best of three, as in ``opening``.

    Beside it, in the same minute, the way that it replaces, as the ratio of both holds on a busy machine too.
    """
    page = visitor.page
    scripts: list[str] = []
    page.on("response", lambda answer: scripts.append(urlsplit(answer.url).path))
    spent = [_streamed(visitor) for _ in range(3)]
    blocks = next(path for path in scripts if "/blocks-" in path)
    before = visitor.busy_ms()
    page.evaluate(WHOLE, [blocks, tokens_of(TOKENS)])
    whole = visitor.busy_ms() - before
    return [
        Figure(f"{TOKENS:,} tokens streamed, main thread", min(spent), "ms", 1_000),
        Figure("the same, the whole text for each token", whole, "ms"),
        Figure("the first as a share of the second", 100 * min(spent) / whole, "%", 100 / 13),
    ]


def _streamed(visitor: Visitor) -> float:
    page = visitor.page
    page.goto("/")
    page.get_by_role("button", name="Model:").click()
    page.get_by_role("menuitemradio", name=LONG).click()
    page.get_by_label("Your message").fill("How does a harbour work?")
    before = visitor.busy_ms()
    page.get_by_label("Your message").press("Enter")
    # Not by Playwright's own waiting: it looks for names all over the page, on the thread that is measured.
    while not page.evaluate(COPIES):
        time.sleep(0.5)
    spent = visitor.busy_ms() - before
    blocks = page.locator(".prose .block").count()
    assert blocks > TOKENS / 40, f"Only {blocks} blocks were said."
    return spent


def opening(visitor: Visitor, conversation: str) -> list[Figure]:
    """The best of a few times: what else runs on the machine only ever adds."""
    seen: list[tuple[float, float]] = []
    spent: list[float] = []
    for _ in range(5):
        visitor.page.goto("/")
        visitor.page.locator(f'a[href="/c/{conversation}"]').wait_for()
        before = visitor.busy_ms()
        told = visitor.page.evaluate(OPEN, f"/c/{conversation}")
        visitor.page.wait_for_function("n => document.querySelectorAll('main li.message').length === n", arg=MESSAGES)
        spent.append(visitor.busy_ms() - before)
        seen.append((told["took"], told["moved"]))
    return [
        Figure(f"{MESSAGES} messages, press to last answer", min(took for took, _ in seen), "ms", 300),
        Figure("the same with the others drawn behind it, main thread", min(spent), "ms"),
        Figure("how far the last answer moved meanwhile", max(moved for _, moved in seen), "px", 1),
    ]


def first_load(visitor: Visitor) -> list[Figure]:
    """All that a signed-in person's first visit fetches, as it goes over the wire."""
    answers: list[Response] = []
    visitor.page.on("response", lambda answer: answers.append(answer))
    visitor.page.goto("/")
    visitor.page.get_by_label("Your message").wait_for()
    visitor.page.wait_for_function("document.fonts.ready.then(() => true)")
    paths = [urlsplit(each.url).path for each in answers]
    sizes = [each.request.sizes()["responseBodySize"] for each in answers if urlsplit(each.url).path != "/api/events"]
    calls = [path for path in paths if path.startswith("/api/") and path != "/api/events"]
    return [
        Figure("first load, compressed", sum(sizes) / 1e3, "kB", 150),
        Figure("API calls of the first screen", len(calls), "", 1),
    ]


@contextmanager
def _chromium() -> Generator[Browser]:
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


def owner(service: Service) -> tuple[str, str]:
    """The session cookie and the CSRF token."""
    link = SETUP_LINK.search(service.said())
    assert link is not None, service.said()
    answer = service.post("/api/setup", {"token": link[1], **OWNER}, {})
    cookie = (answer.getheader("set-cookie") or "").split(";")[0]
    return cookie, json.loads(answer.read())["csrf_token"]


def long_conversation(service: Service, cookie: str, token: str) -> str:
    """Its id. Each answer is heard to its end before the next question."""
    conversation: str | None = None
    for number in range(MESSAGES // 2):
        said = {"conversation_id": conversation, "message_id": os.urandom(8).hex(), "model": BRIEF}
        chat = {**said, "text": f"Question {number} about harbours"}
        stream = service.post("/api/chat", chat, {"cookie": cookie, "x-csrf-token": token})
        told = stream.read().decode()
        assert stream.status == 200, told
        if conversation is None:
            line = next(line for line in told.splitlines() if line.startswith("data: "))
            conversation = json.loads(line[6:])["conversation"]["id"]
    assert conversation is not None
    return conversation


def measured(service: Service, browser: Browser) -> list[Figure]:
    """Each by a visitor of its own, with nothing fetched before."""
    cookie, token = owner(service)

    def visited(measure: Callable[[Visitor], list[Figure]]) -> list[Figure]:
        visitor = Visitor(browser, f"http://127.0.0.1:{service.port}", cookie)
        told = measure(visitor)
        visitor.leave()
        return told

    # Before anything is asked: an answer that just ends elsewhere has the page renew its list.
    figures = [*visited(first_load), *visited(streaming)]
    conversation = long_conversation(service, cookie, token)
    figures += visited(partial(opening, conversation=conversation))
    visitor = Visitor(browser, "about:blank", "")
    before = visitor.busy_ms()
    visitor.page.evaluate(CALIBRATION)
    loop_ms = visitor.busy_ms() - before
    return [*figures, Figure("calibration: 2 million updates of an object, main thread", loop_ms, "ms")]


def main() -> None:
    """Measures, prints. A limit that is missed is told and is no failure of the bench."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    print(heading())
    with (
        tempfile.TemporaryDirectory() as folder,
        markdown_upstream(TOKENS) as upstream,
        Service(COMMAND, Path(folder) / "data", upstream) as service,
        _chromium() as browser,
    ):
        figures = measured(service, browser)
    print(table([figure.row() for figure in figures], ("what", "measured", "limit", "share")))


if __name__ == "__main__":
    main()
