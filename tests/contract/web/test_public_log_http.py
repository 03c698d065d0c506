"""The public log over HTTP: everybody reads it, every proof leads to the signed head, and no person is in it."""

from __future__ import annotations

import asyncio
import hashlib
import io
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import httpx

from records_that_fail import SwitchedRecords
from seawall.records.opening import open_records
from seawall.safeguards.merkle import includes, is_consistent
from seawall.safeguards.notes import verifier_of
from seawall.safeguards.report.checking import check
from upstream_server import upstream_server
from web_app import WebApp, web_app


async def entries(browser: httpx.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    answer = await browser.get("/api/log/entries", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["entries"]


async def log_of(app: WebApp, *, at_least: int) -> list[dict[str, Any]]:
    """The whole log once it has so many entries."""
    async with app.client() as browser:
        for _ in range(500):
            if (await browser.get("/api/log/head")).json()["size"] >= at_least:
                break
            await asyncio.sleep(0.01)
        return await entries(browser, **{"from": 0})


async def test_everybody_can_follow_every_entry_up_to_the_signed_head(records: SwitchedRecords):
    async with web_app(records) as app:
        told = await log_of(app, at_least=3)
        async with app.client() as browser:
            head = (await browser.get("/api/log/head")).json()
            signed = verifier_of(head["verifier"]).open(head["note"])
            assert (signed.size, signed.root.hex(), head["state"]) == (head["size"], head["root_hash"], "open")
            for entry in told:
                leaf = hashlib.sha256(b"\0" + entry["entry"].encode()).digest()
                assert leaf.hex() == entry["leaf_hash"]
                asked = {"position": entry["position"], "size": signed.size}
                proof = (await browser.get("/api/log/proof/inclusion", params=asked)).json()
                path = [bytes.fromhex(one) for one in proof["hashes"]]
                assert includes(signed.root, signed.size, entry["position"], leaf, path)


async def test_a_former_head_is_shown_to_begin_the_newer_one(records: SwitchedRecords):
    async with web_app(records) as app, app.owner() as owner:
        await log_of(app, at_least=3)
        answer = await owner.get("/api/log/proof/consistency", params={"first": 1, "second": 3})
        proof = answer.json()
        first, second = (bytes.fromhex(proof[name]) for name in ("first_root_hash", "second_root_hash"))
        assert is_consistent(first, 1, second, 3, [bytes.fromhex(one) for one in proof["hashes"]])


async def test_what_the_log_does_not_have_is_not_found_and_pages_are_bounded(records: SwitchedRecords):
    async with web_app(records) as app, app.client() as browser:
        size = len(await log_of(app, at_least=3))
        assert await entries(browser, **{"from": size + 5}) == []
        assert [one["position"] for one in await entries(browser, limit=1)] == [size - 1]
        assert (await browser.get("/api/log/entries", params={"limit": 101})).status_code == 400
        for asked in ({"position": size}, {"position": 0, "size": size + 1}, {"position": 0, "size": 0}):
            assert (await browser.get("/api/log/proof/inclusion", params=asked)).status_code == 404
        for asked in ({"first": 0}, {"first": 3, "second": 2}, {"first": 1, "second": 2**62}):
            assert (await browser.get("/api/log/proof/consistency", params=asked)).status_code == 404
        assert (await browser.get("/api/log/proof/inclusion", params={"position": -1})).status_code == 400


async def test_the_log_is_read_while_the_records_are_away(records: SwitchedRecords):
    async with web_app(records) as app, app.client() as browser:
        told = await log_of(app, at_least=3)
        records.away = True
        assert (await browser.get("/api/log/head")).json()["size"] == len(told)
        assert await entries(browser, **{"from": 0}) == told
        assert (await browser.get("/api/log/proof/inclusion", params={"position": 0})).status_code == 200


async def test_the_log_names_the_models_that_are_served_and_no_address(records: SwitchedRecords):
    async with upstream_server("echo:model=their-model-7b") as upstream, web_app(records, server=upstream.url) as app:
        told = [entry["entry"] for entry in await log_of(app, at_least=3)]
    (models,) = [text for text in told if '"kind":"models"' in text]
    assert '"models":["their-model-7b"]' in models
    assert "127.0.0.1" not in models


async def test_what_operators_do_is_in_the_log_and_who_they_are_is_not(records: SwitchedRecords):
    async with web_app(records) as app, app.owner() as owner, app.member() as member:
        await owner.post("/api/operator/shield/posture", json={"posture": "elevated", "for_s": 600})
        wish = {"network": "203.0.113.7", "treatment": "block", "for_s": 60, "reason": "Ada was rude, ada@example.org"}
        await owner.post("/api/operator/networks", json=wish)
        refused = await owner.post("/api/operator/networks", json={**wish, "network": "nobody"})
        assert refused.status_code == 400
        assert (await member.post("/api/operator/networks", json=wish)).status_code == 403
        told = await log_of(app, at_least=6)

    texts = "\n".join(entry["entry"] for entry in told)
    acts = [entry["entry"] for entry in told if '"kind":"operator_action"' in entry["entry"]]
    assert [text for text in texts.split("\n") if '"kind":"operator_sign_in"' in text and '"role":"owner"' in text]
    assert len(acts) == 2
    assert '"posture":"elevated"' in acts[0]
    assert '"within":"203.0.113.0/24"' in acts[1]
    assert all('"operator":"operator 1"' in act for act in acts)
    for secret in ("ada@", "owner@", "example.org", "113.7", "rude"):
        assert secret not in texts.lower()


async def test_an_operators_click_makes_a_report_that_a_stranger_can_check(records: SwitchedRecords):
    async with web_app(records) as app, app.owner() as owner, app.member() as member:
        body = {"title_en": "Slow", "text_en": "We look into it.", "impact": "minor", "components": ["chat"]}
        opened = await owner.post("/api/operator/incidents", json=body)
        assert opened.status_code == 201, opened.text
        path = f"/api/operator/incidents/{opened.json()['id']}/report"
        await log_of(app, at_least=5)
        answer = await owner.post(path)
        assert answer.status_code == 200, answer.text
        assert (await member.post(path)).status_code == 403
        assert (await owner.post("/api/operator/incidents/none/report")).status_code == 404

    checked = check(answer.content)
    assert checked.material.about.incident_id == opened.json()["id"]
    assert any("We look into it." in entry for entry in checked.material.entries.values())
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        assert b"Slow" in bundle.read("index.html")


async def test_a_service_whose_log_was_edited_serves_on_and_says_so(records: SwitchedRecords, tmp_path: Path):
    async with web_app(records) as app, app.owner():
        await log_of(app, at_least=4)
    with sqlite3.connect(tmp_path / "seawall.db") as database:
        database.execute("UPDATE log_entries SET entry = REPLACE(entry, 'owner', 'nobody') WHERE position = 3")
    database.close()

    again = SwitchedRecords(open_records("", tmp_path))
    async with web_app(again) as app, app.member() as member:
        head: dict[str, Any] = {}
        while head.get("state") != "read-only":
            head = (await member.get("/api/log/head")).json()
        assert head["first_bad_entry"] == 3
        assert "not the one that was hashed" in head["trouble"]
        assert head["size"] == 3  # What is before it can be read and proved still.
        assert (await member.get("/api/log/proof/inclusion", params={"position": 2})).status_code == 200
        ready = await member.get("/readyz")
        assert (ready.status_code, "entry 3" in ready.json()["public_log"]) == (200, True)
        assert "seawall_public_log_read_only 1.0" in (await member.get("/metrics")).text
        assert (await member.get("/api/auth/me")).status_code == 200
