"""Somebody signs in from a new place, is told so, and is at home there with the code that a real mail brings."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from mail_server import mail_server
from patience import until
from running_service import OWNER, RunningService, Serve

HOME, CAFE = {"x-forwarded-for": "192.0.2.7"}, {"x-forwarded-for": "198.51.100.7"}


def sign_in(service: RunningService) -> httpx.Client:
    browser = service.client(headers=CAFE)
    entered = browser.post("/api/auth/login", json=OWNER)
    browser.headers["x-csrf-token"] = entered.json()["csrf_token"]
    return browser


def standing(browser: httpx.Client) -> dict[str, Any]:
    return browser.get("/api/account/standing").json()


def end_the_first_day(service: RunningService) -> None:
    """As if it had been long ago; a verdict of seconds ago still tells otherwise."""
    with closing(sqlite3.connect(service.data / "seawall.db", timeout=10)) as database, database:
        database.execute("UPDATE accounts SET first_day_s = 0 WHERE first_day_s IS NOT NULL")


def ask(browser: httpx.Client) -> None:
    answer = browser.post("/api/chat", json={"message_id": "message-1", "text": "Hello"})
    assert answer.status_code == 200, answer.text


async def elsewhere(work: Callable[[], Any]) -> Any:
    """The service's answers are waited for in a thread, since its mail server runs on this loop."""
    return await asyncio.to_thread(work)


async def test_a_code_by_mail_makes_a_new_place_a_home(serve: Serve, tmp_path: Path) -> None:
    async with mail_server(tmp_path, "starttls", signs_in=True) as server:
        mail = server.settings.model_dump()
        environment = {f"SEAWALL_MAIL_{name.upper()}": str(value) for name, value in mail.items()}
        environment["SEAWALL_TRUSTED_PROXIES"] = "127.0.0.1/32"
        service = await elsewhere(lambda: serve("--engine", "echo", environment=environment))
        at_home = await elsewhere(service.owner)
        at_home.headers.update(HOME)
        await elsewhere(lambda: ask(at_home))
        await until(lambda: standing(at_home)["homes"] != [])
        end_the_first_day(service)

        away = await elsewhere(lambda: sign_in(service))
        told = await elsewhere(lambda: standing(away))
        assert (told["class"], told["why"], told["ways"]) == ("C2", "away", ["mail"])
        sent = await elsewhere(lambda: away.post("/api/account/step-up", json={}))
        assert sent.status_code == 204, sent.text
        code = re.search(r"\d{8}", str(server.mails[0]["subject"]))
        assert code
        assert server.recipients == [OWNER["email"]]
        given = await elsewhere(lambda: away.post("/api/account/step-up/confirm", json={"code": code[0]}))
        assert given.status_code == 204, given.text
        told = await elsewhere(lambda: standing(away))
        assert (told["class"], told["why"]) == ("C0", "home")
        assert code[0] not in service.logged
        at_home.close()
        away.close()
