"""Answers as jobs: heard from anywhere, from any event on, stopped by a wish and never by leaving."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from hearing import Heard, hearing
from patience import until
from records_that_fail import SwitchedRecords
from seawall.records.opening import open_records
from web_app import WebApp, web_app

SLOW = "slots=1,token_ms=10,tokens=60"
ENDLESS = "slots=1,token_ms=10,tokens=4000"


def said(text: str = "Hello", message_id: str = "message-1", **more: Any) -> dict[str, Any]:
    return {"message_id": message_id, "text": text, **more}


@asynccontextmanager
async def asking(browser: httpx.AsyncClient, **body: Any) -> AsyncGenerator[Heard]:
    """Leaving the block closes the connection."""
    async with browser.stream("POST", "/api/chat", json=said(**body)) as response:
        assert response.status_code == 200, await response.aread()
        yield Heard(response)


@asynccontextmanager
async def another_device(app: WebApp) -> AsyncGenerator[httpx.AsyncClient]:
    async with app.client() as browser:
        answer = await browser.post("/api/auth/login", json={"email": "ada@example.org", "password": "a good password"})
        browser.headers["x-csrf-token"] = answer.json()["csrf_token"]
        yield browser


def text_of(events: list[tuple[str, dict[str, Any]]]) -> str:
    return "".join(data.get("text", "") for name, data in events if name == "piece")


async def kept(browser: httpx.AsyncClient, begun: dict[str, Any]) -> dict[str, Any]:
    """The answer as its conversation shows it."""
    opened = (await browser.get(f"/api/conversations/{begun['conversation']['id']}")).json()
    (answer,) = [message for message in opened["messages"] if message["id"] == begun["answer_id"]]
    return answer


async def test_after_a_cut_the_answer_is_heard_on_from_the_event_after_the_last(records: SwitchedRecords) -> None:
    async with web_app(records, SLOW) as app, app.member() as browser:
        async with asking(browser) as heard:
            begun = await heard.until("begun")
            first = await heard.until("piece")
            cut_at = heard.number
        path = f"/api/answers/{begun['answer_id']}/events"
        async with hearing(browser, path, **{"last-event-id": str(cut_at)}) as on:
            events = await on.rest()
        answer = await kept(browser, begun)
        assert first["text"] + text_of(events) == answer["text"]
        assert (events[-1][0], events[-1][1]["status"], answer["status"]) == ("done", "complete", "complete")
        assert answer["usage"]["completion_tokens"] == 60


async def test_another_device_hears_all_of_an_answer_in_progress(records: SwitchedRecords) -> None:
    async with web_app(records, SLOW) as app, app.member() as browser, another_device(app) as phone:
        async with asking(browser) as heard:
            begun = await heard.until("begun")
            await heard.until("piece")
            async with hearing(phone, f"/api/answers/{begun['answer_id']}/events") as late:
                (name, told), *events = await late.rest()
        assert (name, told) == ("begun", begun)
        assert text_of(events) == (await kept(phone, begun))["text"]


async def test_a_message_sent_again_while_it_is_answered_is_heard_and_not_answered_twice(
    records: SwitchedRecords,
) -> None:
    async with web_app(records, SLOW) as app, app.member() as browser:
        async with asking(browser) as first:
            begun = await first.until("begun")
            await first.until("piece")
        async with asking(browser) as again:
            events = await again.rest()
        assert events[0] == ("begun", begun)
        assert text_of(events) == (await kept(browser, begun))["text"]
        listed = (await browser.get("/api/conversations")).json()["conversations"]
        assert len(listed) == 1


async def test_an_answer_is_stopped_from_another_device_and_says_so_everywhere(records: SwitchedRecords) -> None:
    async with web_app(records, ENDLESS) as app, app.member() as browser, another_device(app) as phone:
        async with asking(browser) as heard:
            begun = await heard.until("begun")
            await heard.until("piece")
            assert (await phone.post(f"/api/answers/{begun['answer_id']}/stop")).status_code == 204
            assert app.engine.report().in_flight == 0
            assert (await heard.until("done"))["status"] == "stopped"
            assert await heard.next() is None
        answer = await kept(phone, begun)
        assert (answer["status"], bool(answer["text"])) == ("stopped", True)
        assert (await phone.post(f"/api/answers/{begun['answer_id']}/stop")).status_code == 204


async def test_a_queued_question_is_answered_though_nobody_listens(records: SwitchedRecords) -> None:
    async with web_app(records, ENDLESS) as app, app.member() as browser:
        async with asking(browser) as first:
            speaking = await first.until("begun")
            await first.until("piece")
            async with asking(browser, message_id="message-2") as queued:
                begun = await queued.until("begun")
                assert (await queued.until("waiting"))["place"] == 1
            path = f"/api/answers/{begun['answer_id']}/events"
            async with hearing(browser, path) as back:
                assert (await back.next(), (await back.until("waiting"))["place"]) == (("begun", begun), 1)
                await browser.post(f"/api/answers/{speaking['answer_id']}/stop")
                assert (await back.until("piece"))["text"]
        await browser.post(f"/api/answers/{begun['answer_id']}/stop")


async def test_an_answer_of_the_life_before_is_told_as_interrupted(records: SwitchedRecords, tmp_path: Path) -> None:
    async with web_app(records, ENDLESS) as app, app.member() as browser:
        async with asking(browser) as heard:
            begun = await heard.until("begun")
            await heard.until("piece")
        session, token = dict(browser.cookies), browser.headers["x-csrf-token"]
    async with web_app(SwitchedRecords(open_records("", tmp_path)), ENDLESS) as app, app.client() as browser:
        browser.cookies.update(session)
        browser.headers["x-csrf-token"] = token
        path = f"/api/answers/{begun['answer_id']}/events"
        async with hearing(browser, path, **{"last-event-id": "7"}) as after:
            (state, told), (done, end) = await after.rest()
            assert (state, told["message"]["status"], bool(told["message"]["text"])) == ("state", "interrupted", True)
            assert (done, end["status"], after.number) == ("done", "interrupted", 9)
        assert (await browser.post(f"/api/answers/{begun['answer_id']}/stop")).status_code == 204


async def test_who_has_heard_the_end_is_told_that_there_is_nothing_more(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=2") as app, app.member() as browser:
        async with asking(browser) as heard:
            begun = await heard.until("begun")
            await heard.rest()
        answer = await browser.get(f"/api/answers/{begun['answer_id']}/events?after={heard.number}")
        assert (answer.status_code, answer.content) == (204, b"")
        for nonsense in ("x", "-1", "9" * 40, "1.5"):
            path = f"/api/answers/{begun['answer_id']}/events"
            async with hearing(browser, path, **{"last-event-id": nonsense}) as whole:
                assert (await whole.rest())[0] == ("begun", begun)


async def test_anothers_answer_is_not_there(records: SwitchedRecords) -> None:
    async with web_app(records, ENDLESS) as app, app.member() as ada, app.member("eve@example.org") as eve:
        async with asking(ada) as heard:
            begun = await heard.until("begun")
            path = f"/api/answers/{begun['answer_id']}"
            assert (await eve.get(f"{path}/events")).status_code == 404
            assert (await eve.post(f"{path}/stop")).status_code == 404
            assert (await heard.until("piece"))["text"]
        del ada.headers["x-csrf-token"]
        assert (await ada.post(f"{path}/stop")).status_code == 403
        assert (await ada.get("/api/answers/nobodys/events")).status_code == 404


async def test_an_account_has_so_many_answers_in_progress_and_no_more(records: SwitchedRecords) -> None:
    async with web_app(records, ENDLESS, limits={"answers_per_account": 2}) as app, app.member() as browser:
        for number in (1, 2):
            async with asking(browser, message_id=f"message-{number}") as heard:
                begun = await heard.until("begun")
        refused = await browser.post("/api/chat", json=said(message_id="message-3"))
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "share_used")
        assert "retry-after" in refused.headers
        assert "2 answers" in refused.json()["error"]["message"]
        await browser.post(f"/api/answers/{begun['answer_id']}/stop")
        async with asking(browser, message_id="message-3") as heard:
            await heard.until("begun")


async def test_a_refusal_at_the_door_keeps_its_status_and_leaves_nothing(records: SwitchedRecords) -> None:
    async with web_app(records, "tokens=2") as app, app.member() as browser:
        refused = await browser.post("/api/chat", json=said(model="gpt-9"))
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "model_not_found")
        async with asking(browser) as heard:
            assert (await heard.until("done"))["status"] == "complete"


async def test_an_accounts_devices_are_told_what_happens_elsewhere(records: SwitchedRecords) -> None:
    async with (
        web_app(records, SLOW) as app,
        app.member() as browser,
        another_device(app) as phone,
        hearing(phone, "/api/events") as watched,
        asking(browser) as heard,
    ):
        begun = await heard.until("begun")
        ids = {"conversation_id": begun["conversation"]["id"]}
        assert await watched.next() == ("begun", {**ids, "answer_id": begun["answer_id"]})
        async with hearing(phone, "/api/events") as later:
            assert await later.next() == ("begun", {**ids, "answer_id": begun["answer_id"]})
        await heard.until("done")
        assert await watched.next() == ("ended", {**ids, "answer_id": begun["answer_id"]})
        path = f"/api/conversations/{begun['conversation']['id']}"
        await browser.patch(path, json={"pinned": True})
        assert await watched.next() == ("changed", ids)
        await browser.delete(path)
        assert await watched.next() == ("removed", ids)
        await browser.post(f"{path}/restore")
        assert await watched.next() == ("changed", ids)


async def test_nobody_is_told_of_anothers_conversations(records: SwitchedRecords) -> None:
    async with (
        web_app(records, "tokens=2") as app,
        app.member() as ada,
        app.member("eve@example.org") as eve,
        hearing(ada, "/api/events") as watched,
    ):
        for person, number in ((eve, 1), (ada, 2)):
            async with asking(person, message_id=f"message-{number}") as heard:
                begun = await heard.until("begun")
                await heard.rest()
        assert (await watched.until("begun"))["answer_id"] == begun["answer_id"]


async def test_a_deleted_conversations_answer_stops(records: SwitchedRecords) -> None:
    async with web_app(records, ENDLESS) as app, app.member() as browser:
        async with asking(browser) as heard:
            begun = await heard.until("begun")
            await heard.until("piece")
            path = f"/api/conversations/{begun['conversation']['id']}"
            assert (await browser.delete(path)).status_code == 204
            assert (await heard.until("done"))["status"] == "stopped"
        assert app.engine.report().in_flight == 0
        assert (await browser.post(f"{path}/restore")).status_code == 200
        assert (await kept(browser, begun))["status"] == "stopped"


async def test_many_listeners_hear_one_answer_to_the_letter(records: SwitchedRecords) -> None:
    async with web_app(records, "slots=1,token_ms=5,tokens=80,reasoning=20") as app, app.member() as browser:
        async with asking(browser) as heard:
            begun = await heard.until("begun")
            path = f"/api/answers/{begun['answer_id']}/events"

            async def hear(after: int) -> str:
                async with hearing(browser, f"{path}?after={after}") as one:
                    return text_of(await one.rest())

            texts = await asyncio.gather(*(hear(after) for after in (0, 0, 1, 1, 1, 1)))
            text = text_of(await heard.rest())
        answer = await kept(browser, begun)
        assert {text, *texts} == {answer["text"]}
        assert answer["reasoning"]
        assert answer["timings"]["reasoning_s"] > 0
        assert answer["timings"]["first_token_s"] <= answer["timings"]["total_s"]


async def test_whose_session_ends_hears_no_more_and_the_answer_goes_on(records: SwitchedRecords) -> None:
    script = "slots=1,token_ms=10,tokens=4000"
    async with (
        web_app(records, script, queue={"keep_alive_s": 0.05}) as app,
        app.member() as browser,
        another_device(app) as phone,
        hearing(phone, "/api/events") as watched,
        asking(browser) as heard,
    ):
        begun = await heard.until("begun")
        async with hearing(phone, f"/api/answers/{begun['answer_id']}/events") as listening:
            await listening.until("piece")
            assert (await phone.post("/api/auth/logout")).status_code == 204
            async with asyncio.timeout(20):
                assert "done" not in [name for name, _ in await listening.rest()]
                assert "ended" not in [name for name, _ in await watched.rest()]
        assert (await heard.until("piece"))["text"]


async def test_a_disabled_accounts_answers_end_at_once(records: SwitchedRecords) -> None:
    async with web_app(records, ENDLESS) as app, app.owner() as owner, app.member() as ada:
        account_id = (await ada.get("/api/auth/me")).json()["me"]["id"]
        async with asking(ada) as heard:
            await heard.until("piece")
            disabled = await owner.post(f"/api/operator/accounts/{account_id}", json={"disabled": True})
            assert disabled.status_code == 200, disabled.text
            assert "disabled or deleted" in (await heard.until("error"))["error"]["message"]
            assert await heard.next() is None
        await until(lambda: app.engine.report().in_flight == 0)
