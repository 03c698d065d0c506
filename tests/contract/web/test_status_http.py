"""The status page and its API over HTTP: from memory, whatever is gone, in the shapes that others read."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from records_that_fail import SwitchedRecords
from seawall.settings.entrance import EntranceSettings
from web_app import WebApp, web_app

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "recorded" / "statuspage" / "discord.json").read_text("utf-8")
)
ATOM = "{http://www.w3.org/2005/Atom}"
INCIDENT = {
    "title_en": "Uploads fail",
    "title_zh": "上传失败",
    "text_en": "We are looking <b>into</b> it.",
    "text_zh": "正在查看。",
    "impact": "major",
    "components": ["chat"],
}
BROWSER = {"accept": "text/html"}


@pytest.fixture
async def app(records: SwitchedRecords) -> AsyncIterator[WebApp]:
    async with web_app(records, "tokens=3") as app:
        yield app


def shapes_differ(ours: Any, recorded: Any, where: str = "") -> list[str]:
    """What a reader of the recorded answer would miss in ours. Null stands for anything on either side."""
    if ours is None or recorded is None:
        return []
    if isinstance(recorded, dict):
        if not isinstance(ours, dict):
            return [f"{where} is no object"]
        missing = [f"{where}.{name}" for name in recorded if name not in ours]
        return missing + [
            each
            for name in recorded
            if name in ours
            for each in shapes_differ(ours[name], recorded[name], f"{where}.{name}")
        ]
    if isinstance(recorded, list):
        if not isinstance(ours, list):
            return [f"{where} is no list"]
        return [each for one in ours for two in recorded[:1] for each in shapes_differ(one, two, f"{where}[]")]
    return [] if type(ours) is type(recorded) else [f"{where} is {type(ours).__name__}"]


async def test_every_answer_of_the_api_has_the_recorded_shape(app: WebApp):
    async with app.owner() as owner, app.client() as anybody:
        opened = await owner.post("/api/operator/incidents", json=INCIDENT)
        closed = await owner.post("/api/operator/incidents", json=INCIDENT)
        await owner.post(f"/api/operator/incidents/{closed.json()['id']}/close", json={})
        work = {"title_en": "New disks", "begins_s": 4e9, "ends_s": 4e9 + 60, "components": ["api"]}
        assert (await owner.post("/api/operator/maintenances", json=work)).status_code == 400  # A century ahead.
        now_s = opened.json()["opened_s"]
        for begins_s in (now_s - 60, now_s + 3600):
            planned = {**work, "begins_s": begins_s, "ends_s": now_s + 7200}
            assert (await owner.post("/api/operator/maintenances", json=planned)).status_code == 201
        told = {path: (await anybody.get(f"/api/v2/{path}")).json() for path in RECORDED}

    assert [each for path in RECORDED for each in shapes_differ(told[path], RECORDED[path], path)] == []
    assert [one["id"] for one in told["incidents/unresolved.json"]["incidents"]] == [opened.json()["id"]]
    assert len(told["incidents.json"]["incidents"]) == 2
    assert len(told["scheduled-maintenances/active.json"]["scheduled_maintenances"]) == 1
    assert len(told["scheduled-maintenances/upcoming.json"]["scheduled_maintenances"]) == 1
    assert len(told["summary.json"]["scheduled_maintenances"]) == 2
    assert [one["name"] for one in told["components.json"]["components"]] == [
        "Chat",
        "API",
        "Sign-up",
        "Sign-in",
        "Models",
    ]
    ids = {one["id"] for one in told["components.json"]["components"]}
    assert {one["id"] for one in told["incidents.json"]["incidents"][0]["components"]} < ids


async def test_a_strangers_program_reads_the_summary(app: WebApp, tmp_path: Path):
    """statuspage-prometheus-exporter, as its users run it, pointed at this service by its own configuration."""
    async with app.owner() as owner:
        await owner.post("/api/operator/incidents", json=INCIDENT)
    service = {"seawall": {"url": f"{app.url}/api/v2/summary.json", "name": "Seawall"}}
    (tmp_path / "services.json").write_text(json.dumps(service))
    ran = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from statuspage_prometheus_exporter.status_monitoring import main; main()",
        cwd=tmp_path,
        env={**os.environ, "RUN_MODE": "once", "METRICS_TEXTFILE_PATH": "told.prom"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(ran.communicate(), 60)
    assert ran.returncode == 0, said
    told = (tmp_path / "told.prom").read_text()
    assert 'component_name="Chat"' in told, said
    assert "Uploads fail" in told


@pytest.mark.parametrize(
    ("path", "language", "lang", "sentence"),
    [
        ("/status", "", "en", "All systems work"),
        ("/status", "zh-CN,zh;q=0.9", "zh", "一切正常"),
        ("/status/", "zh", "zh", "一切正常"),
        ("/status/en", "zh-CN", "en", "All systems work"),
        ("/status/zh", "en", "zh", "一切正常"),
    ],
)
async def test_the_page_answers_first_and_in_the_readers_language(
    records: SwitchedRecords, path: str, language: str, lang: str, sentence: str
):
    # A machine that is busy with other tests is under pressure, and the page would rightly say so.
    async with web_app(records, "tokens=3") as app, app.owner() as owner, app.client() as anybody:
        await owner.post("/api/operator/shield/posture", json={"posture": "normal"})
        await owner.post("/api/operator/banner", json={})  # Has the page looked at anew.
        page = await anybody.get(path, headers={"accept-language": language, **BROWSER})
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    assert page.text.index(sentence) < page.text.index("<h2>")
    assert "script" not in page.text.replace("description", "")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert page.headers["cache-control"].startswith("public, max-age=5")


async def test_the_page_stays_up_and_says_so_when_engine_and_database_are_gone(records: SwitchedRecords):
    async with web_app(records, "tokens=3") as app, app.client() as anybody:
        assert (await anybody.get("/status")).status_code == 200
        await app.engine.close()
        records.away = True
        asked = records.asked
        for path in ("/status", "/api/v2/summary.json", "/status/feed.atom", "/status/badge.svg"):
            for _ in range(10):
                assert (await anybody.get(path)).status_code == 200
        # By nobody who looks: the public log tries by itself, now and then, whether its entries are taken again.
        assert records.asked - asked < 10


async def test_a_page_that_has_not_changed_is_not_sent_again(app: WebApp):
    async with app.client() as anybody:
        first = await anybody.get("/status/badge.svg")
        again = await anybody.get("/status/badge.svg", headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert first.headers["cross-origin-resource-policy"] == "cross-origin"
        assert (await anybody.head("/status")).headers["content-length"]


async def test_an_incident_has_an_address_an_entry_in_the_feed_and_nobody_elses_markup(app: WebApp):
    async with app.owner() as owner, app.client() as anybody:
        one = (await owner.post("/api/operator/incidents", json=INCIDENT)).json()
        page = await anybody.get(f"/status/en/incidents/{one['id']}", headers=BROWSER)
        assert page.status_code == 200
        assert "Uploads fail" in page.text
        assert "We are looking &lt;b&gt;into&lt;/b&gt; it." in page.text
        assert "上传失败" in (await anybody.get(f"/status/zh/incidents/{one['id']}")).text
        front = (await anybody.get("/status/en")).text
        assert "Something is wrong: Uploads fail" in front
        assert f"/status/en/incidents/{one['id']}" in front
        feed = ET.fromstring((await anybody.get("/status/feed.atom")).text)
        (entry,) = feed.findall(f"{ATOM}entry")
        assert entry.findtext(f"{ATOM}title") == "Uploads fail (Investigating)"
        assert (await anybody.get("/status/en/incidents/nothing", headers=BROWSER)).status_code == 404
        badge = (await anybody.get("/status/badge.svg")).text
        assert "partly down" in badge
        ET.fromstring(badge)


async def test_a_feed_of_which_nothing_is_to_tell_is_as_old_as_the_quiet(app: WebApp):
    async with app.client() as anybody:
        empty = ET.fromstring((await anybody.get("/status/feed.atom")).text)
    assert empty.findall(f"{ATOM}entry") == []
    assert (empty.findtext(f"{ATOM}updated") or "") > "2020"


async def test_a_closed_incident_stays_readable_and_a_merged_one_leads_on(app: WebApp):
    async with app.owner() as owner, app.client() as anybody:
        first, second = [(await owner.post("/api/operator/incidents", json=INCIDENT)).json()["id"] for _ in range(2)]
        merged = await owner.post(f"/api/operator/incidents/{second}/merge", json={"into": first})
        assert merged.json()["merged_into"] == first
        assert f"/status/en/incidents/{first}" in (await anybody.get(f"/status/en/incidents/{second}")).text
        assert (await owner.post(f"/api/operator/incidents/{second}/close", json={})).status_code == 409
        await owner.post(f"/api/operator/incidents/{first}/close", json={"text_en": "A cable."})
        page = (await anybody.get(f"/status/incidents/{first}")).text
        assert "A cable." in page
        told = (await anybody.get("/api/v2/summary.json")).json()
        assert told["incidents"] == []


async def test_the_page_needs_no_share_where_everything_else_does(records: SwitchedRecords):
    async with (
        web_app(records, edge={"stranger_rate": 0.001, "stranger_burst": 1}, entrance=EntranceSettings()) as app,
        app.client() as anybody,
    ):
        for _ in range(8):
            assert (await anybody.get("/status")).status_code == 200
            assert (await anybody.get("/api/v2/status.json")).status_code == 200
        statuses = [(await anybody.get("/livez-not")).status_code for _ in range(8)]
        assert 429 in statuses
