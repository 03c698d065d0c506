"""``/openapi.json``: adds what the framework cannot see by itself. Knows schemas; serves nothing."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from seawall.streaming.refusals import MESSAGES
from seawall.web.reference.openapi_shapes import paths_and_schemas

Json = dict[str, Any]

ERROR: Json = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "code", "param"],
            "properties": {
                "message": {"type": "string", "description": "What is wrong, and what to do."},
                "type": {"type": "string"},
                "code": {"type": "string", "description": "The refusal's name in docs/refusals.md."},
                "param": {"type": ["string", "null"], "description": "The field at fault."},
            },
        }
    },
}
MESSAGES_ERROR: Json = {
    "type": "object",
    "required": ["type", "error"],
    "properties": {"type": {"const": "error"}, "error": ERROR["properties"]["error"]},
}
_ANY_ERROR: Json = {
    "description": "A refusal, in OpenAI's error form; `Retry-After` where waiting helps.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}
_ANY_MESSAGES_ERROR: Json = {
    "description": "A refusal, in Anthropic's error form; `Retry-After` where waiting helps.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/MessagesError"}}},
}
_SECURITY: Json = {
    "api key": {"type": "http", "scheme": "bearer", "description": "A key of this service, `sw-...`."},
    "x-api-key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    "session": {"type": "apiKey", "in": "cookie", "name": "seawall_session"},
}


def describe(app: FastAPI) -> None:
    """Replaces the app's schema by one that knows our plain ASGI routes, our keys and our error form."""

    # Not kept: what is drawn from it is.
    app.openapi = lambda: _schema(app)


def _schema(app: FastAPI) -> Json:
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    components: Json = document.setdefault("components", {})
    schemas: Json = components.setdefault("schemas", {})
    paths, bodies = paths_and_schemas()
    document["paths"].update(paths)
    schemas.update(bodies)
    schemas["Error"], schemas["MessagesError"] = ERROR, MESSAGES_ERROR
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = _SECURITY
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = _ANY_MESSAGES_ERROR if path.startswith(MESSAGES) else _ANY_ERROR
            if path.startswith("/v1/"):
                operation["security"] = [{"api key": []}, {"x-api-key": []}]
    return document
