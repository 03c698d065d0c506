"""``/api/operator/{incidents,maintenances,banner}``: what operators tell the public. Decides nothing."""

from __future__ import annotations

from fastapi import APIRouter, Request

from seawall.status.announcements import Maintenance
from seawall.status.incidents import Incident, Words
from seawall.status.room import StatusRoom
from seawall.values.refusal import Reason, Refusal
from seawall.web.bodies import PathId
from seawall.web.door import Door
from seawall.web.operators.accounts import operating
from seawall.web.operators.notice_bodies import (
    BannerView,
    BannerWish,
    IncidentChange,
    IncidentList,
    IncidentView,
    MaintenanceList,
    MaintenanceView,
    Merging,
    NewIncident,
    NewUpdate,
    PlanBody,
    Texts,
)
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS

_NO_TITLE = Refusal(Reason.INVALID_REQUEST, "Give a title, in one language at least.", param="title_en")
_NO_TEXT = Refusal(Reason.INVALID_REQUEST, "Write something, in one language at least.", param="text_en")


def incidents_router(door: Door, room: StatusRoom) -> APIRouter:
    """Open, write, reword, settle, merge, close. Each shows on the page at once."""
    incidents = room.parts.incidents
    router = APIRouter(prefix="/api/operator/incidents", tags=["operator"], responses=REFUSALS)

    @router.get("", summary="All incidents, drafts too")
    async def show(request: Request) -> IncidentList:
        operating(await door.signed_in(request))
        views = [IncidentView.of(one, saved=incidents.is_kept(one.id)) for one in incidents.all()]
        return IncidentList(incidents=views)

    @router.post("", status_code=201, summary="Open an incident")
    async def open_one(body: NewIncident, request: Request) -> IncidentView:
        by, draft = await _acting(door, request), body.draft()
        _some(draft.title, _NO_TITLE)
        _some(draft.text, _NO_TEXT)
        result = incidents.open(draft, by)
        await incidents.keep()
        return _shown(room, result)

    @router.post("/{incident_id}", summary="Change title, impact, components, or publish it")
    async def settle(incident_id: PathId, body: IncidentChange, request: Request) -> IncidentView:
        by, found = await _acting(door, request), incidents.find(incident_id)
        title = None
        if found is not None and (body.title_en is not None or body.title_zh is not None):
            title = Words(
                found.row.title_en if body.title_en is None else body.title_en.strip(),
                found.row.title_zh if body.title_zh is None else body.title_zh.strip(),
            )
            _some(title, _NO_TITLE)
        result = incidents.settle(
            incident_id, by, title=title, impact=body.impact, components=body.components, published=body.published
        )
        await incidents.keep()
        return _shown(room, result)

    @router.post("/{incident_id}/merge", summary="Close it in favour of another one")
    async def merge(incident_id: PathId, body: Merging, request: Request) -> IncidentView:
        by = await _acting(door, request)
        result = incidents.merge(incident_id, body.into, by)
        await incidents.keep()
        return _shown(room, result)

    @router.post("/{incident_id}/close", summary="Close an incident")
    async def close(incident_id: PathId, body: Texts, request: Request) -> IncidentView:
        by = await _acting(door, request)
        text = body.words()
        if not (text.en or text.zh):
            text = Words("This is over.", "本次事件已结束。")
        result = incidents.write(incident_id, "resolved", text, by)
        await incidents.keep()
        return _shown(room, result)

    _add_updates(router, door, room)
    return router


def _add_updates(router: APIRouter, door: Door, room: StatusRoom) -> None:
    incidents = room.parts.incidents

    @router.post("/{incident_id}/updates", status_code=201, summary="Write to an incident")
    async def write(incident_id: PathId, body: NewUpdate, request: Request) -> IncidentView:
        by = await _acting(door, request)
        _some(body.words(), _NO_TEXT)
        result = incidents.write(incident_id, body.phase, body.words(), by)
        await incidents.keep()
        return _shown(room, result)

    @router.post("/{incident_id}/updates/{update_id}", summary="Reword what was written")
    async def rewrite(incident_id: PathId, update_id: PathId, body: Texts, request: Request) -> IncidentView:
        by = await _acting(door, request)
        _some(body.words(), _NO_TEXT)
        result = incidents.rewrite(incident_id, update_id, body.words(), by)
        await incidents.keep()
        return _shown(room, result)


async def _acting(door: Door, request: Request) -> str:
    return operating(await door.changing(request)).account_id


def _shown(room: StatusRoom, result: Incident | Refusal) -> IncidentView:
    if isinstance(result, Refusal):
        raise Refused(result)
    room.look()
    return IncidentView.of(result, saved=room.parts.incidents.is_kept(result.id))


def maintenances_router(door: Door, room: StatusRoom) -> APIRouter:
    """Announce, change, end. Each shows on the page at once."""
    works = room.parts.maintenances
    router = APIRouter(prefix="/api/operator/maintenances", tags=["operator"], responses=REFUSALS)

    def shown(result: Maintenance | Refusal) -> MaintenanceView:
        if isinstance(result, Refusal):
            raise Refused(result)
        room.look()
        return MaintenanceView.of(result, saved=works.is_kept(result.row.id))

    @router.get("", summary="What is announced, and what was")
    async def show(request: Request) -> MaintenanceList:
        operating(await door.signed_in(request))
        views = [MaintenanceView.of(one, saved=works.is_kept(one.row.id)) for one in works.all()]
        return MaintenanceList(maintenances=views)

    @router.post("", status_code=201, summary="Announce maintenance")
    async def announce(body: PlanBody, request: Request) -> MaintenanceView:
        actor = operating(await door.changing(request))
        _some(body.plan().title, _NO_TITLE)
        result = works.announce(body.plan(), actor.account_id)
        await works.keep()
        return shown(result)

    @router.post("/{maintenance_id}", summary="Change what was announced")
    async def change(maintenance_id: PathId, body: PlanBody, request: Request) -> MaintenanceView:
        actor = operating(await door.changing(request))
        _some(body.plan().title, _NO_TITLE)
        result = works.change(maintenance_id, body.plan(), actor.account_id)
        await works.keep()
        return shown(result)

    @router.post("/{maintenance_id}/end", summary="End it now, or call it off")
    async def end(maintenance_id: PathId, request: Request) -> MaintenanceView:
        actor = operating(await door.changing(request))
        result = works.end(maintenance_id, actor.account_id)
        await works.keep()
        return shown(result)

    return router


def banner_router(door: Door, room: StatusRoom) -> APIRouter:
    """One sentence over every page."""
    banner = room.parts.banner
    router = APIRouter(prefix="/api/operator/banner", tags=["operator"], responses=REFUSALS)

    @router.get("", summary="The banner as it stands")
    async def show(request: Request) -> BannerView:
        operating(await door.signed_in(request))
        return BannerView.of(banner.now(), saved=banner.is_kept)

    @router.post("", summary="Put up a banner, or take it away")
    async def put(body: BannerWish, request: Request) -> BannerView:
        actor = operating(await door.changing(request))
        banner.put(Words(body.text_en.strip(), body.text_zh.strip()), body.until_s, actor.account_id)
        await banner.keep()
        room.look()
        return BannerView.of(banner.now(), saved=banner.is_kept)

    return router


def _some(words: Words, refusal: Refusal) -> None:
    if not (words.en or words.zh):
        raise Refused(refusal)
