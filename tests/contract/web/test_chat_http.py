"""The chat over HTTP: acknowledged when durable, streamed, kept whoever leaves, and honest in every fault."""

from __future__ import annotations

import asyncio
import json
import socket
from typing import Any, cast

import httpx
import pytest

from records_that_fail import SwitchedRecords
from seawall.records.conversation_entries import ConversationWithMessages, MessageRow, MessageStatus
from web_app import WebApp, web_app

SLOW = "slots=1,token_ms=20,tokens=500"
Events = list[tuple[str, dict[str, Any]]]


def said(text: str = "Hello", message_id: str = "message-1", **more: Any) -> dict[str, Any]:
    return {"message_id": message_id, "text": text, **more}


def events_of(text: str) -> Events:
    """The named events of a whole stream; comments are left out."""
    told: Events = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            told.append((fields["event"], json.loads(fields["data"])))
    return told


def only(events: Events, name: str) -> list[dict[str, Any]]:
    return [data for event, data in events if event == name]


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def chat(browser: httpx.AsyncClient, **body: Any) -> Events:
    answer = await browser.post("/api/chat", json=said(**body))
    assert answer.status_code == 200, answer.text
    return events_of(answer.text)


async def messages_of(app: WebApp, begun: dict[str, Any]) -> tuple[MessageRow, ...]:
    """What the records hold."""
    (account,) = await app.house.accounts.all()
    found = await app.records.read(ConversationWithMessages(account.id, begun["conversation"]["id"]))
    assert found is not None
    return found[1]


async def ended_answer(app: WebApp, begun: dict[str, Any]) -> MessageRow:
    """The answer as it is kept, once it has ended."""
    async with asyncio.timeout(20):
        while (answer := (await messages_of(app, begun))[1]).status is MessageStatus.STREAMING:
            await asyncio.sleep(0.005)
    return answer


