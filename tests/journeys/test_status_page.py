"""The status page in a browser: with and without JavaScript, on a desk and a phone, in both languages, and alone."""

from __future__ import annotations

import re
import time
from collections.abc import Generator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from eloquent_upstream import eloquent_upstream
from postgres_server import PostgresServer
from reader import Meet
from running_service import RunningService, Serve, until

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
INCIDENT = {
    "title_en": "Uploads fail",
    "title_zh": "上传失败",
    "text_en": "Known: files of any kind are refused. Affected: everybody. What you can do: paste the text instead.",
    "text_zh": "已知：任何文件都无法上传。受影响：所有人。你可以：改为粘贴文字。",
    "impact": "major",
    "components": ["chat"],
}


@pytest.fixture(scope="module")
def told(quick: RunningService) -> RunningService:
    """A service whose operator has something to say."""
    now_s = time.time()
    work = {"title_en": "New disks", "title_zh": "更换硬盘", "text_en": "Ten minutes.", "components": ["signin"]}
    with quick.owner() as operator:
        for path, body in (
            ("incidents", INCIDENT),
            ("maintenances", {**work, "begins_s": now_s + 3600, "ends_s": now_s + 7200}),
            ("banner", {"text_en": "We are in the news today.", "text_zh": "我们今天上了新闻。"}),
        ):
            assert operator.post(f"/api/operator/{path}", json=body).is_success
    return quick


@pytest.mark.parametrize(
    ("theme", "shape", "locale"),
    [("light", {}, "en-GB"), ("dark", PHONE, "zh-CN"), ("light", PHONE, "en-GB"), ("dark", {}, "zh-CN")],
    ids=["desk", "phone-chinese", "phone", "desk-chinese"],
)
def test_the_page_is_free_of_findings_and_fits(
    meet: Meet, told: RunningService, theme: str, shape: dict[str, Any], locale: str
) -> None:
    reader = meet(told, color_scheme=theme, locale=locale, **shape)
    title = "上传失败" if locale == "zh-CN" else "Uploads fail"
    reader.page.goto("/status")
    expect(reader.page.get_by_role("heading", level=1)).to_contain_text(title)
    assert (reader.findings(), reader.overflow_px()) == ([], 0)
    reader.page.locator("article.card a").first.click()
    expect(reader.page.get_by_role("heading", level=1)).to_have_text(title)
    assert (reader.findings(), reader.overflow_px()) == ([], 0)


def test_without_javascript_it_is_read_turned_into_chinese_and_subscribed_to(
    browser: Browser, told: RunningService
) -> None:
    context = browser.new_context(base_url=told.url, java_script_enabled=False, locale="en-GB", **PHONE)
    page = context.new_page()
    page.goto("/status")
    for sight in ("Something is wrong: Uploads fail", "We are in the news today.", "New disks", "Works"):
        expect(page.get_by_text(sight).first).to_be_visible()
    # What a screen reader says of ninety days, and where it can jump to.
    drawing = page.get_by_role("img").first
    expect(drawing).to_have_attribute(
        "aria-label", re.compile(r"Chat, last 90 days: [\d.]+ % up\. No day with a fault\.")
    )
    headings = page.get_by_role("heading", level=2).all_text_contents()
    assert headings[:3] == ["What is going on", "Components", "What users feel"]
    page.get_by_role("link", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("上传失败")
    page.get_by_label("Webhook 地址").fill("https://127.0.0.1/hook")
    page.get_by_role("button", name="用 Webhook 订阅").click()
    expect(page.get_by_role("alert")).to_contain_text("内部网络")
    context.close()


def test_the_app_shows_the_operators_banner_and_leads_to_the_page(meet: Meet, told: RunningService) -> None:
    reader = meet(told)
    reader.page.goto("/login")
    expect(reader.page.get_by_text("We are in the news today.")).to_be_visible()
    reader.page.get_by_role("link", name="Service status").first.click()
    expect(reader.page.get_by_role("heading", level=1)).to_contain_text("Uploads fail")


@pytest.fixture
def frail(serve: Serve, postgres_server: PostgresServer) -> Generator[tuple[RunningService, ExitStack]]:
    """A service, and what ends its engine."""
    with ExitStack() as engine:
        url = engine.enter_context(eloquent_upstream("Hello."))
        service = serve("--engine", url, environment={"SEAWALL_DATABASE": postgres_server.new_database()})
        yield service, engine


def test_it_stays_up_without_database_and_engine_and_says_so(
    meet: Meet, frail: tuple[RunningService, ExitStack], postgres_server: PostgresServer
) -> None:
    service, engine = frail
    with service.client() as anybody:
        until(lambda: "All systems work" in anybody.get("/status/en").text)
        engine.close()
        postgres_server.stop()
        try:
            until(lambda: "The model and the database are away" in anybody.get("/status/en").text, 90)
            reader = meet(service)
            reader.page.goto("/status")
            expect(reader.page.get_by_text("The database is away. What is written here just now")).to_be_visible()
            expect(reader.page.get_by_role("link", name="The model does not answer")).to_be_visible()
            expect(reader.page.locator("li", has_text="Sign-in").get_by_text("Down")).to_be_visible()
            assert reader.findings() == []
            summary = anybody.get("/api/v2/summary.json").json()
            assert summary["status"]["indicator"] == "critical"
            assert {one["status"] for one in summary["incidents"]} == {"investigating"}
        finally:
            postgres_server.start()
