"""Before one is let in: puzzles, places, the waiting room and guests, over HTTP."""

from __future__ import annotations

import asyncio
import re
from html import unescape

import httpx
import pytest

from records_that_fail import SwitchedRecords
from seawall.settings.edge import EdgeSettings
from seawall.settings.tree import EntranceSettings
from solved_puzzle import solved
from web_app import WebApp, web_app

CREDENTIALS = {"email": "new@example.org", "password": "a good password"}
ASKED = {"model": "echo", "messages": [{"role": "user", "content": "Hello"}]}
# One at once, then nobody for a long while.
NARROW = EntranceSettings(challenge="off", signups_siege=0.01, signups_elevated=0.01, passes=0.01, guests="on")
# Turns come faster than a test can look.
WIDE = EntranceSettings(signups_siege=60_000, passes=60_000, ticket_s=0, guests="on")


async def pin(app: WebApp, posture: str) -> None:
    async with app.owner() as owner:
        answer = await owner.post("/api/operator/shield/posture", json={"posture": posture})
        assert answer.is_success, answer.text


def code(answer: httpx.Response) -> str:
    return answer.json()["error"]["code"]


async def test_registering_takes_a_solved_puzzle_once_where_one_is_asked(records: SwitchedRecords) -> None:
    async with web_app(records, entrance=EntranceSettings(challenge="always")) as app, app.client() as browser:
        refused = await browser.post("/api/auth/signup", json=CREDENTIALS)
        assert (refused.status_code, code(refused)) == (403, "challenge_required")
        # The cheapest there is, as a browser would need a second for it.
        answer = await browser.post("/api/entrance/challenge", json={"action": "signup", "algorithm": "PBKDF2/SHA-256"})
        proof = solved(answer.json())
        entered = await browser.post("/api/auth/signup", json={**CREDENTIALS, "proof": proof})
        assert entered.status_code == 201
        again = await browser.post("/api/auth/signup", json={**CREDENTIALS, "email": "b@example.org", "proof": proof})
        assert (again.status_code, code(again)) == (403, "challenge_failed")


async def test_what_is_filled_in_wrongly_is_told_before_a_puzzle_is_asked(records: SwitchedRecords) -> None:
    async with web_app(records, entrance=EntranceSettings(challenge="always")) as app, app.client() as browser:
        refused = await browser.post("/api/auth/signup", json={**CREDENTIALS, "password": "short"})
        assert refused.json()["error"]["param"] == "password"


async def test_a_newcomer_in_a_siege_gets_a_place_and_an_honest_sentence(records: SwitchedRecords) -> None:
    async with web_app(records, entrance=NARROW) as app, app.client() as browser:
        await pin(app, "siege")
        assert (await browser.post("/api/auth/signup", json=CREDENTIALS)).status_code == 201
        refused = await browser.post("/api/auth/signup", json={**CREDENTIALS, "email": "b@example.org"})
        assert (refused.status_code, code(refused)) == (503, "registration_busy")
        assert "Registered users can sign in and chat as usual." in refused.json()["error"]["message"]
        place = refused.json()["waiting"]
        assert place["state"] == "waiting"
        assert int(refused.headers["retry-after"]) >= place["wait_s"] > 0
        looked = await browser.post("/api/entrance/place/look", json={"action": "signup", "place": place["place"]})
        assert looked.json()["state"] == "waiting"
        assert looked.json()["wait_s"] <= place["wait_s"]


async def test_a_registered_user_signs_in_while_newcomers_wait(records: SwitchedRecords) -> None:
    async with web_app(records, entrance=NARROW) as app, app.client() as browser:
        assert (await browser.post("/api/auth/signup", json=CREDENTIALS)).status_code == 201
        await pin(app, "siege")
        assert (await browser.post("/api/auth/login", json=CREDENTIALS)).status_code == 200


@pytest.mark.parametrize("posture", ["normal", "elevated", "siege"])
async def test_a_throw_away_domain_runs_out_and_an_honest_newcomer_and_a_registered_user_come_in(
    records: SwitchedRecords, posture: str
) -> None:
    quick = EntranceSettings(challenge="off", signups=60_000, signups_elevated=60_000, signups_siege=60_000)
    async with web_app(records, entrance=quick, trusted_proxies=("127.0.0.1/32",)) as app, app.client() as browser:
        assert (await browser.post("/api/auth/signup", json=CREDENTIALS)).status_code == 201
        await pin(app, posture)

        async def register(email: str, number: int) -> httpx.Response:
            body = {"email": email, "password": "a good password"}
            return await browser.post("/api/auth/signup", json=body, headers={"x-forwarded-for": f"10.0.{number}.9"})

        told = [await register(f"u{number}@throwaway.example", number) for number in range(70)]
        assert code(told[-1]) == "share_used"
        assert "this mail domain" in told[-1].json()["error"]["message"]
        assert (await register("honest@gmail.com", 200)).status_code == 201
        at_the_storms = {"x-forwarded-for": "10.0.1.9"}
        signed_in = await browser.post("/api/auth/login", json=CREDENTIALS, headers=at_the_storms)
        assert signed_in.status_code == 200


