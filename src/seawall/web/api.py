"""The addresses of the programs' API, each with its vendor's shape. Knows every shape; decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from time import time

from fastapi import FastAPI
from starlette.routing import Route

from seawall.answering.answer import Answering
from seawall.engines.port import ModelOffer
from seawall.settings.tree import Settings
from seawall.web.api_door import ApiDoor
from seawall.web.asking import Asking, Shape
from seawall.web.models import models_router
from seawall.web.openai_api import ChatShape

COMPLETIONS = "/v1/chat/completions"


def add_api(
    app: FastAPI,
    door: ApiDoor,
    answering: Answering,
    settings: Settings,
    offers: Callable[[], tuple[ModelOffer, ...]],
) -> Asking:
    """Adds every address of ``/v1``; returns what answers the one that is asked most."""
    limits = settings.limits
    shapes: dict[str, Shape] = {
        COMPLETIONS: ChatShape(limits),
    }
    asked: dict[str, Asking] = {}
    for path, shape in shapes.items():
        asked[path] = Asking(door, answering, shape, keep_alive_s=settings.queue.keep_alive_s)
        app.router.routes.append(Route(path, asked[path], methods=["POST"]))
    app.include_router(models_router(door, offers, limits, int(time())))
    return asked[COMPLETIONS]
