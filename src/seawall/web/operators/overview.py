"""``/api/operator/overview``: how the service is. Knows reports; decides nothing."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request

from seawall.engines.port import EngineReport
from seawall.records.port import RecordsReport
from seawall.web.door import Door
from seawall.web.operators.accounts import operating
from seawall.web.views import REFUSALS, EngineView, Overview, QueueView, RecordsView


def overview_router(
    door: Door,
    *,
    engine: Callable[[], EngineReport],
    queue_waiting: Callable[[], int],
    records: Callable[[], RecordsReport],
) -> APIRouter:
    """Asked every few seconds while somebody looks, so it tells nothing that has to be read from the records."""
    router = APIRouter(prefix="/api/operator", tags=["operator"], responses=REFUSALS)

    @router.get("/overview", summary="How the service is")
    async def overview(request: Request) -> Overview:
        operating(await door.signed_in(request))
        report = records()
        return Overview(
            engine=EngineView.of(engine()),
            queue=QueueView(waiting=queue_waiting()),
            records=RecordsView(healthy=report.healthy, lag_s=report.lag_s),
        )

    return router
