"""Networks over HTTP: operators slow, challenge and block them for a time, and take it back."""

from __future__ import annotations

from records_that_fail import SwitchedRecords
from web_app import web_app

PATH = "/api/operator/networks"


async def test_an_operator_challenges_a_network_for_a_time_and_takes_it_back(records: SwitchedRecords):
    async with web_app(records, "") as app, app.owner() as owner:
        wish = {"network": "203.0.113.7/24", "treatment": "challenge", "for_s": 600, "reason": "a flood"}
        treated = (await owner.post(PATH, json=wish)).json()
        assert (treated["network"], treated["treatment"]) == ("203.0.113.0/24", "challenge")
        assert (await owner.get(PATH)).json()["networks"] == [treated]
        assert (await owner.delete(PATH, params={"network": "203.0.113.0/24"})).status_code == 204
        assert (await owner.get(PATH)).json()["networks"] == []
        assert (await owner.delete(PATH, params={"network": "203.0.113.0/24"})).status_code == 404


async def test_what_is_no_network_or_everybody_is_refused_with_a_sentence(records: SwitchedRecords):
    async with web_app(records, "") as app, app.owner() as owner:
        for network, words in (("hello", "is no network"), ("0.0.0.0/0", "is everybody")):
            answer = await owner.post(PATH, json={"network": network, "treatment": "slow"})
            assert answer.status_code == 400
            assert words in answer.json()["error"]["message"]
            assert answer.json()["error"]["param"] == "network"


async def test_networks_are_for_operators_alone(records: SwitchedRecords):
    async with web_app(records, "") as app, app.member() as member:
        assert (await member.get(PATH)).status_code == 403
        assert (await member.post(PATH, json={"network": "203.0.113.0/24", "treatment": "slow"})).status_code == 403
