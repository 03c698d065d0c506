"""Who is told of incidents: nobody who did not ask, by mail and by webhook, until they ask to be told no more."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from hooked import Receiver, receiver
from mail_server import MailServer, mail_server
from patience import until
from records_that_fail import SwitchedRecords
from seawall.settings.status import StatusSettings
from seawall.webhooks.signature import signed_headers
from web_app import WebApp, web_app

INCIDENT = {"title_en": "Uploads fail", "title_zh": "上传失败", "text_en": "We look.", "text_zh": "正在查看。"}
BROWSER = {"accept": "text/html"}
STATUS = StatusSettings(private_webhooks=True)


@pytest.fixture
async def mails(tmp_path: Path) -> AsyncIterator[MailServer]:
    async with mail_server(tmp_path) as server:
        yield server


@pytest.fixture
async def app(records: SwitchedRecords, mails: MailServer) -> AsyncIterator[WebApp]:
    async with web_app(records, "tokens=3", mail=mails.settings, status=STATUS) as app:
        yield app


def link_in(server: MailServer, which: int = -1) -> str:
    """Path and query of the last link that a mail brings."""
    text = server.mails[which].get_content()
    found = re.findall(r"https://\S+/status/(?:confirm|unsubscribe)\?\S+", text)
    assert found, text
    parts = urlsplit(found[-1])
    return f"{parts.path}?{parts.query}"


async def ask(browser: httpx.AsyncClient, kind: str, address: str, **other: str) -> httpx.Response:
    return await browser.post("/status/subscribe", data={"kind": kind, "address": address, **other})


async def press(browser: httpx.AsyncClient, link: str) -> httpx.Response:
    """What the page behind a mail's link does when its button is pressed."""
    page = await browser.get(link, headers=BROWSER)
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token, page.text
    path = link.partition("?")[0]
    return await browser.post(path, data={"token": token[1], "lang": "en"}, headers=BROWSER)


async def open_incident(app: WebApp) -> None:
    async with app.owner() as owner:
        assert (await owner.post("/api/operator/incidents", json=INCIDENT)).status_code == 201


async def test_who_confirms_by_mail_is_told_in_their_language_until_they_end_it(app: WebApp, mails: MailServer):
    async with app.client() as anybody, app.owner() as owner:
        asked = await ask(anybody, "mail", "ada@example.org", lang="zh")
        assert asked.json() == {"result": "mailed"}
        await owner.post("/api/operator/incidents", json=INCIDENT)
        # The link alone subscribes nobody: mailboxes open links by themselves.
        assert (await anybody.get(link_in(mails), headers=BROWSER)).status_code == 200
        assert len(mails.mails) == 1

        assert "You are subscribed" in (await press(anybody, link_in(mails))).text
        await owner.post("/api/operator/incidents", json=INCIDENT)
        await until(lambda: len(mails.mails) == 2)
        told = mails.mails[1]
        assert "上传失败" in str(told["subject"])
        assert "正在查看。" in told.get_content()

        assert "told no more" in (await press(anybody, link_in(mails))).text
        assert "does not work" in (await press(anybody, link_in(mails))).text
        closed = (await owner.get("/api/operator/incidents")).json()["incidents"][0]["id"]
        await owner.post(f"/api/operator/incidents/{closed}/close", json={})
        again = await ask(anybody, "mail", "bob@example.org")
        assert again.status_code == 200
        assert [one for one in mails.recipients if one == "ada@example.org"] == ["ada@example.org"] * 2


async def test_a_webhook_that_answers_its_challenge_is_told_in_statuspages_shape(app: WebApp):
    async with receiver() as there, app.client() as anybody:
        subscribed = (await ask(anybody, "webhook", there.url)).json()
        assert subscribed["result"] == "webhook"
        await open_incident(app)
        await until(lambda: len(there.took) == 2)
        message = there.took[1]
        told = message.told
        assert told["incident"]["name"] == "Uploads fail"
        assert told["incident"]["incident_updates"][0]["body"] == "We look."
        assert len(told["page"]["id"]) == 12
        expected = signed_headers(
            subscribed["secret"], message.headers["webhook-id"], int(message.headers["webhook-timestamp"]), message.body
        )
        assert message.headers["webhook-signature"] == expected["webhook-signature"]

        ending = urlsplit(told["meta"]["unsubscribe"])
        ended = await anybody.post(f"{ending.path}?{ending.query}")
        assert ended.json() == {"result": "unsubscribed"}


