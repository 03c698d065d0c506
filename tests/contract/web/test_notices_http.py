"""What operators tell the public: who may, what shows at once, what is kept, and what is refused."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import httpx
import pytest

from records_that_fail import SwitchedRecords
from web_app import WebApp, web_app

INCIDENT = {"title_en": "Uploads fail", "text_en": "We are looking into it.", "components": ["chat"]}
INCIDENTS = "/api/operator/incidents"
WORKS = "/api/operator/maintenances"


@pytest.fixture
async def app(records: SwitchedRecords) -> AsyncIterator[WebApp]:
    async with web_app(records, "tokens=3") as app:
        yield app


async def opened(owner: httpx.AsyncClient) -> str:
    answer = await owner.post(INCIDENTS, json=INCIDENT)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def a_plan(**other: object) -> dict[str, object]:
    now_s = time.time()
    return {"title_en": "New disks", "begins_s": now_s + 60, "ends_s": now_s + 3600, "components": ["chat"], **other}


@pytest.mark.parametrize("path", [INCIDENTS, WORKS, "/api/operator/banner"])
async def test_members_and_strangers_neither_see_nor_change_it(app: WebApp, path: str):
    async with app.owner(), app.member() as member, app.client() as anybody:
        assert (await member.get(path)).status_code == 403
        assert (await member.post(path, json={})).status_code in (403, 422, 400)
        assert (await anybody.get(path)).status_code == 401
        assert (await member.post("/api/operator/banner", json={"text_en": "x"})).status_code == 403


async def test_an_incident_is_written_to_reworded_and_closed(app: WebApp):
    async with app.owner() as owner:
        one = await opened(owner)
        added = await owner.post(
            f"{INCIDENTS}/{one}/updates",
            json={"phase": "identified", "text_en": "A disk is full.", "text_zh": "硬盘已满。"},
        )
        assert added.json()["phase"] == "identified"
        update = added.json()["updates"][-1]
        reworded = await owner.post(f"{INCIDENTS}/{one}/updates/{update['id']}", json={"text_en": "A disk was full."})
        assert reworded.json()["updates"][-1]["text_en"] == "A disk was full."
        assert reworded.json()["updates"][-1]["edited_s"] is not None
        settled = await owner.post(f"{INCIDENTS}/{one}", json={"impact": "critical", "components": ["api", "chat"]})
        assert (settled.json()["impact"], settled.json()["components"]) == ("critical", ["chat", "api"])
        closed = await owner.post(f"{INCIDENTS}/{one}/close", json={})
        assert closed.json()["resolved_s"] is not None
        again = await owner.post(f"{INCIDENTS}/{one}/updates", json={"phase": "investigating", "text_en": "Not yet."})
        assert again.json()["resolved_s"] is None
        assert again.json()["saved"] is True


async def test_a_draft_is_the_operators_alone_until_it_is_published(app: WebApp):
    async with app.owner() as owner, app.client() as anybody:
        one = (await owner.post(INCIDENTS, json={**INCIDENT, "published": False})).json()["id"]
        assert "Uploads fail" not in (await anybody.get("/status/en")).text
        assert (await anybody.get(f"/status/en/incidents/{one}", headers={"accept": "text/html"})).status_code == 404
        await owner.post(f"{INCIDENTS}/{one}", json={"published": True})
        assert "Uploads fail" in (await anybody.get("/status/en")).text


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("", {"text_en": "No title."}, 400),
        ("", {"title_en": "No text"}, 400),
        ("", {"title_en": "x", "text_en": "y", "impact": "terrible"}, 422),
        ("", {"title_en": "x", "text_en": "y", "components": ["kitchen"]}, 422),
        ("", {"title_en": "x" * 201, "text_en": "y"}, 422),
        ("/nothing/updates", {"phase": "resolved", "text_en": "y"}, 404),
        ("/nothing/merge", {"into": "other"}, 404),
    ],
)
async def test_what_makes_no_incident_is_refused(app: WebApp, path: str, body: dict[str, object], status: int):
    async with app.owner() as owner:
        answer = await owner.post(f"{INCIDENTS}{path}", json=body)
        assert answer.status_code in (status, 400 if status == 422 else status), answer.text
        assert (await owner.get(INCIDENTS)).json()["incidents"] == []


async def test_open_incidents_are_bounded(app: WebApp):
    async with app.owner() as owner:
        statuses = [(await owner.post(INCIDENTS, json=INCIDENT)).status_code for _ in range(21)]
        assert statuses == [201] * 20 + [409]
        one = (await owner.get(INCIDENTS)).json()["incidents"][0]["id"]
        await owner.post(f"{INCIDENTS}/{one}/close", json={})
        assert (await owner.post(INCIDENTS, json=INCIDENT)).status_code == 201


async def test_maintenance_is_announced_changed_goes_on_and_is_called_off(app: WebApp):
    async with app.owner() as owner, app.client() as anybody:
        one = (await owner.post(WORKS, json=a_plan())).json()
        assert one["stage"] == "scheduled"
        assert "New disks" in (await anybody.get("/status/en")).text
        now = await owner.post(f"{WORKS}/{one['id']}", json=a_plan(begins_s=time.time() - 1, text_en="Ten minutes."))
        assert now.json()["stage"] == "in_progress"
        components = (await anybody.get("/api/v2/components.json")).json()["components"]
        assert components[0]["status"] == "under_maintenance"
        assert (await owner.post(f"{WORKS}/{one['id']}/end")).json()["stage"] == "completed"
        assert (await owner.post(f"{WORKS}/{one['id']}/end")).status_code == 409
        components = (await anybody.get("/api/v2/components.json")).json()["components"]
        assert components[0]["status"] != "under_maintenance"
        assert (await owner.get(WORKS)).json()["maintenances"][0]["id"] == one["id"]


@pytest.mark.parametrize("wrong", [{"ends_s": 1.0}, {"begins_s": 5e9, "ends_s": 5e9 + 1}, {"title_en": ""}])
async def test_maintenance_of_no_sound_time_or_name_is_refused(app: WebApp, wrong: dict[str, object]):
    async with app.owner() as owner:
        assert (await owner.post(WORKS, json=a_plan(**wrong))).status_code == 400


async def test_the_banner_stands_on_the_page_until_it_is_over(app: WebApp):
    async with app.owner() as owner, app.client() as anybody:
        told = await owner.post("/api/operator/banner", json={"text_en": "Back at noon.", "text_zh": "中午恢复。"})
        assert told.json()["saved"] is True
        assert "Back at noon." in (await anybody.get("/status/en")).text
        assert "中午恢复。" in (await anybody.get("/status/zh")).text
        await owner.post("/api/operator/banner", json={"text_en": "Over.", "until_s": time.time() - 1})
        assert "Over." not in (await anybody.get("/status/en")).text
        assert (await owner.get("/api/operator/banner")).json()["text_en"] == ""


async def test_what_is_written_while_the_database_is_away_shows_at_once_and_says_so(app: WebApp):
    async with app.owner() as owner, app.client() as anybody:
        await owner.get("/api/auth/me")  # The session is known from here on.
        app.records.away = True
        answer = await owner.post(INCIDENTS, json=INCIDENT)
        assert answer.status_code == 201, answer.text
        assert answer.json()["saved"] is False
        assert "Uploads fail" in (await anybody.get("/status/en")).text
        app.records.away = False
        later = await owner.post(f"{INCIDENTS}/{answer.json()['id']}", json={"impact": "minor"})
        assert later.json()["saved"] is True
