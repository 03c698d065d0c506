"""``/livez``, ``/readyz`` and ``/metrics``. Knows reports; changes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from seawall.accounts.keys.keys import Keys
from seawall.engines.port import EngineReport
from seawall.observing.metrics import Metrics
from seawall.records.port import RecordsReport
from seawall.safeguards.audit import LogFault
from seawall.values.identity import Identity
from seawall.values.network import network_of
from seawall.values.refusal import Reason, Refusal
from seawall.web.api.door import presented_key
from seawall.web.door import Door, caller_of
from seawall.web.quick_reads import Read
from seawall.web.responses import Refused

_FOR_OPERATORS = Refusal(
    Reason.NOT_ALLOWED,
    "Metrics are for this machine and for operators. Sign in as an operator, or send an operator's key.",
)


# A scrape is made anew after so many times what the last one cost: scraping takes at most a tenth of a core.
REUSE = 9


class Probes:
    """From memory, so that they go on when database and engine are gone, and cheap, so that nobody can flood them."""

    def __init__(
        self,
        engine: Callable[[], EngineReport],
        records: Callable[[], RecordsReport],
        metrics: Metrics,
        *,
        log_fault: Callable[[], LogFault | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        spent: Callable[[], float] = time.thread_time,
    ) -> None:
        self._engine = engine
        self._records = records
        self._metrics = metrics
        self._log_fault = log_fault
        self._clock = clock
        self._spent = spent
        self._scrape = b""
        self._good_until_s = clock()

    def reads(self) -> dict[str, Read]:
        """For ``QuickReads``: the metrics where nobody has to be asked who they are."""
        return {"/livez": self.livez, "/readyz": self.readyz, "/metrics": self._local_metrics}

    def livez(self, request: Request) -> Response:
        """That the process runs."""
        return JSONResponse({"status": "alive"})

    def readyz(self, request: Request) -> Response:
        """A fault of the database or the public log is told but does not count: people go on being served without."""
        running, kept, fault = self._engine(), self._records(), self._log_fault()
        tells_why = caller_of(request).is_local  # Addresses and paths are nobody's business elsewhere.
        content = {
            "status": _standing(running.ready, None),
            "engine": _standing(running.ready, running.trouble if tells_why else None),
            "records": _standing(kept.healthy, kept.trouble if tells_why else None),
            "public_log": "ready" if fault is None else f"read-only: {fault}",
        }
        return JSONResponse(content, status_code=200 if running.ready else 503)

    def metrics(self) -> Response:
        """All of them, for whoever may see them."""
        if self._clock() >= self._good_until_s:
            begun_s = self._spent()
            self._scrape = self._metrics.exposition()
            self._good_until_s = self._clock() + REUSE * (self._spent() - begun_s)
        return Response(self._scrape, media_type="text/plain; version=0.0.4; charset=utf-8")

    def _local_metrics(self, request: Request) -> Response | None:
        return self.metrics() if caller_of(request).is_local else None


def probes_router(probes: Probes, door: Door, keys: Keys) -> APIRouter:
    """Also where the documentation finds them."""
    router = APIRouter(tags=["probes"])

    async def asker(request: Request) -> Identity | None:
        secret = presented_key(dict(request.scope["headers"]))
        if not secret:
            return await door.visitor(request)
        who = await keys.identify(secret, network_of(caller_of(request).address))
        if isinstance(who, Refusal):
            raise Refused(who)
        return who

    @router.get("/livez", summary="Is the process alive", response_model=dict[str, str])
    async def livez(request: Request) -> Response:
        return probes.livez(request)

    @router.get("/readyz", summary="Can questions be answered", responses={503: {"description": "Not ready"}})
    async def readyz(request: Request) -> Response:
        return probes.readyz(request)

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
        return probes.metrics()

    return router


def _standing(well: bool, trouble: str | None) -> str:
    return "ready" if well else trouble or "not ready"
