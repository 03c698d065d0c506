"""What ``/openapi.json`` tells of the addresses that are answered in plain ASGI. Knows bodies; serves nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from seawall.web.api.embeddings import EmbeddingsBody
from seawall.web.api.messages_body import CountBody, MessagesBody
from seawall.web.api.question_body import ChatBody
from seawall.web.api.responses_body import InputTokensBody, ResponsesBody

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Described:
    """One address: ``answer`` is the schema of the document that it sends, ``streams`` whether it may be events."""

    path: str
    name: str
    body: type[BaseModel]
    tag: str
    summary: str
    answer: Json
    about: str = ""
    streams: bool = False


def _object(*required: str, about: str, **properties: str) -> Json:
    fields = {name: {"type": kind} for name, kind in properties.items()}
    return {"type": "object", "description": about, "required": list(required), "properties": fields}


_COUNT = _object(
    "input_tokens",
    about="`estimated` is there, and true, where the engine cannot count.",
    input_tokens="integer",
    estimated="boolean",
)
_WAITS = "`: keep-alive` comments (blank lines without `stream`) come while it waits."
DESCRIBED: tuple[Described, ...] = (
    Described(
        "/v1/chat/completions",
        "create_chat_completion",
        ChatBody,
        "openai",
        "Ask a model",
        _object("choices", about="OpenAI's chat.completion.", choices="array", usage="object"),
        f"OpenAI's chat completions. With `stream` it comes as server-sent events that end in `[DONE]`; {_WAITS}",
        streams=True,
    ),
    Described(
        "/v1/chat/completions/input_tokens",
        "count_chat_tokens",
        ChatBody,
        "openai",
        "Count a prompt's tokens without asking the model",
        _COUNT,
    ),
    Described(
        "/v1/responses",
        "create_response",
        ResponsesBody,
        "openai",
        "Ask a model, in the shape of Responses",
        _object("output", about="OpenAI's response.", output="array", status="string"),
        f"OpenAI's Responses; nothing is stored. With `stream` its named events come in order; {_WAITS}",
        streams=True,
    ),
    Described(
        "/v1/responses/input_tokens",
        "count_response_tokens",
        InputTokensBody,
        "openai",
        "Count a prompt's tokens, in the shape of Responses",
        _COUNT,
    ),
    Described(
        "/v1/embeddings",
        "create_embeddings",
        EmbeddingsBody,
        "openai",
        "Turn texts into vectors, where a model does",
        _object("data", about="OpenAI's list of embeddings.", data="array", usage="object"),
    ),
    Described(
        "/v1/messages",
        "create_message",
        MessagesBody,
        "anthropic",
        "Ask a model, in the shape of Messages",
        _object("content", about="Anthropic's message.", content="array", stop_reason="string"),
        "Anthropic's Messages. With `stream` its named events come in order; `ping` events (blank lines without "
        "`stream`) come while it waits.",
        streams=True,
    ),
    Described(
        "/v1/messages/count_tokens",
        "count_message_tokens",
        CountBody,
        "anthropic",
        "Count a prompt's tokens, in the shape of Messages",
        _COUNT,
    ),
)


def paths_and_schemas() -> tuple[Json, Json]:
    """The paths, and the schemas that they refer to."""
    paths: Json = {}
    schemas: Json = {}
    for one in DESCRIBED:
        schemas |= _schemas(one.body)
        paths[one.path] = {"post": _operation(one)}
    return paths, schemas


def _operation(one: Described) -> Json:
    kinds: Json = {"application/json": {"schema": one.answer}}
    if one.streams:
        kinds["text/event-stream"] = {"schema": {"type": "string"}}
    body = {"schema": {"$ref": f"#/components/schemas/{one.body.__name__}"}}
    told: Json = {
        "tags": [one.tag],
        "summary": one.summary,
        "operationId": one.name,
        "requestBody": {"required": True, "content": {"application/json": body}},
        "responses": {"200": {"description": "The answer.", "content": kinds}},
    }
    return told | ({"description": one.about} if one.about else {})


def _schemas(body: type[BaseModel]) -> Json:
    """Several shapes have a ``Thinking`` or a ``TextBlock``, so that each body's parts go by its name."""
    prefix = f"{body.__name__}."
    schema = body.model_json_schema(ref_template=f"#/components/schemas/{prefix}{{model}}")
    parts: Json = schema.pop("$defs", {})
    return {f"{prefix}{name}": part for name, part in parts.items()} | {body.__name__: schema}
