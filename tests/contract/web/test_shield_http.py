"""What the shield tells over HTTP: to operators all of it, to each asker its own part, and refusals in two forms."""

from __future__ import annotations

import re

import httpx

from records_that_fail import SwitchedRecords
from web_app import WebApp, web_app

ASKED = {"model": "echo", "messages": [{"role": "user", "content": "Hello there"}], "max_tokens": 4000}


async def key_of(browser: httpx.AsyncClient) -> dict[str, str]:
    answer = await browser.post("/api/keys", json={"name": "test"})
    return {"authorization": f"Bearer {answer.json()['key']}"}


async def vouched(app: WebApp, owner: httpx.AsyncClient, email: str) -> None:
    rows = (await owner.get("/api/operator/accounts")).json()["accounts"]
    row = next(row for row in rows if row["email"] == email)
    assert (await owner.post(f"/api/operator/accounts/{row['id']}", json={"vouched": True})).is_success


async def test_operators_see_the_shield_and_nobody_else_does(records: SwitchedRecords):
    async with web_app(records, "") as app, app.owner() as owner, app.member() as member:
        told = (await owner.get("/api/operator/shield")).json()
        assert told["posture"] in ("normal", "elevated", "siege")
        assert set(told["pressure"]) == {"queue", "others", "kv", "loop", "refused", "verdict"}
        assert [one["class"] for one in told["classes"]] == ["C0", "C1", "C1b", "C2", "C3", "C4"]
        assert (await member.get("/api/operator/shield")).status_code == 403
        assert (await member.post("/api/operator/shield/posture", json={"posture": "siege"})).status_code == 403


async def test_a_pin_holds_for_every_answer_until_it_is_given_back(records: SwitchedRecords):
    async with web_app(records, "") as app, app.owner() as owner, app.client() as anybody:
        pinned = await owner.post("/api/operator/shield/posture", json={"posture": "siege", "for_s": 600})
        assert pinned.json()["pin"]["by"] == "owner@example.org"
        assert (await anybody.get("/v1/models")).headers["x-seawall-posture"] == "siege"
        await owner.post("/api/operator/shield/posture", json={"posture": "normal"})
        assert (await anybody.get("/v1/models")).headers["x-seawall-posture"] == "normal"
        # What it is from then on is the machine's business: a busy one is under pressure.
        freed = await owner.post("/api/operator/shield/posture", json={"posture": "auto"})
        assert freed.json()["pin"] is None


async def test_a_pin_from_another_sites_page_is_refused(records: SwitchedRecords):
    async with web_app(records, "") as app, app.owner() as owner:
        del owner.headers["x-csrf-token"]
        answer = await owner.post("/api/operator/shield/posture", json={"posture": "siege"})
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "cross_site"


async def test_what_was_eased_is_told_on_the_api_and_in_the_chat(records: SwitchedRecords):
    async with web_app(records, "tokens=3") as app, app.owner() as owner, app.member() as member:
        await owner.post("/api/operator/shield/posture", json={"posture": "siege"})
        program = await key_of(member)
        for stream in (True, False):
            answer = await member.post("/v1/chat/completions", json={**ASKED, "stream": stream}, headers=program)
            assert answer.headers["x-seawall-class"] == "C2"
            assert "512 tokens" in answer.headers["x-seawall-eased"]
        message = {"message_id": "12345678", "text": "Hello there"}
        chat = await member.post("/api/chat", json=message)
        assert 'event: eased\ndata: {"codes":["shorter"]}' in chat.text
        await owner.post("/api/operator/shield/posture", json={"posture": "normal"})
        answer = await member.post("/v1/chat/completions", json=ASKED, headers=program)
        assert "x-seawall-eased" not in answer.headers


async def test_who_has_an_entitlement_is_told_what_is_left_of_it(records: SwitchedRecords):
    async with web_app(records, "tokens=3") as app, app.owner() as owner, app.member() as member:
        program = await key_of(member)
        before = await member.post("/v1/chat/completions", json=ASKED, headers=program)
        assert "ratelimit" not in before.headers
        await vouched(app, owner, "ada@example.org")
        full_in_s: list[int] = []
        for _ in range(2):
            answer = await member.post("/v1/chat/completions", json=ASKED, headers=program)
            assert re.fullmatch(r'"entitlement";q=\d+;w=\d+', answer.headers["ratelimit-policy"])
            told = re.fullmatch(r'"entitlement";r=\d+;t=(\d+)', answer.headers["ratelimit"])
            assert told is not None
            full_in_s.append(int(told[1]))
        assert full_in_s[1] > full_in_s[0]


async def test_a_refusal_is_a_problem_for_whom_asks_for_one_and_openais_error_for_all_others(records: SwitchedRecords):
    async with web_app(records, "") as app, app.client() as anybody:
        problem = {"accept": "application/problem+json"}
        for path, method in (("/v1/chat/completions", "POST"), ("/nothing/here", "GET"), ("/api/auth/me", "GET")):
            plain = await anybody.request(method, path)
            asked = await anybody.request(method, path, headers=problem)
            assert asked.headers["content-type"] == "application/problem+json"
            told, error = asked.json(), plain.json()["error"]
            assert told["status"] == asked.status_code == plain.status_code
            assert (told["detail"], told["code"]) == (error["message"], error["code"])
            assert told["type"] == f"/docs#{error['code']}"
            page = await anybody.get("/docs")
            assert f'id="{error["code"]}"' in page.text


async def test_a_known_key_is_told_its_own_class_also_where_nothing_is(records: SwitchedRecords):
    async with (
        web_app(records, "tokens=3") as app,
        app.owner() as owner,
        app.member() as member,
        app.client() as anybody,
    ):
        program = await key_of(member)
        await vouched(app, owner, "ada@example.org")
        assert (await anybody.get("/v1/models", headers=program)).headers["x-seawall-class"] == "C1"
        for method, path in (("GET", "/v1/nothing"), ("DELETE", "/v1/models"), ("GET", "/v1/chat/completions")):
            known = await anybody.request(method, path, headers=program)
            stranger = await anybody.request(method, path)
            assert known.status_code in (404, 405)
            assert (known.headers["x-seawall-class"], stranger.headers["x-seawall-class"]) == ("C1", "C4")
