"""Search, folders, prompts and links over HTTP: one's own alone, bounded, and what is shared for as long as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from picture_files import png
from records_that_fail import SwitchedRecords
from seawall.records.entries import SetDisabled
from seawall.records.opening import open_records
from seawall.settings.accounts import AccountSettings
from web_app import WebApp, web_app


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def talk(browser: httpx.AsyncClient, text: str, message_id: str = "message-1", **more: Any) -> str:
    """A question and its answer; tells the conversation's id."""
    told = await browser.post("/api/chat", json={"message_id": message_id, "text": text, **more})
    assert told.status_code == 200, told.text
    listed = (await browser.get("/api/conversations")).json()["conversations"]
    return str(listed[0]["id"])


async def hits(browser: httpx.AsyncClient, query: str, **more: Any) -> list[dict[str, Any]]:
    answer = await browser.get("/api/search", params={"q": query, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["hits"]


@pytest.fixture
async def shared(records: SwitchedRecords) -> Any:
    """A service in which Ada shares a conversation: (the application, Ada's browser, the link)."""
    async with web_app(records, "tokens=3") as app, app.member() as ada:
        conversation_id = await talk(ada, "When is high tide?")
        answer = await ada.post(f"/api/conversations/{conversation_id}/share", json={})
        assert answer.status_code == 200, answer.text
        yield app, ada, answer.json()


async def test_what_was_said_is_found_by_whoever_said_it(records: SwitchedRecords):
    async with web_app(records, "tokens=3") as app, app.member() as ada, app.member("bob@example.org") as bob:
        conversation_id = await talk(ada, "When is the spring tide? 什么时候涨潮？")
        await ada.patch(f"/api/conversations/{conversation_id}", json={"title": "Neap or spring"})

        title, message = await hits(ada, "spring")
        assert title["conversation"]["id"] == conversation_id
        assert (title["message_id"], title["before"], title["match"], title["after"]) == (
            None, "Neap or ", "spring", "",
        )  # fmt: skip
        assert (message["message_id"], message["speaker"], message["match"]) == ("message-1", "user", "spring")
        assert [hit["match"] for hit in await hits(ada, "涨潮")] == ["涨潮"]
        assert len(await hits(ada, "spring", limit=1)) == 1
        assert await hits(bob, "spring") == []

        await ada.patch(f"/api/conversations/{conversation_id}", json={"archived": True})
        assert [hit["conversation"]["archived"] for hit in await hits(ada, "neap")] == [True]
        await ada.delete(f"/api/conversations/{conversation_id}")
        assert await hits(ada, "spring") == []


async def test_no_query_is_too_strange_and_a_stranger_searches_nothing(records: SwitchedRecords):
    async with web_app(records, "tokens=3") as app, app.member() as ada, app.client() as stranger:
        await talk(ada, "a b c")
        for query in ("", "\0", '"', "a' OR 1=1 --", "NEAR(", "%", "((((", '"' * 500, "x" * 10_000):
            assert isinstance(await hits(ada, query), list), query
        assert (await ada.get("/api/search")).json() == {"hits": []}
        assert code(await ada.get("/api/search?q=a&limit=1000"))[0] == 400
        assert code(await stranger.get("/api/search?q=a")) == (401, "not_signed_in")
        records.away = True
        assert code(await ada.get("/api/search?q=a")) == (503, "records_unavailable")


async def test_folders_are_made_filled_renamed_and_deleted(records: SwitchedRecords):
    async with web_app(records, "tokens=3") as app, app.member() as ada, app.member("bob@example.org") as bob:
        conversation_id = await talk(ada, "hello")
        made = await ada.post("/api/folders", json={"name": "  The   sea "})
        assert made.status_code == 201
        folder = made.json()
        assert folder["name"] == "The sea"

        path = f"/api/conversations/{conversation_id}"
        assert (await ada.patch(path, json={"folder_id": folder["id"]})).json()["folder_id"] == folder["id"]
        renamed = await ada.patch(f"/api/folders/{folder['id']}", json={"name": "Tides"})
        assert renamed.json()["name"] == "Tides"
        assert (await ada.get("/api/bootstrap")).json()["folders"] == [renamed.json()]
        for answer in (
            await bob.patch(f"/api/folders/{folder['id']}", json={"name": "Mine"}),
            await bob.delete(f"/api/folders/{folder['id']}"),
        ):
            assert code(answer) == (404, "not_found")

        assert (await ada.delete(f"/api/folders/{folder['id']}")).status_code == 204
        assert (await ada.get("/api/folders")).json() == {"folders": []}
        assert (await ada.get(path)).json()["conversation"]["folder_id"] is None


async def test_names_and_prompts_have_bounds(records: SwitchedRecords):
    async with web_app(records) as app, app.member() as ada:
        for path, body in (
            ("/api/folders", {"name": " "}),
            ("/api/folders", {"name": "x" * 101}),
            ("/api/folders", {"name": "a\0b"}),
            ("/api/prompts", {"title": "t", "text": "x" * 16_385}),
            ("/api/prompts", {"title": "", "text": "x"}),
        ):
            assert code(await ada.post(path, json=body)) == (400, "invalid_request"), body
        for number in range(100):
            assert (await ada.post("/api/prompts", json={"title": f"{number}", "text": "x"})).status_code == 201
        assert code(await ada.post("/api/prompts", json={"title": "one more", "text": "x"})) == (409, "conflict")


async def test_prompts_are_saved_changed_and_deleted(records: SwitchedRecords):
    async with web_app(records) as app, app.member() as ada, app.member("bob@example.org") as bob:
        prompt = (await ada.post("/api/prompts", json={"title": "In verse", "text": "Say it in verse."})).json()
        path = f"/api/prompts/{prompt['id']}"

        changed = (await ada.patch(path, json={"text": "In prose."})).json()

        assert (changed["title"], changed["text"]) == ("In verse", "In prose.")
        assert (await ada.get("/api/prompts")).json() == {"prompts": [changed]}
        assert (await bob.get("/api/prompts")).json() == {"prompts": []}
        assert code(await bob.patch(path, json={"text": "x"})) == (404, "not_found")
        assert code(await bob.delete(path)) == (404, "not_found")
        assert (await ada.delete(path)).status_code == 204
        assert code(await ada.delete(path)) == (404, "not_found")


async def test_a_change_without_the_pages_token_is_refused(records: SwitchedRecords):
    async with web_app(records) as app, app.member() as ada:
        del ada.headers["x-csrf-token"]
        for path, body in (
            ("/api/folders", {"name": "x"}),
            ("/api/prompts", {"title": "x", "text": "x"}),
            ("/api/conversations/some/share", {}),
        ):
            answer = await ada.post(path, json=body, headers={"origin": app.url})
            assert code(answer) == (403, "cross_site"), path


async def test_whoever_has_the_link_reads_the_branch_and_nothing_else(shared: tuple[WebApp, Any, dict[str, Any]]):
    app, ada, link = shared
    async with app.client() as stranger:
        page = await stranger.get(link["path"], headers={"accept": "text/html"})
        told = await stranger.get(link["path"].replace("/s/", "/api/shared/"))

        for answer in (page, told):
            assert answer.headers["cache-control"] == "no-store"
            assert "noindex" in answer.headers["x-robots-tag"]
        assert told.status_code == 200
        body = told.json()
        assert [message["speaker"] for message in body["messages"]] == ["user", "assistant"]
        assert body["title"] == "When is high tide?"
        me = (await ada.get("/api/auth/me")).json()
        assert "ada@example.org" not in told.text
        assert all(str(value) not in told.text for name, value in me.items() if name in ("id", "email"))
        assert set(body) == {"title", "shared_at", "messages"}

        await talk(ada, "And what I say later?", "message-2")
        await ada.patch(f"/api/conversations/{link['conversation_id']}", json={"title": "Private"})
        assert (await stranger.get(link["path"].replace("/s/", "/api/shared/"))).json() == body


async def test_a_link_is_told_again_and_dead_once_taken_back(shared: tuple[WebApp, Any, dict[str, Any]]):
    app, ada, link = shared
    address = link["path"].replace("/s/", "/api/shared/")
    again = await ada.post(f"/api/conversations/{link['conversation_id']}/share", json={"leaf_id": link["leaf_id"]})
    assert again.json() == link
    assert (await ada.get("/api/shares")).json() == {"shares": [link], "allowed": True}

    async with app.client() as stranger, app.member("bob@example.org") as bob:
        assert (await bob.get("/api/shares")).json()["shares"] == []
        assert code(await bob.delete(f"/api/shares/{link['id']}")) == (404, "not_found")
        assert (await stranger.get(address)).status_code == 200
        assert (await ada.delete(f"/api/shares/{link['id']}")).status_code == 204

        gone = await stranger.get(address)
        assert code(gone) == (404, "not_found")
        assert gone.headers["cache-control"] == "no-store"
        # An invented one is told in the same words.
        invented = await stranger.get("/api/shared/" + "A" * 43)
        assert invented.json() == gone.json()
    assert code(await ada.delete(f"/api/shares/{link['id']}")) == (404, "not_found")


async def test_files_are_shown_by_a_link_that_its_owner_made_for_that(records: SwitchedRecords):
    async with web_app(records, "tokens=3,vision=1") as app, app.member() as ada, app.client() as stranger:
        files = {
            name: (await ada.post("/api/attachments", params={"name": name}, content=data)).json()
            for name, data in (("sea.png", png()), ("notes.txt", b"Between us."))
        }
        ids = [file["id"] for file in files.values()]
        conversation_id = await talk(ada, "What is this?", attachments=ids)
        later = (await ada.post("/api/attachments", params={"name": "later.png"}, content=png())).json()
        link = (await ada.post(f"/api/conversations/{conversation_id}/share", json={})).json()
        await talk(ada, "And this?", "message-2", conversation_id=conversation_id, attachments=[later["id"]])
        address = link["path"].replace("/s/", "/api/shared/")
        picture = f"{address}/files/{files['sea.png']['id']}"

        assert (await stranger.get(address)).json()["messages"][0]["attachments"] == []
        assert code(await stranger.get(picture)) == (404, "not_found")

        with_files = {"leaf_id": link["leaf_id"], "files": True}
        again = (await ada.post(f"/api/conversations/{conversation_id}/share", json=with_files)).json()
        assert again == {**link, "files": True}
        told = (await stranger.get(address)).json()["messages"][0]["attachments"]
        assert [(file["name"], file["kind"]) for file in told] == [("sea.png", "image"), ("notes.txt", "text")]
        shown = await stranger.get(picture)
        assert (shown.status_code, shown.content) == (200, png())
        assert shown.headers["content-type"] == "image/png"
        assert "sandbox" in shown.headers["content-security-policy"]
        assert shown.headers["cache-control"] == "no-store"
        assert "noindex" in shown.headers["x-robots-tag"]
        assert shown.headers["x-content-type-options"] == "nosniff"
        # Neither what is in a text, nor what was said later.
        for other in (files["notes.txt"]["id"], later["id"]):
            assert code(await stranger.get(f"{address}/files/{other}")) == (404, "not_found")

        await ada.delete(f"/api/shares/{link['id']}")
        gone = await stranger.get(picture)
        assert code(gone) == (404, "not_found")
        assert gone.headers["cache-control"] == "no-store"


async def test_a_link_is_dead_with_its_conversation_and_its_account(shared: tuple[WebApp, Any, dict[str, Any]]):
    app, ada, link = shared
    address, path = link["path"].replace("/s/", "/api/shared/"), f"/api/conversations/{link['conversation_id']}"
    async with app.client() as stranger:
        await ada.delete(path)
        assert code(await stranger.get(address)) == (404, "not_found")
        await ada.post(f"{path}/restore")
        assert (await stranger.get(address)).status_code == 200
        (account,) = await app.house.accounts.all()
        await app.records.write(SetDisabled(account.id, disabled=True))
        assert code(await stranger.get(address)) == (404, "not_found")


async def test_only_ones_own_messages_can_be_shared(shared: tuple[WebApp, Any, dict[str, Any]]):
    app, ada, link = shared
    path = f"/api/conversations/{link['conversation_id']}/share"
    async with app.member("bob@example.org") as bob:
        assert code(await bob.post(path, json={})) == (404, "not_found")
    assert code(await ada.post(path, json={"leaf_id": "no-such-message"})) == (409, "conflict")
    question = (await ada.post(path, json={"leaf_id": "message-1"})).json()
    async with app.client() as stranger:
        told = await stranger.get(question["path"].replace("/s/", "/api/shared/"))
    assert [message["id"] for message in told.json()["messages"]] == ["message-1"]


async def test_an_answer_that_is_still_growing_is_shown_once_it_has_ended(records: SwitchedRecords):
    async with web_app(records, "slots=1,token_ms=20,tokens=500") as app, app.member() as ada:
        body = {"message_id": "message-1", "text": "Hello"}
        async with ada.stream("POST", "/api/chat", json=body) as stream:
            async for line in stream.aiter_lines():
                if line == "event: piece":
                    break
            (conversation,) = (await ada.get("/api/conversations")).json()["conversations"]
            link = (await ada.post(f"/api/conversations/{conversation['id']}/share", json={})).json()
            address = link["path"].replace("/s/", "/api/shared/")
            async with app.client() as stranger:
                assert [one["speaker"] for one in (await stranger.get(address)).json()["messages"]] == ["user"]
                await ada.post(f"/api/answers/{link['leaf_id']}/stop")
                assert len((await stranger.get(address)).json()["messages"]) == 2


async def test_where_the_operator_turned_sharing_off_no_link_opens(records: SwitchedRecords, tmp_path: Path):
    async with web_app(records, "tokens=3") as app, app.member() as ada:
        conversation_id = await talk(ada, "hello")
        link = (await ada.post(f"/api/conversations/{conversation_id}/share", json={})).json()
        cookies, token = dict(ada.cookies), ada.headers["x-csrf-token"]
    off = AccountSettings(sharing=False)
    again = SwitchedRecords(open_records("", tmp_path))
    async with web_app(again, "tokens=3", accounts=off) as app, app.client() as ada:
        ada.cookies.update(cookies)
        ada.headers["x-csrf-token"] = token
        assert code(await ada.get(link["path"].replace("/s/", "/api/shared/"))) == (404, "not_found")
        assert code(await ada.post(f"/api/conversations/{conversation_id}/share", json={})) == (403, "not_allowed")
        assert (await ada.get("/api/bootstrap")).json()["sharing"] is False
        assert (await ada.get("/api/shares")).json()["allowed"] is False
        assert (await ada.delete(f"/api/shares/{link['id']}")).status_code == 204
