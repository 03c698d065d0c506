"""Who is behind a browser's request. Knows the cookie and its protection; knows no route."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fastapi import Request, Response

from seawall.accounts.homes.devices import COOKIE as DEVICE_COOKIE
from seawall.accounts.homes.devices import LIFETIME_S, Devices, marks_in
from seawall.accounts.refusals import NOT_SIGNED_IN
from seawall.accounts.sessions import Session, Sessions
from seawall.values.arrival import Place
from seawall.values.caller import SCOPE_KEY, Caller
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal
from seawall.web.csrf import Csrf
from seawall.web.responses import Refused

COOKIE = "seawall_session"
ACTOR_KEY = "seawall.actor"
"""Who changes something by this request, once that was found."""


def caller_of(request: Request) -> Caller:
    """The gate's findings."""
    caller: Caller = request.scope[SCOPE_KEY]
    return caller


class Door:
    """Every method but ``visitor`` raises Refused for whom it does not let in. ``entered`` hears of each sign-in."""

    def __init__(
        self,
        sessions: Sessions,
        devices: Devices,
        csrf: Csrf,
        entered: Callable[[Identity], object] = lambda who: None,
    ) -> None:
        self._sessions = sessions
        self._entered = entered
        self._devices = devices
        self._csrf = csrf

    async def visitor(self, request: Request) -> Identity | None:
        """Who is signed in, None for nobody. Raises Refused only where it cannot be told."""
        cookie = request.cookies.get(COOKIE)
        if cookie is None:
            return None
        who = await self._sessions.identify(cookie)
        if isinstance(who, Identity):
            return who
        if who.reason is Reason.RECORDS_UNAVAILABLE:
            raise Refused(who)
        return None

    async def signed_in(self, request: Request) -> Identity:
        """For what is read."""
        cookie = request.cookies.get(COOKIE)
        who = await self._sessions.identify(cookie) if cookie is not None else NOT_SIGNED_IN
        if isinstance(who, Refusal):
            raise Refused(who)
        return who

    async def is_still_in(self, request: Request, *, operating: bool = False) -> bool:
        """Whether who was let in still would be, as an operator or at all; a stream outlives what it was let in by."""
        cookie = request.cookies.get(COOKIE)
        who = await self._sessions.identify(cookie) if cookie is not None else NOT_SIGNED_IN
        if isinstance(who, Refusal):
            return who.reason is Reason.RECORDS_UNAVAILABLE
        return who.role.operates or not operating

    async def changing(self, request: Request) -> Identity:
        """For what is changed: signed in, and sent by our own pages."""
        who = await self.signed_in(request)
        objection = self._csrf.objection(request.headers, caller_of(request), who.session_id or "")
        if objection is not None:
            raise Refused(objection)
        request.scope[ACTOR_KEY] = who
        return who

    def stranger(self, request: Request) -> Caller:
        """For sign-in and sign-up: nobody yet, but not sent by another site's page."""
        caller = caller_of(request)
        crossing = self._csrf.crossing(request.headers, caller)
        if crossing is not None:
            raise Refused(crossing)
        return caller

    def named_stranger(self, request: Request) -> Caller:
        """As ``stranger``, but the device has a name from here on."""
        self.stranger(request)
        return self.named(request)

    def named(self, request: Request) -> Caller:
        """The caller, whose device has a name: its own, or the new one that the browser is then handed."""
        caller = caller_of(request)
        if caller.device_id is None:
            caller = replace(caller, device_id=self._devices.new_id())
            request.scope[SCOPE_KEY] = caller
        return caller

    def place(self, request: Request) -> Place:
        """From where somebody shows a secret, with what the device's cookie holds of the accounts it was used for."""
        return replace(caller_of(request).place, marks=marks_in(request.cookies.get(DEVICE_COOKIE)))

    def csrf_token(self, identity: Identity) -> str:
        """What the pages of this session send back."""
        return self._csrf.token(identity.session_id or "")

    def let_in(self, request: Request, response: Response, session: Session) -> None:
        """Hands the session to the browser, and the name of the device, which outlives it."""
        self._set(response, caller_of(request), COOKIE, session.cookie, session.lifetime_s)
        self._entered(session.identity)
        self.remember_device(request, response, session.identity.account_id)

    def remember_device(self, request: Request, response: Response, account_id: str | None = None) -> None:
        """Hands the browser the name of its device; ``account_id`` is who has just signed in on it."""
        place = self.place(request)
        device_id = place.device_id or self._devices.new_id()
        marks = place.marks if place.device_id else ()  # Of another service, or of a secret that was changed.
        if account_id is not None:
            marks = self._devices.marked(device_id, marks, account_id)
        self._set(response, caller_of(request), DEVICE_COOKIE, self._devices.cookie(device_id, marks), LIFETIME_S)

    def let_out(self, response: Response, caller: Caller) -> None:
        """Takes the cookie back."""
        response.delete_cookie(COOKIE, path="/", secure=caller.scheme == "https", httponly=True, samesite="lax")

    def _set(self, response: Response, caller: Caller, name: str, value: str, lifetime_s: float) -> None:
        secure = caller.scheme == "https"
        response.set_cookie(
            name, value, max_age=int(lifetime_s), path="/", secure=secure, httponly=True, samesite="lax"
        )
