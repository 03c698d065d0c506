"""Joins the routers into one ASGI application and says what went wrong in one form. Knows every route; decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import time

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Route

from seawall import __version__
from seawall.accounts.accounts import Accounts
from seawall.accounts.entrance import Entrance
from seawall.accounts.first_owner import FirstOwner
from seawall.accounts.keys import Keys
from seawall.accounts.sessions import Sessions
from seawall.admission.admission import Admission
from seawall.answering.answer import Answering
from seawall.conversations.conversations import Conversations
from seawall.engines.port import EngineReport
from seawall.observing.logs import logger
from seawall.observing.metrics import Metrics
from seawall.records.port import RecordsReport, RecordsUnavailable
from seawall.scheduling.queue import QueueReport
from seawall.settings import Settings
from seawall.values.caller import SCOPE_KEY, Caller
from seawall.values.refusal import Reason, Refusal
from seawall.web.models import models_router
from seawall.web.openai_api import ApiDoor, ChatCompletions
from seawall.web.probes import probes_router
from seawall.web.responses import Refused, refused


@dataclass(frozen=True, slots=True)
class Web:
    """What the routes are built over."""

    settings: Settings
    secret: bytes
    accounts: Accounts
    keys: Keys
    sessions: Sessions
    entrance: Entrance
    first_owner: FirstOwner
    conversations: Conversations
    answering: Answering
    admission: Admission
    metrics: Metrics
    engine: Callable[[], EngineReport]
    records: Callable[[], RecordsReport]
    queue: Callable[[], QueueReport]


def web_application(web: Web) -> FastAPI:
    """The application without its gate."""
    app = FastAPI(title="Seawall", version=__version__, docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    door = ApiDoor(web.keys, web.admission, web.metrics)
    completions = ChatCompletions(
        door, web.answering, web.settings.limits, keep_alive_s=web.settings.queue.keep_alive_s
    )
    app.router.routes.append(Route("/v1/chat/completions", completions, methods=["POST"]))
    app.include_router(models_router(door, lambda: web.engine().models, int(time())))
    app.include_router(probes_router(web.engine, web.records, web.metrics, _nobody))
    _say_what_is_wrong(app, web.metrics)
    return app


async def _nobody(request: Request) -> bool:
    return False


_BY_STATUS = {
    404: Refusal(Reason.NOT_FOUND, "There is nothing at this address."),
    405: Refusal(Reason.METHOD_NOT_ALLOWED, "This address does not take that method."),
    413: Refusal(Reason.BODY_TOO_LARGE, "The body is too large. Send less in one request."),
}


def _say_what_is_wrong(app: FastAPI, metrics: Metrics) -> None:
    """Every error leaves in OpenAI's form, whoever met it."""

    def answer(refusal: Refusal) -> Response:
        metrics.refused(refusal.reason.code)
        return refused(refusal)

    @app.exception_handler(Refused)
    async def by_us(request: Request, error: Refused) -> Response:
        return answer(error.refusal)

    @app.exception_handler(RecordsUnavailable)
    async def by_the_records(request: Request, error: RecordsUnavailable) -> Response:
        logger("web").warning("records_unavailable", reason=str(error), path=request.url.path)
        return answer(
            Refusal(
                Reason.RECORDS_UNAVAILABLE,
                "The records cannot be reached at the moment. Nothing is lost; please try again shortly.",
                retry_after_s=5,
            )
        )

    @app.exception_handler(RequestValidationError)
    async def by_validation(request: Request, error: RequestValidationError) -> Response:
        fault = error.errors()[0]
        if fault["type"] == "json_invalid":
            return answer(Refusal(Reason.BROKEN_JSON, "The body is not valid JSON."))
        param = ".".join(str(part) for part in fault["loc"] if part not in ("body", "query", "path"))
        return answer(
            Refusal(Reason.INVALID_REQUEST, f"'{param}' is wrong: {fault['msg'].lower()}.", param=param or None)
        )

    @app.exception_handler(HTTPException)
    async def by_the_framework(request: Request, error: HTTPException) -> Response:
        refusal = _BY_STATUS.get(error.status_code) or Refusal(Reason.INVALID_REQUEST, str(error.detail))
        response = answer(refusal)
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    async def by_a_fault_of_ours(request: Request, error: Exception) -> Response:
        caller: Caller = request.scope[SCOPE_KEY]
        logger("web").error("fault", request_id=caller.request_id, path=request.url.path, exc_info=error)
        return answer(
            Refusal(
                Reason.INTERNAL,
                f"Something failed on our side. Tell the operator this request id: {caller.request_id}.",
            )
        )
