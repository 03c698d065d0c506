"""``/api/account``: one's standing, one's homes, and the step up to one. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from seawall.accounts.factors.factors import Shown
from seawall.accounts.homes.homes import Homes
from seawall.accounts.homes.step_up import StepUp
from seawall.admission.admission import Admission
from seawall.admission.classes import standing_of
from seawall.admission.posture import Posture
from seawall.records.standing_entries import HomeRow
from seawall.values.home import is_network
from seawall.values.refusal import Reason, Refusal
from seawall.web.bodies import StepUpBegin
from seawall.web.door import Door, caller_of
from seawall.web.people.factor_bodies import StepUpShown
from seawall.web.people.factors import site_here
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS

_NO_SUCH_HOME = Refusal(Reason.NOT_FOUND, "Your account has no such place. It may have been forgotten already.")
HomeId = Annotated[str, Path(pattern=r"^(net|dev)-[0-9a-f]{24}$")]


class HomeView(BaseModel):
    """``settled_at`` is from when on it counts as a home; addresses are not kept, so none can be shown."""

    id: str
    kind: str = Field(description='"device" or "network"')
    here: bool
    settled_at: float
    first_used_at: float
    last_used_at: float
    days: int

    @staticmethod
    def of(row: HomeRow, here: tuple[str, ...]) -> HomeView:
        return HomeView(
            id=row.name.replace(":", "-", 1),
            kind="network" if is_network(row.name) else "device",
            here=row.name in here,
            settled_at=row.settled_s,
            first_used_at=row.first_used_s,
            last_used_at=row.last_used_s,
            days=row.days,
        )


class StandingView(BaseModel):
    """``matters`` is True while the class decides who is served first, that is while the service is busy."""

    service_class: str = Field(serialization_alias="class")
    at_home: bool
    in_good_standing: bool
    why: str = Field(description="`home`, `first_day`, `away` or `new`")
    message: str
    posture: str
    matters: bool
    ways: list[str] = Field(description="how one can step up here, such as `mail`")
    homes: list[HomeView]


_WORDS = {
    "home": "You are at home here: this device or network was used by your account on earlier days. "
    "You go first while it is busy.",
    "first_day": "This is your account's first day: each place you use today becomes a home.",
    "away": "This place is new to your account. While it is busy, registered users at home go first. "
    "Confirm that it is you, or use it on another day, and it is a home too.",
    "new": "Your account is new. It is in good standing after a week in which it was used on three days, "
    "or once an operator vouches for it.",
}


def homes_router(
    door: Door,
    homes: Homes,
    step_up: StepUp,
    admission: Admission,
    public_url: str,
    *,
    unix_time: Callable[[], float],
) -> APIRouter:
    """All of it is told to the account's own browser alone."""
    router = APIRouter(prefix="/api/account", tags=["accounts"], responses=REFUSALS)

    @router.get("/standing", summary="How the account stands here, and where it is at home")
    async def standing(request: Request, response: Response) -> StandingView:
        who, place = await door.signed_in(request), caller_of(request).place
        told = standing_of(who, place, unix_time(), homes.names_of)
        here = homes.names_of(place)
        response.headers["cache-control"] = "no-store"
        return StandingView(
            service_class=admission.class_of(who, place),
            at_home=told.at_home,
            in_good_standing=told.good,
            why=told.why,
            message=_WORDS[told.why],
            posture=admission.posture,
            matters=admission.posture is not Posture.NORMAL,
            ways=list(await step_up.ways(who)),
            homes=[HomeView.of(row, here) for row in await homes.of(who.account_id)],
        )

    @router.post("/step-up", status_code=204, summary="Have a code sent that makes this place a home")
    async def begin(body: StepUpBegin, request: Request) -> Response:
        refusal = await step_up.begin(await door.changing(request), body.kind)
        if refusal is not None:
            raise Refused(refusal)
        return Response(status_code=204)

    @router.post("/step-up/confirm", status_code=204, summary="Give the code, or show the passkey")
    async def confirm(body: StepUpShown, request: Request) -> Response:
        who = await door.changing(request)
        passkey = body.credential.at(site_here(request, public_url)) if body.credential else None
        refusal = await step_up.confirm(who, door.place(request), Shown(body.kind, body.code, passkey))
        if refusal is not None:
            raise Refused(refusal)
        return Response(status_code=204)

    @router.delete("/homes/{home_id}", status_code=204, summary="Forget a home")
    async def forget(home_id: HomeId, request: Request) -> Response:
        who = await door.changing(request)
        if not await homes.forget(who.account_id, home_id.replace("-", ":", 1)):
            raise Refused(_NO_SUCH_HOME)
        return Response(status_code=204)

    return router
