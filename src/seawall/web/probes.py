"""``/livez``, ``/readyz`` and ``/metrics``. Knows reports; changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from seawall.accounts.keys import Keys
from seawall.engines.port import EngineReport
from seawall.observing.metrics import Metrics
from seawall.records.port import RecordsReport
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal
from seawall.web.door import Door, caller_of
from seawall.web.openai_api import presented_key
from seawall.web.responses import Refused

_FOR_OPERATORS = Refusal(
    Reason.NOT_ALLOWED,
    "Metrics are for this machine and for operators. Sign in as an operator, or send an operator's key.",
)


def probes_router(
    engine: Callable[[], EngineReport],
    records: Callable[[], RecordsReport],
    metrics: Metrics,
    door: Door,
    keys: Keys,
) -> APIRouter:
    """The probes answer from memory, so that they go on when database and engine are gone."""
    router = APIRouter(tags=["probes"])

    async def asker(request: Request) -> Identity | None:
        secret = presented_key(dict(request.scope["headers"]))
        if not secret:
            return await door.visitor(request)
        who = await keys.identify(secret)
        if isinstance(who, Refusal):
            raise Refused(who)
        return who

    @router.get("/livez", summary="Is the process alive")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz", summary="Can questions be answered", responses={503: {"description": "Not ready"}})
    async def readyz(request: Request) -> Response:
        # A database fault is told but does not count: signed-in users go on being served without it.
        running, kept = engine(), records()
        tells_why = caller_of(request).is_local  # Addresses and paths are nobody's business elsewhere.
        content = {
            "status": _standing(running.ready, None),
            "engine": _standing(running.ready, running.trouble if tells_why else None),
            "records": _standing(kept.healthy, kept.trouble if tells_why else None),
        }
        return JSONResponse(content, status_code=200 if running.ready else 503)

    @router.get(
        "/metrics",
        summary="Prometheus metrics, for this machine and operators",
        response_class=PlainTextResponse,
        responses={403: {"description": "For operators"}},
    )
    async def prometheus(request: Request) -> Response:
        if not caller_of(request).is_local:
            who = await asker(request)
            if who is None or not who.role.operates:
                raise Refused(_FOR_OPERATORS)
        return Response(metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


def _standing(well: bool, trouble: str | None) -> str:
    return "ready" if well else trouble or "not ready"
