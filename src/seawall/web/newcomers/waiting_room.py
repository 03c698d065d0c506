"""``/waiting-room``: a place shown, and a registration finished, with and without JavaScript. Decides nothing."""

from __future__ import annotations

from hashlib import blake2b
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from seawall.accounts.joining.enrolment import Application, Awaited, Enrolment
from seawall.accounts.joining.registration import Registration
from seawall.admission.guests import Guests
from seawall.admission.signup_gate import SignupGate
from seawall.streaming.refusals import WAITING_ROOM, refusal_headers
from seawall.values.place import PlaceTold
from seawall.values.refusal import Reason, Refusal
from seawall.web.door import Door
from seawall.web.newcomers.entrance import network_of_caller
from seawall.web.newcomers.waiting_page import ASSETS, FormFields, WaitingPage
from seawall.web.newcomers.waiting_refusals import form_refusal
from seawall.web.newcomers.waiting_words import LANGUAGES, language_of
from seawall.web.pages import SECURITY_HEADERS

_NO_STORE = {**SECURITY_HEADERS, "cache-control": "no-store"}
_FOR_EVER = {**SECURITY_HEADERS, "cache-control": "public, max-age=31536000, immutable"}
_TYPES = {"style.css": "text/css; charset=utf-8", "script.js": "text/javascript; charset=utf-8"}
# A few short fields, encoded.
_LONGEST_FORM = 8_192


class WaitingRoomPages:
    """Every page is whole by itself; a script only saves reloading it."""

    def __init__(
        self, door: Door, gate: SignupGate, guests: Guests | None, registration: Registration, enrolment: Enrolment
    ) -> None:
        self._door = door
        self._gate = gate
        self._guests = guests
        self._registration = registration
        self._open = enrolment.rules.closed is None
        fields = FormFields(invite=enrolment.rules.mode == "invite", terms=bool(enrolment.terms.text))
        self._files = {name: (ASSETS / name).read_bytes() for name in _TYPES}
        style, script = (self._address(name) for name in _TYPES)
        self._pages = {words.lang: WaitingPage(words, style, script, fields) for words in LANGUAGES.values()}

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix=WAITING_ROOM, include_in_schema=False)
        router.add_api_route("", self.show, methods=["GET"])
        router.add_api_route("/why", self.why, methods=["GET"])
        router.add_api_route("/place", self.take, methods=["POST"])
        router.add_api_route("/register", self.register, methods=["POST"])
        router.add_api_route("/pass", self.take_pass, methods=["POST"])
        router.add_api_route("/{name}", self.file, methods=["GET"])
        return router

    async def show(self, request: Request) -> Response:
        """How the asker's place stands, or how to get one."""
        page, place = self._page(request), request.query_params.get("place", "")
        network = network_of_caller(request)
        guest = self._guests.look(place, network) if self._guests and place else None
        if isinstance(guest, PlaceTold):
            return self._told(guest, request, guest=True)
        if not self._open:
            return _html(page.closed())
        if place:
            return self._told(self._gate.look(place, network), request, guest=False)
        return _html(page.ask() if self._gate.asks or self._gate.is_busy else page.form(None))

    async def why(self, request: Request) -> Response:
        """What people ask who wait."""
        return _html(self._page(request).why())

    async def take(self, request: Request) -> Response:
        """A place for somebody without a puzzle: it stands in line once it has been kept for a while."""
        self._door.stranger(request)
        place = await self._gate.place(network_of_caller(request))
        return self._to(place.ticket, request) if isinstance(place, PlaceTold) else _html(self._page(request).over())

    async def register(self, request: Request) -> Response:
        """The form's way to register. What was wrong is said beside what was typed, but for the password."""
        caller, form, page = self._door.stranger(request), await _form(request), self._page(request)
        wanted = Application(
            form.get("email", ""),
            form.get("password", ""),
            place=form.get("place", ""),
            invite=form.get("invite", "").strip(),
            accepts_terms=form.get("terms") == "yes",
        )
        agent = request.headers.get("user-agent", "")
        result = await self._registration.register(wanted, caller.place.network, agent)
        if isinstance(result, Awaited):
            return _html(page.awaited(result.what))
        if not isinstance(result, Refusal):
            response = RedirectResponse("/", 303, _NO_STORE)
            self._door.let_in(request, response, result)
            return response
        if result.place is not None:
            return self._to(result.place.ticket, request)
        if result.reason is Reason.PLACE_LOST:
            return _html(page.over(), result)
        if result.reason is Reason.CHALLENGE_REQUIRED:
            return _html(page.ask(), result)
        standing = self._gate.look(wanted.place, caller.place.network) if wanted.place else None
        kept = standing if isinstance(standing, PlaceTold) and standing.state == "released" else None
        sentence = form_refusal(result, page.lang)
        return _html(page.form(kept, email=wanted.email, invite=wanted.invite, refusal=sentence), result)

    async def take_pass(self, request: Request) -> Response:
        """A guest's pass for a place whose turn has come."""
        self._door.stranger(request)
        page, place = self._page(request), (await _form(request)).get("place", "")
        if self._guests is None:
            return _html(page.over())
        result = await self._guests.pass_for(network_of_caller(request), place=place)
        if isinstance(result, Refusal):
            return self._to(result.place.ticket, request) if result.place else _html(page.over(), result)
        return _html(page.guest_pass(result.token, result.expires_s))

    async def file(self, name: str) -> Response:
        """Style and script; their address tells their content."""
        if name not in self._files:
            return Response(status_code=404, headers=_NO_STORE)
        return Response(self._files[name], 200, _FOR_EVER, _TYPES[name])

    def _told(self, place: PlaceTold | Refusal, request: Request, *, guest: bool) -> Response:
        page = self._page(request)
        if isinstance(place, PlaceTold) and place.joined:
            # Else whoever reloads this address by hand would stand in the line a second time, and later.
            return self._to(place.ticket, request)
        if isinstance(place, Refusal) or place.state == "over":
            return _html(page.over())
        if place.state == "waiting":
            return _html(page.waiting(place, guest=guest))
        return _html(page.guest_turn(place) if guest else page.form(place))

    def _page(self, request: Request) -> WaitingPage:
        words = language_of(request.query_params.get("lang", ""), request.headers.get("accept-language", ""))
        return self._pages[words.lang]

    def _to(self, place: str, request: Request) -> Response:
        lang = request.query_params.get("lang", "")
        asked = {"place": place, **({"lang": lang} if lang in LANGUAGES else {})}
        return RedirectResponse(f"{WAITING_ROOM}?{urlencode(asked)}", 303, _NO_STORE)

    def _address(self, name: str) -> str:
        return f"{WAITING_ROOM}/{name}?{blake2b(self._files[name], digest_size=6).hexdigest()}"


def _html(page: str, refusal: Refusal | None = None) -> Response:
    headers = dict(_NO_STORE)
    if refusal is not None:
        headers |= {name.decode(): value.decode() for name, value in refusal_headers(refusal)}
        headers.pop("content-type", None)
    status = 200 if refusal is None else refusal.reason.status
    return Response(page, status, headers, "text/html; charset=utf-8")


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; what is larger than ours is none."""
    body = await request.body()
    if len(body) > _LONGEST_FORM:
        return {}
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