async def test_a_place_of_another_network_lets_nobody_in(records: SwitchedRecords) -> None:
    async with (
        web_app(records, entrance=WIDE, trusted_proxies=("127.0.0.1/32",)) as app,
        app.client() as browser,
    ):
        await pin(app, "siege")
        mine, theirs = {"x-forwarded-for": "192.0.2.7"}, {"x-forwarded-for": "198.51.100.7"}
        taken = await browser.post("/api/entrance/place", json={"action": "signup"}, headers=mine)
        wanted = {**CREDENTIALS, "place": taken.json()["place"]}
        refused = await browser.post("/api/auth/signup", json=wanted, headers=theirs)
        assert (refused.status_code, code(refused)) == (403, "place_lost")
        assert (await browser.post("/api/auth/signup", json=wanted, headers=mine)).status_code == 201


async def test_a_place_survives_a_wrong_form_and_is_used_once(records: SwitchedRecords) -> None:
    async with web_app(records, entrance=WIDE) as app, app.client() as browser:
        await pin(app, "siege")
        place = (await browser.post("/api/entrance/place", json={"action": "signup"})).json()["place"]
        wanted = {**CREDENTIALS, "place": place}
        assert (await browser.post("/api/auth/signup", json={**wanted, "password": "short"})).status_code == 400
        assert (await browser.post("/api/auth/signup", json=wanted)).status_code == 201
        again = await browser.post("/api/auth/signup", json={**wanted, "email": "b@example.org"})
        assert (again.status_code, code(again)) == (403, "place_lost")


@pytest.mark.parametrize(
    ("accepted", "words"), [("en-GB", "Registration is busy"), ("zh-CN,zh;q=0.9,en;q=0.8", "注册繁忙")]
)
async def test_the_waiting_room_works_without_javascript(records: SwitchedRecords, accepted: str, words: str) -> None:
    narrow = EntranceSettings(signups_siege=0.01, ticket_s=0)
    async with web_app(records, entrance=narrow) as app, app.client() as browser:
        await pin(app, "siege")
        browser.headers["accept-language"] = accepted
        first = await browser.post("/waiting-room/place")  # There is room for one.
        assert first.status_code == 303
        assert 'type="password"' in (await browser.get(first.headers["location"])).text
        taken = await browser.post("/waiting-room/place")
        page = (await browser.get(taken.headers["location"])).text
        assert words in page
        refresh = re.search(r'<noscript><meta http-equiv="refresh" content="(\d+);url=([^"]+)">', page)
        assert refresh is not None
        assert int(refresh[1]) >= 1
        assert words in (await browser.get(unescape(refresh[2]))).text


async def test_somebody_without_javascript_registers_when_the_turn_comes(records: SwitchedRecords) -> None:
    async with web_app(records, entrance=WIDE) as app, app.client() as browser:
        await pin(app, "siege")
        taken = await browser.post("/waiting-room/place")
        place = httpx.URL(taken.headers["location"]).params["place"]
        short = await browser.post("/waiting-room/register", data={**CREDENTIALS, "password": "short", "place": place})
        assert short.status_code == 400
        assert 'value="new@example.org"' in short.text  # What was typed is there again,
        assert "short" not in short.text.partition("<form")[2]  # but no password is sent back.
        done = await browser.post("/waiting-room/register", data={**CREDENTIALS, "place": place})
        assert (done.status_code, done.headers["location"]) == (303, "/")
        assert (await browser.get("/api/auth/me")).json()["me"]["email"] == CREDENTIALS["email"]


async def test_who_reloads_the_page_by_hand_keeps_the_place(records: SwitchedRecords) -> None:
    narrow = EntranceSettings(signups_siege=0.01, ticket_s=0.1)
    async with web_app(records, entrance=narrow) as app, app.client() as browser:
        await pin(app, "siege")
        first = (await browser.post("/waiting-room/place")).headers["location"]
        async with asyncio.timeout(10):
            while (joined := await browser.get(first)).status_code == 200:  # Too young to stand in the line.
                await asyncio.sleep(0.05)
        assert joined.status_code == 303
        again = [await browser.get(joined.headers["location"]) for _ in range(3)]
        assert all('type="password"' in page.text for page in again)  # The one who is let in, each time.


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"password": "short"}, "密码需要"),
        ({"email": "nobody"}, "这不是邮箱地址"),
        ({"email": "owner@example.org"}, "已有账号"),
    ],
)
async def test_what_is_wrong_with_the_form_is_said_in_its_language(
    records: SwitchedRecords, typed: dict[str, str], told: str
) -> None:
    async with web_app(records) as app, app.owner(), app.client() as browser:
        answer = await browser.post("/waiting-room/register?lang=zh", data={**CREDENTIALS, **typed})
        assert answer.status_code in (400, 409)
        assert told in answer.text


async def test_the_waiting_room_shows_nothing_that_was_put_into_its_address(records: SwitchedRecords) -> None:
    async with web_app(records, entrance=NARROW) as app, app.client() as browser:
        page = await browser.get("/waiting-room", params={"place": '"><script>alert(1)</script>', "lang": "<b>"})
        assert "alert" not in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]


