"""The bridge over HTTP: operators watch what goes on, nobody else does."""

from __future__ import annotations

import asyncio

from hearing import hearing
from records_that_fail import SwitchedRecords
from seawall.settings.tree import QueueSettings
from web_app import web_app


async def test_an_operator_is_told_the_minutes_before_and_then_each_reading(records: SwitchedRecords):
    async with web_app(records, "tokens=3") as app, app.owner() as owner, app.member() as member:
        async with hearing(owner, "/api/operator/live") as watched:
            history = await watched.until("history")
            assert len(history["at_s"]) == len(history["asked_C1"]) == len(history["posture"])
            first = await watched.until("reading")
            assert [one["class"] for one in first["classes"]] == ["C0", "C1", "C1b", "C2", "C3", "C4"]
            asked = await member.post("/api/chat", json={"message_id": "message-1", "text": "Hello", "model": "echo"})
            assert asked.status_code == 200, asked.text
            async with asyncio.timeout(20):
                later = await watched.until("reading")
                while not sum(one["served_per_s"] for one in later["classes"]):
                    later = await watched.until("reading")
        assert later["at_s"] > first["at_s"]
        assert later["tokens_per_s"]["completion"] > 0
        assert later["cost"]["per_million_tokens"] is None


async def test_the_bridge_is_for_operators(records: SwitchedRecords):
    async with web_app(records, "") as app, app.member() as member, app.client() as anybody:
        for path in ("/api/operator/live", "/api/operator/live/now"):
            assert (await member.get(path)).status_code == 403
            assert (await anybody.get(path)).status_code == 401


async def test_who_is_no_operator_any_more_watches_no_longer(records: SwitchedRecords):
    async with (
        web_app(records, "", queue=QueueSettings(keep_alive_s=0.1)) as app,
        app.owner() as owner,
        app.member() as other,
    ):
        rows = (await owner.get("/api/operator/accounts")).json()["accounts"]
        path = f"/api/operator/accounts/{next(row['id'] for row in rows if row['role'] == 'member')}"
        await owner.post(path, json={"role": "operator"})
        async with hearing(other, "/api/operator/live") as watched:
            await watched.until("reading")
            await owner.post(path, json={"role": "member"})
            async with asyncio.timeout(20):
                await watched.rest()
        assert (await other.get("/api/operator/live/now")).status_code == 403
