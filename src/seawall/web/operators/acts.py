"""Tells what operators changed over HTTP, every route alike. Knows methods and addresses; decides nothing.

A route that is added later is told of without doing anything for it. What may be known of an act beyond its name, a
route says by ``say``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from seawall.values.identity import Identity
from seawall.web.door import ACTOR_KEY

PREFIX = "/api/operator/"
# Their own entries say more: each edit with its words.
_TOLD_ELSEWHERE = (f"{PREFIX}incidents", f"{PREFIX}maintenances", f"{PREFIX}banner")
_SAID = "seawall.said"

Told = Callable[[str, Mapping[str, Any], str], None]
"""Kind of entry, facts, the operator's account."""


def sign_ins(told: Told) -> Callable[[Identity], None]:
    """Tells of those who may run the service."""

    def entered(who: Identity) -> None:
        if who.role.operates:
            told("operator_sign_in", {"role": who.role.value}, who.account_id)

    return entered


def say(request: Request, **facts: Any) -> None:
    """What the public may know of this act: no account, no address, no words of a person."""
    request.scope[_SAID] = {**request.scope.get(_SAID, {}), **facts}


class OperatorActs:
    """Around the application. An act counts once its answer begins well."""

    def __init__(self, app: ASGIApp, told: Told) -> None:
        self._app = app
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "GET" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return

        async def send_and_tell(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 300:
                self._tell(scope)
            await send(message)

        await self._app(scope, receive, send_and_tell)

    def _tell(self, scope: Scope) -> None:
        actor: Identity | None = scope.get(ACTOR_KEY)
        if actor is None or scope["path"].startswith(_TOLD_ELSEWHERE):
            return
        route = scope.get("route")
        summary = getattr(route, "summary", None) or scope["method"]
        address = getattr(route, "path", PREFIX)
        facts = {"action": summary, "address": f"{scope['method']} {address}", **scope.get(_SAID, {})}
        self._told("operator_action", facts, actor.account_id)