async def test_other_sites_cannot_take_places_or_register(records: SwitchedRecords) -> None:
    async with web_app(records, entrance=WIDE) as app, app.client() as browser:
        for path in ("place", "register", "pass"):
            answer = await browser.post(f"/waiting-room/{path}", headers={"sec-fetch-site": "cross-site"})
            assert answer.status_code == 403


async def test_without_a_key_nobody_is_served_unless_guests_are_taken(records: SwitchedRecords) -> None:
    async with web_app(records) as app, app.client() as program:
        assert (await program.post("/v1/chat/completions", json=ASKED)).status_code == 401
        answer = await program.post("/api/entrance/place", json={"action": "chat"})
        assert (answer.status_code, code(answer)) == (403, "not_allowed")


async def test_a_guest_is_served_on_a_quiet_day_and_a_wrong_key_never(records: SwitchedRecords) -> None:
    async with web_app(records, entrance=WIDE) as app, app.client() as program:
        answer = await program.post("/v1/chat/completions", json=ASKED)
        assert (answer.status_code, answer.headers["x-seawall-class"]) == (200, "C4")
        wrong = await program.post("/v1/chat/completions", json=ASKED, headers={"authorization": "Bearer sw-wrong"})
        assert (wrong.status_code, code(wrong)) == (401, "unknown_key")


async def test_a_guest_shows_a_pass_while_the_service_is_busy(records: SwitchedRecords) -> None:
    async with web_app(records, entrance=WIDE) as app, app.client() as program:
        await pin(app, "elevated")
        refused = await program.post("/v1/chat/completions", json=ASKED)
        assert (refused.status_code, code(refused)) == (403, "challenge_required")
        place = (await program.post("/api/entrance/place", json={"action": "chat"})).json()["place"]
        token = (await program.post("/api/entrance/pass", json={"place": place})).json()["pass"]
        shown = {"x-seawall-pass": token}
        answer = await program.post("/v1/chat/completions", json=ASKED, headers=shown)
        assert (answer.status_code, answer.headers["x-seawall-class"]) == (200, "C3")
        spoilt = await program.post("/v1/chat/completions", json=ASKED, headers={"x-seawall-pass": token[:-2]})
        assert (spoilt.status_code, code(spoilt)) == (403, "challenge_required")


async def test_a_guest_waits_in_a_siege_with_a_place(records: SwitchedRecords) -> None:
    async with web_app(records, entrance=NARROW) as app, app.client() as program:
        await pin(app, "siege")
        refused = await program.post("/v1/chat/completions", json=ASKED)
        assert (refused.status_code, code(refused)) == (503, "waiting_room")
        waiting = refused.json()["waiting"]
        assert waiting["state"] == "waiting"
        assert (await program.get(waiting["url"])).status_code == 200
        early = await program.post("/api/entrance/pass", json={"place": waiting["place"]})
        assert (early.status_code, code(early)) == (503, "waiting_room")


@pytest.mark.parametrize(
    ("posture", "told"),
    [("normal", (200, None)), ("elevated", (403, "challenge_required")), ("siege", (503, "waiting_room"))],
)
async def test_who_has_no_pass_is_told_what_the_posture_asks(
    records: SwitchedRecords, posture: str, told: tuple[int, str | None]
) -> None:
    async with web_app(records, entrance=NARROW) as app, app.client() as program:
        await pin(app, posture)
        answer = await program.post("/v1/chat/completions", json=ASKED)
        assert (answer.status_code, answer.json().get("error", {}).get("code")) == told
        assert answer.headers["x-seawall-posture"] == posture


@pytest.mark.parametrize("posture", ["normal", "elevated", "siege"])
async def test_a_pass_is_served_though_its_network_has_used_its_share(records: SwitchedRecords, posture: str) -> None:
    narrow = EdgeSettings(stranger_rate=0.5, stranger_burst=50)
    async with web_app(records, entrance=WIDE, edge=narrow) as app, app.client() as program:
        await pin(app, posture)
        place = (await program.post("/api/entrance/place", json={"action": "chat"})).json()["place"]
        shown = {"x-seawall-pass": (await program.post("/api/entrance/pass", json={"place": place})).json()["pass"]}
        for _ in range(50):
            await program.get("/v1/models")
        refused = await program.get("/v1/models")
        assert (refused.status_code, code(refused)) == (429, "share_used")
        answer = await program.post("/v1/chat/completions", json=ASKED, headers=shown)
        assert (answer.status_code, answer.headers["x-seawall-class"]) == (200, "C3")


async def test_every_page_learns_how_the_service_stands(records: SwitchedRecords) -> None:
    async with web_app(records, entrance=NARROW) as app, app.client() as browser:
        quiet = {"posture": "normal", "signup_busy": False, "signup_puzzle": False, "banner": None}
        assert (await browser.get("/api/entrance")).json() == quiet
        await pin(app, "siege")
        assert (await browser.get("/api/entrance")).json()["signup_busy"]
        assert (await browser.get("/api/bootstrap")).json()["posture"] == "siege"
