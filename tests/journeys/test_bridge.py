"""The bridge at three in the morning: what goes on, what one can do about it, and what the public is told."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import expect

from reader import Meet, Reader
from running_service import RunningService, Serve

PHONE_CHINESE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "locale": "zh-CN",
    "color_scheme": "dark",
}


@pytest.fixture(scope="module")
def house(web_app: None, serve_for_all: Serve) -> RunningService:
    environment = {"SEAWALL_COST_PER_HOUR": "2.4", "SEAWALL_COST_WATTS_BUSY": "700"}
    return serve_for_all("--engine", "echo:slots=4,ttft_ms=20,token_ms=5,tokens=20", environment=environment)


def flawless(reader: Reader, where: str) -> None:
    assert (where, reader.findings(), reader.overflow_px()) == (where, [], 0)


@contextmanager
def people_asking(house: RunningService) -> Generator[None]:
    """Two programs that ask one question after the other."""
    with house.owner() as owner:
        key = owner.post("/api/keys", json={"name": "load"}).json()["key"]
    enough = Event()

    def ask() -> None:
        body = {"model": "echo", "messages": [{"role": "user", "content": "Hello"}]}
        with house.program(key) as program:
            while not enough.is_set():
                program.post("/v1/chat/completions", json=body)

    with ThreadPoolExecutor(2) as pool:
        asking = [pool.submit(ask) for _ in range(2)]
        try:
            yield
        finally:
            enough.set()
        for one in asking:
            one.result()


def test_the_bridge_shows_what_goes_on_while_it_goes_on_and_acts_by_one_click(
    meet: Meet, house: RunningService
) -> None:
    operator = meet(house).signed_in()
    page = operator.page
    with people_asking(house):
        page.goto("/operator")
        networks = page.get_by_role("region", name="Networks")
        expect(networks.get_by_role("rowheader", name="127.0.0.0/24")).to_be_visible()
        expect(
            page.get_by_role("figure").filter(has_text="Tokens answered a second").locator("strong")
        ).not_to_have_text("0 /s")
        expect(page.locator("canvas").first).to_be_visible()
    expect(page.get_by_text("Attack or surge?")).to_be_visible()
    expect(page.get_by_text("A million tokens", exact=True)).to_be_visible()
    flawless(operator, "the bridge")

    # By the keyboard alone: the network is slowed, and taken back.
    slow = page.get_by_role("button", name="Slow 127.0.0.0/24 for 30 minutes")
    slow.focus()
    page.keyboard.press("Enter")
    back = page.get_by_role("button", name="Take back: treat 127.0.0.0/24 like any other")
    expect(back).to_be_visible()
    back.press("Enter")
    expect(back).to_be_hidden()
    page.get_by_role("textbox", name="Network").fill("everybody")
    operator.expects("400")
    networks.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("is no network")).to_be_visible()

    gate = page.get_by_role("region", name="Gate and waiting room")
    gate.get_by_role("button", name="Apply").click()
    expect(gate.get_by_text("Registration is shut.")).to_be_visible()
    gate.get_by_role("button", name="Back to automatic").click()
    expect(gate.get_by_text("Registration is shut.")).to_be_hidden()

    # What begins is shown and said aloud, with what to do; once its cause is gone, that too.
    alarms = page.get_by_role("region", name="Alarms")
    expect(alarms.get_by_text("Nobody is woken")).to_be_visible()
    with house.owner() as owner:
        owner.post("/api/operator/shield/posture", json={"posture": "siege"})
        expect(alarms.get_by_text("The posture is siege, because an operator has set it.")).to_be_visible()
        expect(alarms.get_by_text("Registered users go first by themselves.")).to_be_visible()
        expect(page.locator("[aria-live]").filter(has_text="The posture is siege")).to_have_count(1)
        flawless(operator, "the bridge with an alarm")
        owner.post("/api/operator/shield/posture", json={"posture": "auto"})
    expect(alarms.get_by_text("Its cause is gone.")).to_be_visible()

    phone = meet(house, **PHONE_CHINESE).signed_in()
    phone.page.goto("/operator")
    expect(phone.page.get_by_role("heading", name="网络")).to_be_visible()
    flawless(phone, "the bridge on a phone in Chinese")


def test_what_an_operator_writes_stands_on_the_status_page_at_once(meet: Meet, house: RunningService) -> None:
    operator = meet(house).signed_in()
    page = operator.page
    page.goto("/operator/notices")
    page.get_by_text("Open an incident").click()
    new = page.locator("details", has_text="Open an incident")
    new.get_by_label("Title English").fill("Answers begin late")
    new.get_by_label("Title Chinese").fill("回答开始得慢")
    new.get_by_label("What is known, who is affected, what to do English").fill("Since three. Registered users wait.")
    new.get_by_label("Chat", exact=True).check()
    flawless(operator, "the form of an incident")
    new.get_by_role("button", name="Open", exact=True).click()
    incident = page.get_by_role("article", name="Answers begin late")
    incident.get_by_label("Update English").fill("One engine is broken.")
    incident.get_by_label("Phase").select_option("identified")
    incident.get_by_role("button", name="Write", exact=True).click()
    expect(incident.get_by_text("One engine is broken.")).to_be_visible()
    page.get_by_label("One sentence over every page English").fill("Work at ten tonight.")
    page.get_by_role("button", name="Put up").click()
    expect(page.get_by_role("button", name="Take down")).to_be_visible()
    with page.expect_download() as report:
        incident.get_by_role("button", name="Download the report").click()
    assert report.value.suggested_filename.endswith(".zip")

    public = meet(house, java_script_enabled=False)
    public.page.goto("/status/en")
    expect(public.page.get_by_text("One engine is broken.").first).to_be_visible()
    expect(public.page.get_by_text("Work at ten tonight.")).to_be_visible()
    public.page.goto("/status/zh")
    expect(public.page.get_by_text("回答开始得慢").first).to_be_visible()

    incident.get_by_label("Update English").fill("It is mended.")
    incident.get_by_label("Phase").select_option("resolved")
    incident.get_by_role("button", name="Write", exact=True).click()
    # On a busy machine the service may have opened another by itself: only this one has to be over.
    expect(incident).to_have_count(0)
    phone = meet(house, **PHONE_CHINESE).signed_in()
    phone.page.goto("/operator/notices")
    expect(phone.page.get_by_role("heading", name="横幅")).to_be_visible()
    flawless(phone, "notices on a phone in Chinese")
