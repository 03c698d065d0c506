"""A visitor without an account asks in the app: freely, past a puzzle on a busy day, or not where guests are off."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from reader import Meet
from running_service import RunningService, Serve

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def test_a_guest_asks_is_told_what_is_kept_and_solves_a_puzzle_on_a_busy_day(
    meet: Meet, web_app: None, serve_for_all: Serve
) -> None:
    service = serve_for_all("--engine", "echo:token_ms=5,tokens=20", environment={"SEAWALL_ENTRANCE_GUESTS": "on"})
    service.owner().close()
    guest = meet(service, **PHONE, color_scheme="dark")
    page = guest.page
    page.goto("/login")
    page.get_by_role("link", name="Ask without an account").tap()
    expect(page.get_by_text("kept in this browser alone")).to_be_visible()
    assert (guest.findings(), guest.overflow_px()) == ([], 0)
    guest.says("a first question")
    expect(guest.answers).to_contain_text("a first question")
    guest.hears_the_end()

    with service.owner() as owner:
        assert owner.post("/api/operator/shield/posture", json={"posture": "elevated"}).is_success
    page.reload()
    expect(guest.answers).to_contain_text("a first question")
    guest.expects("403")
    guest.says("a second question")
    expect(guest.answers.last).to_contain_text("a second question")
    guest.hears_the_end()
    assert (guest.findings(), guest.overflow_px()) == ([], 0)
    page.get_by_role("button", name="Forget this talk").tap()
    expect(guest.answers).to_have_count(0)
    page.get_by_role("link", name="Create an account").tap()
    expect(page.get_by_role("heading", name="Create an account")).to_be_visible()

    at_a_desk = meet(service, locale="zh-CN")
    at_a_desk.expects("403")
    at_a_desk.page.goto("/guest")
    at_a_desk.page.locator("#composer").fill("先试试")
    at_a_desk.page.locator("#composer").press("Enter")
    expect(at_a_desk.answers).to_contain_text("先试试")
    assert (at_a_desk.findings(), at_a_desk.overflow_px()) == ([], 0)


def test_in_a_siege_a_guest_sees_a_place_and_loses_neither_it_nor_any_word(
    meet: Meet, web_app: None, serve_for_all: Serve
) -> None:
    narrow = {"SEAWALL_ENTRANCE_GUESTS": "on", "SEAWALL_ENTRANCE_PASSES": "0.01"}
    service = serve_for_all("--engine", "echo:token_ms=5,tokens=20", environment=narrow)
    with service.owner() as owner:
        assert owner.post("/api/operator/shield/posture", json={"posture": "siege"}).is_success
    guest = meet(service, **PHONE, locale="zh-CN")
    guest.expects("503")
    page = guest.page
    page.goto("/guest")
    page.get_by_label("你的消息").fill("灯塔有多高？")
    page.get_by_role("button", name="发送").tap()
    place = page.get_by_role("region", name="你的排队位置")
    expect(place).to_be_visible()
    page.get_by_label("你的消息").fill("接着想问的话")
    assert (guest.findings(), guest.overflow_px()) == ([], 0)
    page.reload()
    expect(place).to_be_visible()
    expect(page.get_by_text("灯塔有多高？")).to_be_visible()
    expect(page.get_by_label("你的消息")).to_have_value("接着想问的话")
    place.get_by_role("button").tap()
    expect(page.get_by_label("你的消息")).to_be_enabled()
    page.reload()
    expect(page.get_by_label("你的消息")).to_have_value(re.compile("接着想问的话$"))


def test_where_no_guests_are_taken_none_is_asked_in(meet: Meet, quick: RunningService) -> None:
    quick.owner().close()
    visitor = meet(quick, locale="zh-CN")
    visitor.page.goto("/login")
    expect(visitor.page.get_by_role("heading", name="登录")).to_be_visible()
    expect(visitor.page.get_by_role("link", name="不登录，先试试")).to_have_count(0)
    visitor.page.goto("/guest")
    expect(visitor.page.get_by_text("本服务只回答有账号的用户。")).to_be_visible()
    assert visitor.findings() == []
