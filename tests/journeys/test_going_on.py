"""Answers that outlive pages, and conversations that branch. Knows what a person sees; knows no jobs and no trees."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from eloquent_upstream import eloquent_upstream
from reader import Meet, Reader
from running_service import RunningService, Serve

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
LOST = "The connection is lost. The answer goes on"
RICH = """It is \\(a^2 + b^2\\), for $5 or less:

$$\\int_0^1 x\\,dx$$

```python
def tide(hour: float) -> float:
    return 2.1 * hour
```

| part | length |
|---|--:|
| quay | 600 |

```mermaid
flowchart LR
  Ship --> Harbour --> Town
```

```mermaid
this is no diagram
```

![a boat](https://pictures.example/boat.png)
"""


@dataclass(frozen=True, slots=True)
class Steady:
    """A service whose answers go on until they are to end: long enough to be lost and found by whoever is slow."""

    service: RunningService
    over: Event


@pytest.fixture(scope="module")
def steady(web_app: None, serve_for_all: Serve) -> Generator[Steady]:
    over = Event()
    with eloquent_upstream("reload me in the middle of", over=over) as url:
        try:
            yield Steady(serve_for_all("--engine", url), over)
        finally:
            over.set()


@pytest.fixture(scope="module")
def rich(web_app: None, serve_for_all: Serve) -> Generator[RunningService]:
    """A service whose model answers with all that an answer may hold."""
    with eloquent_upstream(RICH, reasoning="What does a harbour need?") as url:
        yield serve_for_all("--engine", url)


def begun(reader: Reader, words: str) -> str:
    """Asks and returns the conversation's address once the answer has words."""
    reader.page.goto("/")
    reader.says(words)
    expect(reader.answers).to_contain_text(words.split()[0])
    return reader.page.url


def grows(reader: Reader) -> None:
    """Returns once the answer has more words than it had."""
    heard = len(reader.answers.last.inner_text())
    longer = "heard => [...document.querySelectorAll('.prose')].at(-1)?.innerText.length > heard + 12"
    reader.page.wait_for_function(longer, arg=heard)


def whole(reader: Reader) -> str:
    """The answer, once it is complete."""
    reader.hears_the_end()
    expect(reader.page.get_by_role("button", name="Copy the answer").last).to_be_attached()
    return reader.answers.last.inner_text()


def versions(reader: Reader, told: str) -> Locator:
    """Where a version is told to be shown."""
    return reader.page.get_by_role("group", name="Versions").filter(has_text=told)


def test_an_answer_survives_a_reload_a_second_browser_and_a_lost_network(meet: Meet, steady: Steady) -> None:
    reader = meet(steady.service).as_member()
    reader.expects("ERR_INTERNET_DISCONNECTED")
    reader.expects("net::ERR")
    address = begun(reader, "reload me in the middle")
    reader.page.reload()
    expect(reader.answers).to_contain_text("reload")
    grows(reader)

    second = meet(steady.service, **PHONE, locale="zh-CN").as_member()
    second.page.goto(address)
    expect(second.answers).to_contain_text("reload")

    reader.context.set_offline(True)
    expect(reader.page.get_by_text(LOST)).to_be_visible()
    reader.context.set_offline(False)
    expect(reader.page.get_by_text(LOST)).to_have_count(0)
    grows(reader)

    steady.over.set()
    told = whole(reader)
    expect(second.page.get_by_role("button", name="发送")).to_be_visible()
    expect(second.answers).to_have_text(told, use_inner_text=True)
    assert told.startswith("reload me in the middle of word 1 word 2 ")
    assert (second.findings(), second.overflow_px()) == ([], 0)
    reader.page.reload()
    expect(reader.answers).to_have_text(told, use_inner_text=True)


def test_tabs_agree_and_an_answer_is_stopped_from_another(meet: Meet, slow: RunningService) -> None:
    writer = meet(slow).as_member()
    onlooker = meet(slow).as_member()
    onlooker.page.goto("/")
    expect(onlooker.composer).to_be_visible()
    begun(writer, "watched from elsewhere")
    onlooker.page.get_by_role("navigation").get_by_text("watched from elsewhere").click()
    expect(onlooker.answers).to_contain_text("watched")
    grows(onlooker)
    onlooker.page.get_by_role("button", name="Stop the answer").click()
    for reader in (writer, onlooker):
        expect(reader.page.get_by_text("Stopped. What was said is kept.", exact=True).last).to_be_visible()
    assert whole(writer) == whole(onlooker)


def test_questions_and_answers_branch_and_the_branch_is_remembered(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).as_member()
    begun(reader, "first question")
    whole(reader)
    reader.page.get_by_role("button", name="Another answer").click()
    expect(versions(reader, "Version 2 of 2")).to_be_visible()
    whole(reader)

    reader.page.locator("h1").click()
    reader.page.keyboard.press("e")
    field = reader.page.get_by_label("Your message, changed")
    expect(field).to_be_focused()
    field.fill("second thoughts")
    field.press("Escape")
    reader.page.get_by_role("button", name="Change this message").click()
    expect(field).to_have_value("second thoughts")
    field.press("Enter")
    expect(reader.answers).to_contain_text("second thoughts")
    whole(reader)
    assert reader.findings() == []

    # By keyboard: back to the first question, whose answers are still two.
    reader.page.get_by_role("button", name="Version before").focus()
    reader.page.keyboard.press("Enter")
    expect(reader.answers).to_contain_text("first question")
    expect(versions(reader, "Version 1 of 2")).to_have_count(1)
    expect(versions(reader, "Version 2 of 2")).to_have_count(1)
    reader.page.keyboard.press("[")
    expect(versions(reader, "Version 1 of 2")).to_have_count(2)

    elsewhere = meet(quick).as_member()
    elsewhere.page.goto(reader.page.url)
    expect(versions(elsewhere, "Version 1 of 2")).to_have_count(2)
    reader.page.keyboard.press("]")
    expect(versions(elsewhere, "Version 2 of 2")).to_have_count(1)
    reader.composer.press("ArrowUp")
    expect(field).to_have_value("first question")


def test_an_answer_shows_formulas_code_and_diagrams_and_calls_nobody(meet: Meet, rich: RunningService) -> None:
    reader = meet(rich).as_member()
    reader.page.goto("/")
    reader.says("show all that you can")
    whole(reader)
    expect(reader.answers.last.locator(".math.set math")).to_have_count(2)
    expect(reader.answers.last).to_contain_text("for $5 or less")
    expect(reader.answers.last.locator(".hljs-keyword").first).to_have_text("def")
    expect(reader.answers.last.get_by_role("link", name="a boat")).to_have_attribute(
        "href", re.compile("^https://pictures")
    )
    first, second = reader.answers.last.get_by_role("button", name="Draw").all()
    second.click()
    expect(reader.answers.last).to_contain_text("This could not be drawn. Its source stands above.")
    first.click()
    diagram = reader.answers.last.get_by_role("img", name="The diagram that is described above")
    expect(diagram).to_be_visible()
    assert diagram.evaluate("image => image.naturalWidth") > 100
    expect(reader.page.locator("iframe")).to_have_count(0)

    reader.page.get_by_text(re.compile("Thought for|Reasoning")).click()
    expect(reader.page.get_by_text("What does a harbour need?")).to_be_visible()
    reader.page.get_by_role("button", name="Details of the answer").click()
    expect(reader.page.get_by_text("First word after")).to_be_visible()
    for width in (1280, 360):
        reader.page.set_viewport_size({"width": width, "height": 800})
        assert (width, reader.findings(), reader.overflow_px()) == (width, [], 0)


def test_what_was_refused_is_asked_again_by_itself_when_the_count_is_over(
    meet: Meet, web_app: None, serve_for_all: Serve
) -> None:
    one = {"SEAWALL_LIMITS_ANSWERS_PER_ACCOUNT": "1"}
    service = serve_for_all("--engine", "echo:token_ms=100,tokens=400", environment=one)
    first, reader = meet(service).as_member(), meet(service).as_member()
    begun(first, "take all that there is")
    reader.expects("429")
    reader.page.clock.install()
    reader.page.goto("/")
    reader.says("once there is room")
    expect(reader.page.get_by_role("alert")).to_contain_text("in progress already")
    reader.page.get_by_label("Try again by itself").check()
    expect(reader.page.get_by_text(re.compile(r"It is tried again in \d+ seconds?\."))).to_be_visible()
    reader.composer.fill("once there is room and half a thought")
    first.composer.press("Escape")
    first.hears_the_end()
    reader.page.clock.fast_forward(11_000)
    expect(reader.answers).to_contain_text("once there is room")
    expect(reader.page.get_by_text("once there is room", exact=True).first).to_be_visible()
    expect(reader.composer).to_have_value("and half a thought")
    reader.composer.press("Escape")
    reader.hears_the_end()
