"""Conversations over HTTP: branches, how they are settled, and what is put away or had back."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from records_that_fail import SwitchedRecords
from web_app import web_app

Json = dict[str, Any]


async def say(browser: httpx.AsyncClient, message_id: str, text: str | None = "Hello", **more: Any) -> Json:
    """The acknowledgement of a turn that ran to its end."""
    answer = await browser.post("/api/chat", json={"message_id": message_id, "text": text, **more})
    assert answer.status_code == 200, answer.text
    first, *_, last = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")]
    assert last["status"] == "complete"
    return first


async def opened(browser: httpx.AsyncClient, conversation_id: str) -> Json:
    return (await browser.get(f"/api/conversations/{conversation_id}")).json()


async def listed(browser: httpx.AsyncClient, query: str = "") -> list[str]:
    return [row["id"] for row in (await browser.get(f"/api/conversations{query}")).json()["conversations"]]


def code(answer: httpx.Response) -> tuple[int, str, str | None]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["param"]


async def test_an_edit_is_a_branch_and_both_are_there(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=2") as app, app.member() as browser:
        first = await say(browser, "message-1", "Tides?")
        within = first["conversation"]["id"]
        second = await say(browser, "message-2", "And moons?", conversation_id=within)
        edited = await say(browser, "message-3", "And suns?", conversation_id=within, parent_id=first["answer_id"])
        assert (second["parent_id"], edited["parent_id"]) == (first["answer_id"], first["answer_id"])
        assert (edited["message_id"], edited["conversation"]["leaf_id"]) == ("message-3", edited["answer_id"])
        told = await opened(browser, within)
        parents = {message["id"]: message["parent_id"] for message in told["messages"]}
        assert parents == {
            "message-1": None,
            first["answer_id"]: "message-1",
            "message-2": first["answer_id"],
            second["answer_id"]: "message-2",
            "message-3": first["answer_id"],
            edited["answer_id"]: "message-3",
        }
        assert told["conversation"]["leaf_id"] == edited["answer_id"]


async def test_the_first_question_can_be_edited_too(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=2") as app, app.member() as browser:
        first = await say(browser, "message-1", "Tides?")
        within = first["conversation"]["id"]
        edited = await say(browser, "message-2", "Moons?", conversation_id=within, parent_id="")
        assert edited["parent_id"] is None
        assert (await opened(browser, within))["conversation"]["title"] == "Tides?"


async def test_one_more_answer_is_given_to_the_same_message(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=2") as app, app.member() as browser:
        first = await say(browser, "message-1", "Tides?")
        within = first["conversation"]["id"]
        again = await say(browser, "again-001", None, conversation_id=within, parent_id="message-1")
        assert (again["message_id"], again["parent_id"]) == ("message-1", None)
        assert again["answer_id"] != first["answer_id"]
        repeated = await say(browser, "again-001", None, conversation_id=within, parent_id="message-1")
        assert repeated["answer_id"] == again["answer_id"]
        told = await opened(browser, within)
        assert [(one["speaker"], one["parent_id"]) for one in told["messages"]] == [
            ("user", None),
            ("assistant", "message-1"),
            ("assistant", "message-1"),
        ]


async def test_what_is_said_next_follows_the_branch_that_is_shown(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=2") as app, app.member() as browser:
        first = await say(browser, "message-1", "Tides?")
        within = first["conversation"]["id"]
        await say(browser, "again-001", None, conversation_id=within, parent_id="message-1")
        path = f"/api/conversations/{within}"
        shown = await browser.patch(path, json={"leaf_id": first["answer_id"]})
        assert shown.json()["leaf_id"] == first["answer_id"]
        assert (await say(browser, "message-2", conversation_id=within))["parent_id"] == first["answer_id"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"parent_id": "nobody"}, (409, "conflict", "parent_id")),
        ({"parent_id": "message-1"}, (409, "conflict", "parent_id")),
        ({"text": None, "parent_id": "ANSWER"}, (409, "conflict", "parent_id")),
        ({"text": None}, (400, "invalid_request", "parent_id")),
        ({"text": None, "conversation_id": None}, (400, "invalid_request", "parent_id")),
        ({"conversation_id": None, "parent_id": "message-1"}, (409, "conflict", "parent_id")),
        ({"instructions": "Be brief."}, (400, "invalid_request", "conversation_id")),
        ({"attachments": ["nobody"]}, (409, "conflict", "attachments")),
        ({"conversation_id": None, "folder_id": "nobody"}, (404, "not_found", "folder_id")),
    ],
)
async def test_a_message_out_of_place_is_refused_and_not_kept(
    records: SwitchedRecords, body: Json, expected: tuple[int, str, str]
) -> None:
    async with web_app(records, "tokens=2") as app, app.member() as browser:
        first = await say(browser, "message-1")
        within = first["conversation"]["id"]
        if body.get("parent_id") == "ANSWER":
            body = {**body, "parent_id": first["answer_id"]}
        sent = {"message_id": "message-2", "text": "And?", "conversation_id": within, **body}
        assert code(await browser.post("/api/chat", json=sent)) == expected
        assert len((await opened(browser, within))["messages"]) == 2
        assert await listed(browser) == [within]


async def test_a_conversation_is_settled_piece_by_piece(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=2") as app, app.member() as browser:
        within = (await say(browser, "message-1"))["conversation"]["id"]
        path = f"/api/conversations/{within}"
        for change in (
            {"title": "On tides"},
            {"pinned": True},
            {"archived": True},
            {"instructions": "Be brief."},
            {"sampling": {"temperature": 0, "stop": ["END"], "seed": 7}},
            {"model": "other"},
        ):
            told = (await browser.patch(path, json=change)).json()
            assert {name: told[name] for name in change} == change
        kept = (await opened(browser, within))["conversation"]
        assert (kept["title"], kept["pinned"], kept["archived"]) == ("On tides", True, True)
        assert (await browser.patch(path, json={"sampling": {"temperature": None}})).json()["sampling"] == {}
        assert (await browser.patch(path, json={"archived": False})).json()["archived"] is False


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"sampling": {"temperature": 3}}, "sampling.temperature"),
        ({"sampling": {"temperature": "1"}}, "sampling.temperature"),
        ({"sampling": {"max_tokens": 0}}, "sampling.max_tokens"),
        ({"sampling": {"top_k": 1}}, "sampling.top_k"),
        ({"sampling": {"reasoning_effort": "much"}}, "sampling.reasoning_effort"),
        ({"instructions": "x" * 20_000}, "instructions"),
        ({"pinned": "yes"}, "pinned"),
        ({"title": " "}, "title"),
        ({"owner": "me"}, "owner"),
    ],
)
async def test_a_wrong_setting_is_told_by_its_name(records: SwitchedRecords, change: Json, param: str) -> None:
    async with web_app(records, "tokens=2") as app, app.member() as browser:
        within = (await say(browser, "message-1"))["conversation"]["id"]
        status, _, told = code(await browser.patch(f"/api/conversations/{within}", json=change))
        assert (status, told) == (400, param)


async def test_a_leaf_or_folder_that_is_not_there_is_told(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=2") as app, app.member() as browser:
        within = (await say(browser, "message-1"))["conversation"]["id"]
        elsewhere = await say(browser, "message-2")
        path = f"/api/conversations/{within}"
        wrong = await browser.patch(path, json={"leaf_id": elsewhere["answer_id"]})
        assert code(wrong) == (409, "conflict", "leaf_id")
        assert code(await browser.patch(path, json={"folder_id": "x"})) == (404, "not_found", "folder_id")
        assert (await browser.patch(path, json={"folder_id": None})).json()["folder_id"] is None


async def test_pinned_conversations_come_first_and_archived_ones_are_apart(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=2") as app, app.member() as browser:
        ids = [(await say(browser, f"message-{number}"))["conversation"]["id"] for number in range(3)]
        await browser.patch(f"/api/conversations/{ids[0]}", json={"pinned": True})
        await browser.patch(f"/api/conversations/{ids[1]}", json={"archived": True})
        assert await listed(browser) == [ids[0], ids[2]]
        assert await listed(browser, "?archived=1") == [ids[1]]
        page = (await browser.get("/api/conversations?limit=1")).json()
        assert await listed(browser, f"?limit=1&before={page['next']}") == [ids[2]]
        bootstrap = (await browser.get("/api/bootstrap")).json()
        assert [row["id"] for row in bootstrap["conversations"]] == [ids[0], ids[2]]


async def test_a_deleted_conversation_is_gone_until_it_is_had_back(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=2") as app, app.member() as browser:
        begun = await say(browser, "message-1")
        within = begun["conversation"]["id"]
        path = f"/api/conversations/{within}"
        assert code(await browser.post(f"{path}/restore"))[:2] == (404, "not_found")
        assert (await browser.delete(path)).status_code == 204
        assert await listed(browser) == []
        sent = {"message_id": "message-2", "text": "And?", "conversation_id": within}
        for answer in (
            await browser.get(path),
            await browser.patch(path, json={"pinned": True}),
            await browser.delete(path),
            await browser.post("/api/chat", json=sent),
        ):
            assert code(answer)[:2] == (404, "not_found")
        assert (await browser.post(f"{path}/restore")).json()["id"] == within
        assert await listed(browser) == [within]
        assert len((await opened(browser, within))["messages"]) == 2


async def test_a_new_conversation_is_settled_by_its_first_message(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=9") as app, app.member() as browser:
        begun = await say(
            browser, "message-1", instructions="Be brief.", sampling={"max_tokens": 3, "temperature": 0.5}
        )
        conversation = begun["conversation"]
        assert conversation["instructions"] == "Be brief."
        assert conversation["sampling"] == {"max_tokens": 3, "temperature": 0.5}
        (_, answer) = (await opened(browser, conversation["id"]))["messages"]
        assert (answer["finish"], answer["usage"]["completion_tokens"]) == ("length", 3)


async def test_how_an_answer_went_is_kept_and_shown(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=20,token_ms=2,reasoning=5") as app, app.member() as browser:
        begun = await say(browser, "message-1")
        message, answer = (await opened(browser, begun["conversation"]["id"]))["messages"]
        assert (message["usage"], message["timings"], message["attachments"]) == (None, None, [])
        assert (answer["finish"], answer["refusal"], answer["eased"]) == ("stop", "", [])
        timings = answer["timings"]
        assert 0 < timings["first_token_s"] < timings["total_s"]
        assert 0 < timings["reasoning_s"] < timings["total_s"]
        assert timings["tokens_per_s"] > 0


async def test_why_there_is_no_answer_is_kept_by_its_name(records: SwitchedRecords) -> None:
    async with web_app(records, "fail_at=3") as app, app.member() as browser:
        answer = await browser.post("/api/chat", json={"message_id": "message-1", "text": "Hello"})
        assert "event: error" in answer.text
        (within,) = await listed(browser)
        (_, answer) = (await opened(browser, within))["messages"]
        assert (answer["status"], answer["refusal"]) == ("failed", "engine_failed")
