"""Conversations out of the service and into it over HTTP: all that there is, nothing half, nothing twice."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import pytest

from records_that_fail import SwitchedRecords
from seawall.settings.files import FileSettings
from web_app import WebApp, web_app

RECORDED = Path(__file__).parents[2] / "recorded" / "elsewhere"
CHATGPT = (RECORDED / "chatgpt_conversations.json").read_bytes()
OPEN_WEBUI = (RECORDED / "open_webui_chats.json").read_bytes()


@pytest.fixture
async def app(records: SwitchedRecords) -> AsyncGenerator[WebApp]:
    files = FileSettings(import_bytes=4 * 1024 * 1024, import_unpacked_bytes=8 * 1024 * 1024)
    async with web_app(records, files=files) as opened:
        yield opened


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def listed(browser: httpx.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    return (await browser.get("/api/conversations", params=asked)).json()["conversations"]


async def opened(browser: httpx.AsyncClient, conversation_id: str) -> dict[str, Any]:
    return (await browser.get(f"/api/conversations/{conversation_id}")).json()


async def talk(browser: httpx.AsyncClient, text: str = "Tides: <high> / low?", **body: Any) -> str:
    """A conversation with its first answer; its id."""
    answer = await browser.post("/api/chat", json={"message_id": "message-1", "text": text, **body})
    assert answer.status_code == 200, answer.text
    return (await listed(browser))[0]["id"]


async def bring_in(browser: httpx.AsyncClient, data: bytes) -> dict[str, Any]:
    answer = await browser.post("/api/import", content=data)
    assert answer.status_code == 200, answer.text
    return answer.json()


def tree(conversation: dict[str, Any]) -> list[tuple[int | None, str, str]]:
    """The messages without their ids: the place of what each follows, who speaks, what is said."""
    places = {message["id"]: place for place, message in enumerate(conversation["messages"])}
    return [
        (None if one["parent_id"] is None else places[one["parent_id"]], one["speaker"], one["text"])
        for one in conversation["messages"]
    ]


async def test_a_conversation_is_read_as_markdown(app: WebApp):
    async with app.member() as ada:
        kept = await talk(ada)

        file = await ada.get(f"/api/conversations/{kept}/export", params={"format": "markdown"})

        assert file.headers["content-type"].startswith("text/markdown")
        assert "attachment" in file.headers["content-disposition"]
        assert "/" not in file.headers["content-disposition"].partition("filename=")[2].partition(";")[0]
        assert file.text.startswith("# Tides: <high> / low?\n")
        assert "## You · " in file.text
        assert "## echo · " in file.text


async def test_a_conversation_goes_out_as_json_and_comes_in_for_somebody_else(app: WebApp):
    async with app.member() as ada, app.member("eve@example.org") as eve:
        kept = await talk(ada, instructions="Be brief.", sampling={"temperature": 0.5})
        file = await ada.get(f"/api/conversations/{kept}/export", params={"format": "json"})
        assert file.headers["content-type"] == "application/json"

        report = await bring_in(eve, file.content)
        assert (report["imported"], report["skipped_count"], report["skipped"]) == (1, 0, [])

        (row,) = await listed(eve)
        before, after = await opened(ada, kept), await opened(eve, row["id"])
        assert tree(after) == tree(before)
        assert after["conversation"]["instructions"] == "Be brief."
        assert after["conversation"]["sampling"] == {"temperature": 0.5}
        assert after["conversation"]["created_at"] == before["conversation"]["created_at"]
        assert row["id"] != kept
        assert code(await eve.get(f"/api/conversations/{kept}/export")) == (404, "not_found")


async def test_what_was_exported_here_is_here_already(app: WebApp):
    async with app.member() as ada:
        kept = await talk(ada)
        file = await ada.get(f"/api/conversations/{kept}/export", params={"format": "json"})

        report = await bring_in(ada, file.content)

        assert (report["imported"], report["skipped_count"]) == (0, 1)
        assert report["skipped"][0]["why"] == "It is here already."
        assert len(await listed(ada)) == 1


@pytest.mark.parametrize(("data", "messages"), [(CHATGPT, 5), (OPEN_WEBUI, 5)])
async def test_an_export_of_another_program_comes_in_once(app: WebApp, data: bytes, messages: int):
    async with app.member() as ada:
        first = await bring_in(ada, data)
        second = await bring_in(ada, data)

        assert (first["imported"], second["imported"]) == (1, 0)
        (row,) = await listed(ada)
        whole = await opened(ada, row["id"])
        assert len(whole["messages"]) == messages
        followers = [one["parent_id"] for one in whole["messages"]]
        assert any(followers.count(one) == 2 for one in followers)  # Branches are branches.
        leaf = next(one for one in whole["messages"] if one["id"] == whole["conversation"]["leaf_id"])
        assert leaf["text"] == "At six."


async def test_an_imported_conversation_goes_on(app: WebApp):
    async with app.member() as ada:
        await bring_in(ada, CHATGPT)
        (row,) = await listed(ada)

        await talk(ada, "And tomorrow?", message_id="message-2", conversation_id=row["id"])

        whole = await opened(ada, row["id"])
        assert [one["text"] for one in whole["messages"]][-2] == "And tomorrow?"
        by_id = {one["id"]: one for one in whole["messages"]}
        assert by_id[whole["messages"][-2]["parent_id"]]["text"] == "At six."


async def test_an_import_that_was_deleted_comes_in_again(app: WebApp):
    async with app.member() as ada:
        await bring_in(ada, CHATGPT)
        (row,) = await listed(ada)
        await ada.delete(f"/api/conversations/{row['id']}")

        assert (await bring_in(ada, CHATGPT))["imported"] == 1
        assert [one["id"] for one in await listed(ada)] == [row["id"]]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (CHATGPT[:-40], "damaged"),
        (CHATGPT.replace(b"Tides at Husum", b"\xff\xfe"), "damaged"),
        (b"[" * 100_000, "nested"),
        (b"PK\x03\x04 and no more", "damaged"),
        (b"[]", "No conversations"),
        (b"Dear diary", "damaged"),
        (b"", "damaged"),
    ],
)
async def test_a_file_that_is_broken_anywhere_imports_nothing(app: WebApp, data: bytes, word: str):
    async with app.member() as ada:
        answer = await ada.post("/api/import", content=data)

        assert code(answer) == (422, "unreadable_file")
        assert word in answer.json()["error"]["message"]
        assert "Nothing was imported" in answer.json()["error"]["message"]
        assert await listed(ada) == []


async def test_records_that_go_away_half_way_import_nothing(app: WebApp):
    many = json.loads(OPEN_WEBUI)
    many = [{**many[0], "id": f"chat-{number}"} for number in range(30)]
    async with app.member() as ada:
        app.records.leave_after = app.records.asked + 40  # type: ignore[attr-defined]
        real = app.records.write

        async def until_then(change: Any) -> Any:
            if app.records.asked > app.records.leave_after:  # type: ignore[attr-defined]
                app.records.away = True
            return await real(change)

        app.records.write = until_then  # type: ignore[method-assign]
        answer = await ada.post("/api/import", content=json.dumps(many))
        app.records.away, app.records.write = False, real  # type: ignore[method-assign]

        assert code(answer) == (503, "records_unavailable")
        assert await listed(ada) == []
        assert (await bring_in(ada, json.dumps(many).encode()))["imported"] == 30


async def test_a_bomb_is_refused_unopened(app: WebApp):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", b"[" + b" " * 50_000_000 + b"]")
    async with app.member() as ada:
        answer = await ada.post("/api/import", content=out.getvalue())
        assert code(answer) == (422, "unreadable_file")
        assert "larger" in answer.json()["error"]["message"]


async def test_only_a_member_from_our_own_pages_brings_anything_in(app: WebApp):
    async with app.client() as nobody, app.member() as ada:
        assert code(await nobody.post("/api/import", content=CHATGPT)) == (401, "not_signed_in")
        assert code(await nobody.get("/api/export")) == (401, "not_signed_in")
        del ada.headers["x-csrf-token"]
        assert code(await ada.post("/api/import", content=CHATGPT)) == (403, "cross_site")
        large = b"x" * (2 * 1024 * 1024)
        assert code(await nobody.post("/api/import", content=large)) == (413, "body_too_large")


async def test_all_that_is_kept_goes_out_and_its_conversations_come_in(app: WebApp):
    async with app.member() as ada, app.member("eve@example.org") as eve:
        file = await ada.post("/api/attachments", params={"name": "tide.txt"}, content=b"High at noon.")
        await talk(ada, attachments=[file.json()["id"]])
        await bring_in(ada, CHATGPT)
        moved = next(one for one in await listed(ada) if one["title"] == "Tides at Husum")
        await ada.patch(f"/api/conversations/{moved['id']}", json={"archived": True})
        key = (await ada.post("/api/keys", json={"name": "laptop"})).json()

        answer = await ada.get("/api/export")

        assert answer.headers["content-type"] == "application/zip"
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        assert archive.testzip() is None
        names = archive.namelist()
        told_of = {"account", "sessions", "factors", "identities", "homes", "shares", "keys", "usage", "budgets"}
        assert {f"{name}.json" for name in told_of} | {"README.txt", "folders.json", "prompts.json"} <= set(names)
        assert sum(name.endswith(".md") for name in names) == 2
        (attached,) = (name for name in names if name.startswith("attachments/"))
        assert archive.read(attached) == b"High at noon."
        account = json.loads(archive.read("account.json"))
        assert account["email"] == "ada@example.org"
        assert "password_hash" not in account
        everything = b"".join(archive.read(name) for name in names)
        assert b"argon2" not in everything
        assert key["key"].encode() not in everything
        assert json.loads(archive.read("keys.json"))[0]["name"] == "laptop"

        assert (await bring_in(eve, answer.content))["imported"] == 2
        mine = next(one for one in await listed(eve) if one["title"] != "Tides at Husum")
        question = (await opened(eve, mine["id"]))["messages"][0]
        assert question["text"] == "Tides: <high> / low?"
        assert (await eve.get(f"/api/attachments/{question['attachments'][0]['id']}")).content == b"High at noon."
        assert {one["title"] for one in await listed(eve)} | {
            one["title"] for one in await listed(eve, archived="1")
        } == {one["title"] for one in await listed(ada)} | {"Tides at Husum"}


async def test_names_in_the_archive_lead_nowhere(app: WebApp):
    async with app.member() as ada:
        await talk(ada, "../../etc/passwd\\..\\con: <x>?")
        archive = zipfile.ZipFile(io.BytesIO((await ada.get("/api/export")).content))
        for name in archive.namelist():
            assert ".." not in name
            assert "\\" not in name
            assert name.count("/") <= 1


async def how_far(browser: httpx.AsyncClient) -> dict[str, Any]:
    return (await browser.get("/api/import")).json()


async def test_an_import_goes_on_by_itself_and_tells_how_far_it_is(app: WebApp):
    many = json.loads(OPEN_WEBUI)
    many = [{**many[0], "id": f"chat-{number}"} for number in range(300)]
    async with app.member() as ada, app.member("eve@example.org") as eve:
        assert (await how_far(ada))["state"] == "none"

        taken = await ada.post("/api/import", content=json.dumps(many), headers={"prefer": "respond-async"})

        assert (taken.status_code, taken.json()["state"]) == (202, "running")
        assert taken.headers["preference-applied"] == "respond-async"
        assert code(await ada.post("/api/import", content=CHATGPT)) == (429, "share_used")
        seen = [await how_far(ada)]
        while seen[-1]["state"] == "running":
            seen.append(await how_far(ada))
        assert [one["share"] for one in seen] == sorted(one["share"] for one in seen)
        assert any(0 < one["share"] < 1 and one["conversations"] for one in seen)
        assert (seen[-1]["state"], seen[-1]["report"]["imported"]) == ("done", 300)
        assert (await how_far(ada))["report"] == seen[-1]["report"]  # A reload finds it again.
        assert (await how_far(eve))["state"] == "none"


async def test_a_broken_import_that_nobody_waited_for_is_told_later(app: WebApp):
    async with app.member() as ada:
        await ada.post("/api/import", content=CHATGPT[:-40], headers={"prefer": "respond-async"})
        while (state := await how_far(ada))["state"] == "running":
            pass
        assert (state["state"], state["error"]["code"]) == ("refused", "unreadable_file")
        assert (await ada.post("/api/import", content=CHATGPT)).status_code == 200