@pytest.mark.parametrize("manner", ["refuses", "leads_on", "drops", "mirrors"])
async def test_a_webhook_that_does_not_answer_its_challenge_is_never_told(app: WebApp, manner: str):
    async with receiver() as there, receiver() as well, app.client() as anybody:
        there.manner = manner  # type: ignore[assignment]
        refused = await ask(anybody, "webhook", there.url)
        assert refused.status_code == 400
        assert refused.json()["error"]["param"] == "address"
        await ask(anybody, "webhook", well.url)
        before = there.asked
        await open_incident(app)
        await until(lambda: len(well.took) == 2)
        assert there.asked == before


async def test_an_address_that_is_subscribed_already_gets_no_second_secret(app: WebApp):
    async with receiver() as there, app.client() as anybody:
        assert (await ask(anybody, "webhook", there.url)).status_code == 200
        assert (await ask(anybody, "webhook", there.url)).status_code == 409


async def test_private_addresses_are_refused_where_nobody_wished_otherwise(records: SwitchedRecords):
    async with web_app(records, "tokens=3") as app, receiver() as there, app.client() as anybody:
        for url in (there.url, there.url.replace("http://", "https://"), "https://localhost/", "https://10.0.0.1/"):
            assert (await ask(anybody, "webhook", url)).status_code == 400
        assert there.asked == 0
        page = (await anybody.get("/status/en")).text
        assert 'name="address" type="url"' in page
        assert 'type="email"' not in page  # No mail server is named.
        assert (await ask(anybody, "mail", "ada@example.org")).status_code == 503


async def test_one_address_however_it_is_written_is_mailed_twice_and_then_not_for_a_while(
    app: WebApp, mails: MailServer
):
    written = ("ada@example.org", "ADA@example.org", "Ada@Example.org")
    async with app.client() as anybody:
        statuses = [(await ask(anybody, "mail", address)).status_code for address in written]
        assert statuses == [200, 200, 429]
        assert len(mails.mails) == 2


async def test_one_network_asks_for_ten_and_then_waits(app: WebApp):
    async with app.client() as anybody:
        statuses = [(await ask(anybody, "mail", f"p{number}@example.org")).status_code for number in range(11)]
        assert statuses == [200] * 10 + [429]


@pytest.mark.parametrize(
    "address", ["", "ada", "ada@localhost", "ada@example.org\nbcc: eve@example.org", "a b@example.org"]
)
async def test_what_is_no_mail_address_is_refused(app: WebApp, mails: MailServer, address: str):
    async with app.client() as anybody:
        assert (await ask(anybody, "mail", address)).status_code == 400
        assert mails.mails == []


@pytest.mark.parametrize("path", ["/status/confirm", "/status/unsubscribe"])
@pytest.mark.parametrize("token", ["", "nothing", "000000000000.00000000000000000000000000000000", "x" * 5000])
async def test_an_invented_link_does_nothing(app: WebApp, path: str, token: str):
    async with app.client() as anybody:
        answer = await anybody.post(path, data={"token": token}, headers=BROWSER)
        assert "does not work" in answer.text


async def test_a_link_that_confirms_does_not_end_and_the_other_way_round(app: WebApp, mails: MailServer):
    async with app.client() as anybody:
        await ask(anybody, "mail", "ada@example.org")
        wrong = link_in(mails).replace("confirm", "unsubscribe")
        assert "does not work" in (await press(anybody, wrong)).text


async def test_a_form_of_another_site_subscribes_nobody(app: WebApp, mails: MailServer):
    async with app.client() as anybody:
        crossing = {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
        form = {"kind": "mail", "address": "ada@example.org"}
        assert (await anybody.post("/status/subscribe", data=form, headers=crossing)).status_code == 403
        assert mails.mails == []


async def test_without_the_database_the_page_says_to_come_again(app: WebApp):
    async with app.client() as anybody:
        app.records.away = True
        answer = await anybody.post(
            "/status/subscribe", data={"kind": "mail", "address": "ada@example.org", "lang": "en"}, headers=BROWSER
        )
        assert answer.status_code == 503
        assert "database is away" in answer.text
        assert answer.headers["retry-after"]


async def test_a_receiver_that_says_it_is_gone_is_asked_no_more(app: WebApp):
    async with receiver() as there, receiver() as well, app.client() as anybody, app.owner() as owner:
        for one in (there, well):
            await ask(anybody, "webhook", one.url)
        there.manner = "is_gone"
        for number in (2, 3):
            await owner.post("/api/operator/incidents", json=INCIDENT)
            await until(lambda number=number: len(well.took) == number)
        assert asked_for_messages(there) == 1


def asked_for_messages(there: Receiver) -> int:
    return there.asked - len(there.took)
