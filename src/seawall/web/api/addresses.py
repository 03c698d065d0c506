"""The addresses of the programs' API, each with its vendor's shape. Knows every shape; decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import time

from fastapi import FastAPI
from starlette.routing import Route

from seawall.answering.answer import Answering
from seawall.engines.port import ModelOffer
from seawall.settings.tree import Settings
from seawall.streaming.refusals import MESSAGES
from seawall.web.api.asking import Asking, Shape
from seawall.web.api.door import ApiDoor
from seawall.web.api.embeddings import EmbeddingsShape
from seawall.web.api.messages_api import MessagesShape
from seawall.web.api.models import models_router
from seawall.web.api.openai_api import ChatShape
from seawall.web.api.responses_api import ResponsesShape
from seawall.web.api.tokens import ANTHROPIC, OPENAI, CountShape

COMPLETIONS = "/v1/chat/completions"
EMBEDDINGS = "/v1/embeddings"
RESPONSES = "/v1/responses"


def add_api(
    app: FastAPI,
    door: ApiDoor,
    answering: Answering,
    settings: Settings,
    offers: Callable[[], tuple[ModelOffer, ...]],
) -> Asking:
    """Adds every address of ``/v1``; returns what answers the one that is asked most."""
    limits = settings.limits
    chat, embeddings = ChatShape(limits), EmbeddingsShape(limits)
    responses = partial(ResponsesShape, limits, unix_time=time)
    messages = partial(MessagesShape, limits)
    shapes: dict[str, Shape] = {
        COMPLETIONS: chat,
        f"{COMPLETIONS}/input_tokens": CountShape(chat, OPENAI, door.prompt_tokens),
        EMBEDDINGS: embeddings,
        RESPONSES: responses(),
        f"{RESPONSES}/input_tokens": CountShape(responses(counting=True), OPENAI, door.prompt_tokens),
        MESSAGES: messages(),
        f"{MESSAGES}/count_tokens": CountShape(messages(counting=True), ANTHROPIC, door.prompt_tokens),
    }
    asked: dict[str, Asking] = {}
    for path, shape in shapes.items():
        asked[path] = Asking(door, answering, shape, keep_alive_s=settings.queue.keep_alive_s)
        app.router.routes.append(Route(path, asked[path], methods=["POST"]))
    app.include_router(models_router(door, offers, limits, int(time())))
    return asked[COMPLETIONS]
