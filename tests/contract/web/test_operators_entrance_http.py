"""Gate and waiting room over HTTP: operators shut, slow and reopen them for a time."""

from __future__ import annotations

from records_that_fail import SwitchedRecords
from web_app import web_app

PATH = "/api/operator/entrance"


async def test_an_operator_shuts_registration_for_a_time_and_gives_it_back(records: SwitchedRecords):
    person = {"email": "new@example.org", "password": "a good password"}
    async with web_app(records, "") as app, app.owner() as owner, app.client() as newcomer:
        assert (await owner.get(PATH)).json()["stands"] is False
        told = (await owner.post(PATH, json={"shut": True, "for_s": 600})).json()
        assert (told["stands"], told["shut"], told["by"]) == (True, True, "owner@example.org")
        refused = await newcomer.post("/api/auth/signup", json=person)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "signup_closed")
        assert (await owner.post(PATH, json={})).json()["stands"] is False
        assert (await newcomer.post("/api/auth/signup", json=person)).status_code == 201


async def test_a_pace_that_is_none_is_refused_and_members_have_no_say(records: SwitchedRecords):
    async with web_app(records, "") as app, app.owner() as owner, app.member() as member:
        assert (await owner.post(PATH, json={"signups_per_min": 0})).status_code == 400
        assert (await member.post(PATH, json={"shut": True})).status_code == 403