class Heard:
    """A stream that is read bit by bit; letting go of httpx's own iterator would end the request."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()
        self.names: list[str] = []

    async def until(self, name: str) -> dict[str, Any]:
        """The data of the next event of that name."""
        async for line in self._lines:
            if line.startswith("event: "):
                self.names.append(line.removeprefix("event: "))
            elif line.startswith("data: ") and self.names[-1] == name:
                return cast(dict[str, Any], json.loads(line.removeprefix("data: ")))
        raise AssertionError(f"the stream ended without {name}")


async def test_an_answer_is_streamed_and_kept(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=5,reasoning=2") as app, app.member() as browser:
        answer = await browser.post("/api/chat", json=said("Hello sea"))
        events = events_of(answer.text)
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert (answer.headers["x-accel-buffering"], answer.headers["cache-control"]) == ("no", "no-store")
        assert (events[0][0], events[-1][0]) == ("begun", "done")
        begun, done = events[0][1], events[-1][1]
        assert begun["message_id"] == "message-1"
        assert begun["conversation"]["title"] == "Hello sea"
        assert (done["status"], done["finish"], done["saved"]) == ("complete", "stop", True)
        text = "".join(piece.get("text", "") for piece in only(events, "piece"))
        reasoning = "".join(piece.get("reasoning", "") for piece in only(events, "piece"))
        opened = (await browser.get(f"/api/conversations/{begun['conversation']['id']}")).json()
        assert [(message["speaker"], message["text"]) for message in opened["messages"]] == [
            ("user", "Hello sea"),
            ("assistant", text),
        ]
        assert opened["messages"][1]["reasoning"] == reasoning
        assert opened["messages"][1]["id"] == begun["answer_id"]
        assert reasoning


async def test_a_conversation_goes_on_and_can_be_listed_renamed_and_deleted(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=2") as app, app.member() as browser:
        conversation = (await chat(browser))[0][1]["conversation"]
        again = (await chat(browser, text="More", message_id="message-2", conversation_id=conversation["id"]))[0][1]
        assert again["conversation"]["id"] == conversation["id"]
        path = f"/api/conversations/{conversation['id']}"
        assert len((await browser.get(path)).json()["messages"]) == 4
        assert (await browser.patch(path, json={"title": "Tides"})).json()["title"] == "Tides"
        listed = (await browser.get("/api/conversations")).json()
        assert ([row["title"] for row in listed["conversations"]], listed["next"]) == (["Tides"], None)
        assert (await browser.delete(path)).status_code == 204
        assert code(await browser.get(path)) == (404, "not_found")


async def test_the_same_message_sent_again_is_not_answered_again(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=3") as app, app.member() as browser:
        first = await chat(browser)
        again = await chat(browser)
        assert again[0][1]["answer_id"] == first[0][1]["answer_id"]
        assert "".join(piece["text"] for piece in only(again, "piece")) == "".join(
            piece["text"] for piece in only(first, "piece")
        )
        assert again[-1][1]["status"] == "complete"
        assert len((await browser.get("/api/conversations")).json()["conversations"]) == 1


async def test_a_client_that_leaves_does_not_stop_the_answer(records: SwitchedRecords) -> None:
    async with web_app(records, "slots=1,token_ms=10,tokens=40") as app, app.member() as browser:
        async with browser.stream("POST", "/api/chat", json=said()) as response:
            heard = Heard(response)
            begun = await heard.until("begun")
            assert app.engine.report().in_flight == 1
            await heard.until("piece")
        answer = await ended_answer(app, begun)
        assert answer.status is MessageStatus.COMPLETE
        assert answer.usage.completion_tokens == 40


async def test_a_message_is_acknowledged_before_its_turn_comes(records: SwitchedRecords) -> None:
    async with web_app(records, SLOW) as app, app.member() as browser:
        first = browser.stream("POST", "/api/chat", json=said())
        second = browser.stream("POST", "/api/chat", json=said(message_id="message-2"))
        async with first as answering:
            speaking = Heard(answering)
            await speaking.until("piece")
            async with second as waiting:
                queued = Heard(waiting)
                begun = await queued.until("begun")
                place = await queued.until("waiting")
                assert (queued.names, place["place"]) == (["begun", "waiting"], 1)
                assert place["wait_s"] > 0
                assert (await messages_of(app, begun))[0].text == "Hello"


async def test_without_records_the_message_is_refused_and_nobody_is_signed_out(records: SwitchedRecords) -> None:
    async with web_app(records) as app, app.member() as browser:
        app.records.away = True
        answer = await browser.post("/api/chat", json=said())
        assert code(answer) == (503, "records_unavailable")
        assert "retry-after" in answer.headers
        app.records.away = False
        assert (await chat(browser))[-1][0] == "done"


async def test_an_answer_whose_records_went_away_says_that_it_is_not_saved(records: SwitchedRecords) -> None:
    async with web_app(records, "token_ms=10,tokens=10") as app, app.member() as browser:
        async with browser.stream("POST", "/api/chat", json=said()) as response:
            heard = Heard(response)
            await heard.until("begun")
            app.records.away = True
            done = await heard.until("done")
        assert (done["status"], done["saved"]) == ("complete", False)


@pytest.mark.parametrize(
    ("script", "expected", "status"),
    [
        ("fail_at=0", "engine_unavailable", MessageStatus.FAILED),
        ("fail_at=3", "engine_failed", MessageStatus.FAILED),
        ("context=256", "context_length_exceeded", MessageStatus.FAILED),
    ],
)
async def test_a_refusal_after_the_acknowledgement_is_an_event(
    records: SwitchedRecords, script: str, expected: str, status: MessageStatus
) -> None:
    async with web_app(records, script) as app, app.member() as browser:
        events = await chat(browser, text="long " * 2000)
        assert [name for name, _ in events if name != "piece"] == ["begun", "error"]
        error = events[-1][1]["error"]
        assert error["code"] == expected
        assert error["message"]
        message, answer = await messages_of(app, events[0][1])
        assert (message.status, answer.status) == (MessageStatus.COMPLETE, status)


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (said(text=""), 400, "invalid_request"),
        (said(text=" \n "), 400, "invalid_request"),
        (said(text="a\x00b"), 400, "invalid_request"),
        (said(message_id="short"), 400, "invalid_request"),
        (said(message_id="../../etc/passwd"), 400, "invalid_request"),
        (said(model="gpt-9"), 404, "model_not_found"),
        (said(conversation_id="nobodys"), 404, "not_found"),
        (said(temperature=1), 400, "unknown_field"),
        ({"text": "x"}, 400, "invalid_request"),
    ],
)
async def test_a_wrong_message_is_refused_and_not_kept(
    records: SwitchedRecords, body: dict[str, Any], status: int, expected: str
) -> None:
    async with web_app(records) as app, app.member() as browser:
        assert code(await browser.post("/api/chat", json=body)) == (status, expected)
        assert (await browser.get("/api/conversations")).json()["conversations"] == []


async def test_half_of_a_surrogate_pair_is_told(records: SwitchedRecords) -> None:
    async with web_app(records) as app, app.member() as browser:
        answer = await browser.post(
            "/api/chat",
            content=b'{"message_id": "message-1", "text": "\\ud800"}',
            headers={"content-type": "application/json"},
        )
    assert code(answer) == (400, "invalid_request")
    assert "surrogate" in answer.json()["error"]["message"]


async def test_a_stranger_and_a_page_of_another_site_cannot_chat(records: SwitchedRecords) -> None:
    async with web_app(records) as app, app.client() as stranger, app.member() as browser:
        assert code(await stranger.post("/api/chat", json=said())) == (401, "not_signed_in")
        del browser.headers["x-csrf-token"]
        assert code(await browser.post("/api/chat", json=said())) == (403, "cross_site")


async def test_anothers_conversation_is_not_there(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=2") as app, app.member() as ada, app.member("eve@example.org") as eve:
        conversation_id = (await chat(ada))[0][1]["conversation"]["id"]
        path = f"/api/conversations/{conversation_id}"
        answers = [
            await eve.get(path),
            await eve.patch(path, json={"title": "Mine"}),
            await eve.delete(path),
            await eve.post("/api/chat", json=said(message_id="message-2", conversation_id=conversation_id)),
        ]
        assert [code(answer) for answer in answers] == [(404, "not_found")] * 4


async def test_a_silent_wait_has_signs_of_life(records: SwitchedRecords) -> None:
    async with web_app(records, "ttft_ms=300,tokens=1", queue={"keep_alive_s": 0.05}) as app, app.member() as browser:
        answer = await browser.post("/api/chat", json=said())
    assert ": keep-alive\n\n" in answer.text
    assert events_of(answer.text)[-1][0] == "done"


async def test_a_client_that_vanishes_without_a_word_finds_its_answer_later(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=40,token_ms=10") as app, app.member() as browser:
        url = httpx.URL(app.url)
        body = json.dumps(said()).encode()
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        head = (
            f"POST /api/chat HTTP/1.1\r\nhost: {url.host}:{url.port}\r\ncookie: {cookie}\r\n"
            f"x-csrf-token: {browser.headers['x-csrf-token']}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection((url.host, url.port or 80)) as connection:
            await asyncio.to_thread(connection.sendall, head.encode() + body)
            await asyncio.to_thread(connection.recv, 1)
        async with asyncio.timeout(20):
            while True:
                listed = (await browser.get("/api/conversations")).json()["conversations"]
                opened = (await browser.get(f"/api/conversations/{listed[0]['id']}")).json() if listed else None
                if opened and opened["messages"][1]["status"] == "complete":
                    break
                await asyncio.sleep(0.005)
