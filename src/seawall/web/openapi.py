"""``/openapi.json``: adds what the framework cannot see by itself. Knows schemas; serves nothing."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from seawall.web.question_body import ChatBody

Json = dict[str, Any]
_REF = "#/components/schemas/{model}"

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
_ANY_ERROR: Json = {
    "description": "A refusal, in OpenAI's error form; `Retry-After` where waiting helps.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}
_COMPLETION: Json = {
    "type": "object",
    "description": "OpenAI's chat.completion.",
    "required": ["choices"],
    "properties": {"choices": {"type": "array"}, "usage": {"type": "object"}},
}
_CHAT: Json = {
    "tags": ["openai"],
    "summary": "Ask a model",
    "description": (
        "OpenAI's chat completions. With `stream` the answer comes as server-sent events that end in `[DONE]`; "
        "`: keep-alive` comments (blank lines without `stream`) come while it waits."
    ),
    "operationId": "create_chat_completion",
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": _REF.format(model="ChatBody")}}},
    },
    "responses": {
        "200": {
            "description": "The answer.",
            "content": {
                "application/json": {"schema": _COMPLETION},
                "text/event-stream": {"schema": {"type": "string"}},
            },
        }
    },
}
_SECURITY: Json = {
    "api key": {"type": "http", "scheme": "bearer", "description": "A key of this service, `sw-...`."},
    "x-api-key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    "session": {"type": "apiKey", "in": "cookie", "name": "seawall_session"},
}


def describe(app: FastAPI) -> None:
    """Replaces the app's schema by one that knows our plain ASGI routes, our keys and our error form."""

    def schema() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = _schema(app)
        return app.openapi_schema

    app.openapi = schema


def _schema(app: FastAPI) -> Json:
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    document["paths"]["/v1/chat/completions"] = {"post": {**_CHAT, "responses": dict(_CHAT["responses"])}}
    components: Json = document.setdefault("components", {})
    schemas: Json = components.setdefault("schemas", {})
    body = ChatBody.model_json_schema(ref_template=_REF)
    schemas.update(body.pop("$defs"))
    schemas["ChatBody"] = body
    schemas["Error"] = ERROR
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = _SECURITY
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = _ANY_ERROR
            if path.startswith("/v1/"):
                operation["security"] = [{"api key": []}, {"x-api-key": []}]
    return document
