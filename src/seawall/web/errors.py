"""Every fault of a route as a refusal in OpenAI's error form. Knows FastAPI's exceptions; decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from seawall.records.port import RecordsUnavailable
from seawall.values.refusal import Reason, Refusal
from seawall.web.responses import Refused, refused

RECORDS_AWAY = Refusal(
    Reason.RECORDS_UNAVAILABLE,
    "The records cannot be read or written at the moment. Nothing was changed; please try again shortly.",
    retry_after_s=5.0,
)
_INTERNAL = Refusal(Reason.INTERNAL, "Something went wrong on our side. The operator finds it in the log.")
_BY_STATUS = {
    404: Refusal(Reason.NOT_FOUND, "There is nothing at this address."),
    405: Refusal(Reason.METHOD_NOT_ALLOWED, "This address does not take this method."),
}


def install_error_handlers(app: FastAPI) -> None:
    """From here on no answer of the app has FastAPI's own error form."""
    app.add_exception_handler(Refused, _on_refused)
    app.add_exception_handler(RequestValidationError, _on_wrong_request)
    app.add_exception_handler(RecordsUnavailable, _on_records_away)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_fault)


async def _on_refused(_: Request, error: Exception) -> Response:
    return refused(cast(Refused, error).refusal)


async def _on_wrong_request(_: Request, error: Exception) -> Response:
    return refused(explain(cast(Sequence[dict[str, Any]], cast(RequestValidationError, error).errors())))


async def _on_records_away(_: Request, __: Exception) -> Response:
    return refused(RECORDS_AWAY)


async def _on_http(_: Request, error: Exception) -> Response:
    """Starlette's router knows 404 and 405 only; its headers (``Allow``) are kept."""
    http = cast(HTTPException, error)
    refusal = _BY_STATUS.get(http.status_code, Refusal(Reason.INVALID_REQUEST, str(http.detail)))
    response = refused(refusal)
    response.status_code = http.status_code
    response.headers.update(http.headers or {})
    return response


async def _on_fault(_: Request, __: Exception) -> Response:
    return refused(_INTERNAL)


def explain(faults: Sequence[dict[str, Any]]) -> Refusal:
    """The first fault as a sentence: one at a time reads better."""
    fault = faults[0]
    kind: str = fault["type"]
    path = [str(part) for part in fault["loc"] if part not in ("body", "query", "path")]
    if kind == "json_invalid":
        return Refusal(Reason.BROKEN_JSON, "The body is not valid JSON.")
    if not path:
        return Refusal(Reason.INVALID_REQUEST, "The body must be a JSON object; its type is application/json.")
    param = ".".join(path)[:200]
    if kind == "extra_forbidden":
        return Refusal(Reason.UNKNOWN_FIELD, f"There is no field '{param}'. Leave it out.", param=param)
    if kind == "missing":
        return Refusal(Reason.INVALID_REQUEST, f"'{param}' is missing.", param=param)
    sentence: str = fault["msg"].removeprefix("Value error, ")
    reason = sentence[0].lower() + sentence[1:].rstrip(".")
    return Refusal(Reason.INVALID_REQUEST, f"'{param}' is wrong: {reason}.", param=param)
