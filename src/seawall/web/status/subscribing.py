"""Subscribing and its end, by forms alone: ``POST /status/subscribe``, and where mails' links lead. Decides nothing.

A link only shows a button: mailboxes open links before their people do.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from seawall.records.port import RecordsUnavailable
from seawall.status.subscribers import Hooked, Subscribers
from seawall.streaming.refusals import refusal_headers
from seawall.values.refusal import Reason, Refusal
from seawall.web.door import Door
from seawall.web.responses import Refused
from seawall.web.status.board import Board
from seawall.web.status.words import Language

_LONGEST_FORM = 4_096
_AWAY = Refusal(
    Reason.RECORDS_UNAVAILABLE, "The database is away just now. Please try again shortly.", retry_after_s=30.0
)
_WHICH = Refusal(Reason.INVALID_REQUEST, 'Give kind=mail or kind=webhook, and an "address".', param="kind")


class Subscribing:
    """Pages where a browser asks, JSON where a program does."""

    def __init__(self, door: Door, subscribers: Subscribers, board: Board) -> None:
        self._door = door
        self._subscribers = subscribers
        self._board = board

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/status", include_in_schema=False)
        router.add_api_route("/subscribe", self.subscribe, methods=["POST"])
        for deed in ("confirm", "unsubscribe"):
            router.add_api_route(f"/{deed}", self.ask, methods=["GET"])
        router.add_api_route("/confirm", self.confirm, methods=["POST"])
        router.add_api_route("/unsubscribe", self.unsubscribe, methods=["POST"])
        return router

    async def subscribe(self, request: Request) -> Response:
        """A mail with a link, or a challenge to a webhook."""
        caller, form = self._door.stranger(request), await _form(request)
        language, address, network = _language(form), form.get("address", ""), caller.place.network
        try:
            if form.get("kind") == "mail":
                refusal = await self._subscribers.by_mail(address, language, network)
                return self._told(request, language, "mailed", refusal)
            if form.get("kind") == "webhook":
                hooked = await self._subscribers.by_webhook(address, language, network)
                refusal = hooked if isinstance(hooked, Refusal) else None
                return self._told(request, language, "webhook", refusal, hooked if isinstance(hooked, Hooked) else None)
        except RecordsUnavailable:
            return self._told(request, language, "mailed", _AWAY)
        return self._told(request, language, "mailed", _WHICH)

    async def ask(self, request: Request) -> Response:
        """The button behind a mail's link."""
        deed = request.url.path.rpartition("/")[2]
        token = request.query_params.get("token", "")[:200]
        language = _language_of(request.headers.get("accept-language", ""))
        return self._html(language, self._board.pages[language].notice(deed, token=token))

    async def confirm(self, request: Request) -> Response:
        """From here on it is told."""
        return await self._settled(request, "confirm")

    async def unsubscribe(self, request: Request) -> Response:
        """From here on it is not. Also what a mail program posts by itself (RFC 8058), and a webhook's owner."""
        return await self._settled(request, "unsubscribe")

    async def _settled(self, request: Request, deed: Literal["confirm", "unsubscribe"]) -> Response:
        self._door.stranger(request)
        form = await _form(request)
        token = form.get("token") or request.query_params.get("token", "")
        work = self._subscribers.confirm if deed == "confirm" else self._subscribers.end
        try:
            done = await work(token)
        except RecordsUnavailable:
            return self._told(request, _language(form), deed, _AWAY)
        name = "dead" if not done else "subscribed" if deed == "confirm" else "unsubscribed"
        return self._told(request, _language(form), name, None)

    def _told(
        self, request: Request, language: Language, name: str, refusal: Refusal | None, hooked: Hooked | None = None
    ) -> Response:
        if "text/html" not in request.headers.get("accept", ""):
            if refusal is not None:
                raise Refused(refusal)
            more = {} if hooked is None else {"secret": hooked.secret, "unsubscribe": hooked.ending}
            return JSONResponse({"result": name, **more}, headers={"cache-control": "no-store"})
        page = self._board.pages[language].notice(
            name,
            refusal="" if refusal is None else refusal.message,
            secret="" if hooked is None else hooked.secret,
            end_href="" if hooked is None else hooked.ending,
        )
        return self._html(language, page, refusal)

    def _html(self, language: Language, page: str, refusal: Refusal | None = None) -> Response:
        headers = dict(self._board.headers(language))
        if refusal is not None:
            waits = {name.decode(): value.decode() for name, value in refusal_headers(refusal)}
            headers |= {name: value for name, value in waits.items() if name == "retry-after"}
        status = 200 if refusal is None else refusal.reason.status
        return Response(page, status, headers, "text/html; charset=utf-8")


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; what is larger than ours is none."""
    body = await request.body()
    if len(body) > _LONGEST_FORM:
        return {}
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _language(form: dict[str, str]) -> Language:
    return "zh" if form.get("lang") == "zh" else "en"


def _language_of(accepted: str) -> Language:
    zh, en = accepted.find("zh"), accepted.find("en")
    return "zh" if zh >= 0 and (en < 0 or zh < en) else "en"
