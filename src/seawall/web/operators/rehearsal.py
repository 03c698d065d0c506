"""``/api/operator/rehearsal``: a siege against a staging service, begun and stopped by a click. Decides nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from seawall.operating.rehearsal import MIXES, Length, Mix, Rehearsals, Rehearsed
from seawall.values.refusal import Reason, Refusal
from seawall.web.bodies import Body
from seawall.web.door import Door
from seawall.web.operators.accounts import operating
from seawall.web.operators.acts import say
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS

_NO_REPORT = Refusal(Reason.NOT_FOUND, "No rehearsal has come to its end since the service was started.")
# The report is a page of our own with its styles and plots in it; it needs nothing else, and may do nothing.
_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


class RehearsalWish(Body):
    """Which mix of attack and fame; scaled down to about a minute, or at its full four."""

    mix: Mix = "fame"
    length: Length = "quick"


class RehearsalView(BaseModel):
    """How the last rehearsal stands. Times are Unix seconds, 0 for none."""

    state: str
    mix: str
    length: str
    mixes: list[str]
    began_s: float
    ended_s: float
    promises: list[dict[str, Any]]
    why: str

    @classmethod
    def of(cls, last: Rehearsed) -> RehearsalView:
        """The view of it."""
        return cls.model_validate({**asdict(last), "promises": list(last.promises), "mixes": list(MIXES)})


def rehearsal_router(door: Door, rehearsals: Rehearsals) -> APIRouter:
    """Begin, look, stop, read the report."""
    router = APIRouter(prefix="/api/operator/rehearsal", tags=["operator"], responses=REFUSALS)

    @router.get("", summary="How the last rehearsal went, or goes")
    async def look(request: Request) -> RehearsalView:
        operating(await door.signed_in(request))
        return RehearsalView.of(rehearsals.last)

    @router.post("", status_code=202, summary="Rehearse a siege against a staging service")
    async def begin(body: RehearsalWish, request: Request) -> RehearsalView:
        operating(await door.changing(request))
        begun = rehearsals.begin(body.mix, body.length)
        if isinstance(begun, Refusal):
            raise Refused(begun)
        say(request, mix=body.mix, length=body.length)
        return RehearsalView.of(begun)

    @router.delete("", summary="Stop the rehearsal")
    async def stop(request: Request) -> RehearsalView:
        operating(await door.changing(request))
        return RehearsalView.of(await rehearsals.stop())

    @router.get("/report", summary="The last rehearsal's report as a page", response_class=Response)
    async def report(request: Request) -> Response:
        operating(await door.signed_in(request))
        page = await rehearsals.read_page()
        if page is None:
            raise Refused(_NO_REPORT)
        return Response(page, 200, {"content-security-policy": _CSP, "cache-control": "no-store"}, "text/html")

    @router.get("/bundle", summary="The besieged service's own report, for strangers to check", response_class=Response)
    async def bundle(request: Request) -> Response:
        operating(await door.signed_in(request))
        made = await rehearsals.read_bundle()
        if made is None:
            raise Refused(_NO_REPORT)
        name = f"seawall-rehearsal-{rehearsals.last.mix}.zip"
        headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
        return Response(made, 200, headers, "application/zip")

    return router
