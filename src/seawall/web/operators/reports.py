"""``/api/operator/incidents/{id}/report``: the bundle that strangers can check. Decides nothing."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from seawall.safeguards.report.desk import Reports
from seawall.values.refusal import Refusal
from seawall.web.bodies import PathId
from seawall.web.door import Door
from seawall.web.operators.accounts import operating
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS

_ZIP: dict[int | str, dict[str, Any]] = {200: {"description": "The bundle", "content": {"application/zip": {}}}}


def reports_router(door: Door, reports: Reports) -> APIRouter:
    """For operators. A POST, as the log has an entry of each."""
    router = APIRouter(prefix="/api/operator/incidents", tags=["operator"], responses=REFUSALS)

    @router.post(
        "/{incident_id}/report",
        summary="Make a report of an incident that strangers can check",
        response_class=Response,
        responses=_ZIP,
    )
    async def make(incident_id: PathId, request: Request) -> Response:
        actor = operating(await door.changing(request))
        bundle = await reports.of_incident(incident_id, actor.account_id)
        if isinstance(bundle, Refusal):
            raise Refused(bundle)
        name = f"seawall-incident-{incident_id}.zip"
        headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
        return Response(bundle, 200, headers, "application/zip")

    return router
