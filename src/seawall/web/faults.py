"""How faults are told, in one form for every route. Knows refusals and exceptions; knows no route."""

from __future__ import annotations

from typing import cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from seawall.observing.logs import logger
from seawall.observing.metrics import Metrics
from seawall.records.port import RecordsUnavailable
from seawall.values.caller import SCOPE_KEY, Caller
from seawall.values.refusal import Reason, Refusal
from seawall.web.api.shortcut import Fault
from seawall.web.pages import Pages
from seawall.web.responses import Refused, refused
from seawall.web.validation import explain

_BY_STATUS = {
    400: Refusal(
        Reason.BROKEN_JSON, "The body cannot be read as JSON: it is nested too deep, or broken. Send a flatter one."
    ),
    404: Refusal(Reason.NOT_FOUND, "There is nothing at this address."),
    405: Refusal(Reason.METHOD_NOT_ALLOWED, "This address does not take this method."),
}
_RECORDS_AWAY = Refusal(
    Reason.RECORDS_UNAVAILABLE,
    "The records cannot be read or written at the moment. Nothing was changed; please try again shortly.",
    retry_after_s=5.0,
)


def say_what_is_wrong(app: FastAPI, metrics: Metrics, pages: Pages) -> Fault:
    """From here on every error of ``app`` leaves in OpenAI's form. Returns what tells a fault of our own."""

    def answer(request: Request, refusal: Refusal) -> Response:
        metrics.refused(refusal.reason.code)
        return refused(refusal, request.headers.get("accept", "").encode("latin-1"), request.url.path)

    async def by_a_route(request: Request, error: Exception) -> Response:
        return answer(request, cast(Refused, error).refusal)

    async def by_the_records(request: Request, error: Exception) -> Response:
        logger("web").warning("records_unavailable", reason=str(error), path=request.url.path)
        return answer(request, _RECORDS_AWAY)

    async def by_validation(request: Request, error: Exception) -> Response:
        return answer(request, explain(cast(RequestValidationError, error).errors()))

    async def by_the_router(request: Request, error: Exception) -> Response:
        """Starlette's router knows 404 and 405, FastAPI adds its own 400; headers (``Allow``) are kept."""
        http = cast(HTTPException, error)
        page = pages.missing(request) if http.status_code == 404 else None
        if page is not None:
            return page
        response = answer(
            request, _BY_STATUS.get(http.status_code) or Refusal(Reason.INVALID_REQUEST, str(http.detail))
        )
        response.headers.update(http.headers or {})
        return response

    async def by_a_fault_of_ours(request: Request, error: Exception) -> Response:
        caller: Caller = request.scope[SCOPE_KEY]
        logger("web").error("fault", request_id=caller.request_id, path=request.url.path, exc_info=error)
        sentence = f"Something failed on our side. Tell the operator this request id: {caller.request_id}."
        return answer(request, Refusal(Reason.INTERNAL, sentence))

    app.add_exception_handler(Refused, by_a_route)
    app.add_exception_handler(RecordsUnavailable, by_the_records)
    app.add_exception_handler(RequestValidationError, by_validation)
    app.add_exception_handler(HTTPException, by_the_router)
    app.add_exception_handler(Exception, by_a_fault_of_ours)
    return by_a_fault_of_ours
