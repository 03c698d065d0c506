"""The fields of OpenAI's Responses: which are taken, within which bounds. Knows that shape; knows no engine."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, StringConstraints

from seawall.web.api.body_faults import Fields
from seawall.web.api.question_body import Body, FunctionName, Json, ShortText, StreamOptions

Status = Literal["in_progress", "completed", "incomplete"] | None


class InputText(Body):
    type: Literal["input_text"]
    text: str


class OutputText(Body):
    """Answers come back as clients kept them; only the text is read again."""

    type: Literal["output_text"]
    text: str
    annotations: list[Json] | None = None
    logprobs: list[Json] | None = None


class InputImage(Body):
    type: Literal["input_image"]
    image_url: str
    detail: Literal["auto", "low", "high"] | None = None


Part = Annotated[InputText | OutputText | InputImage, Field(discriminator="type")]


class MessageItem(Body):
    type: Literal["message"] = "message"
    role: Literal["user", "assistant", "system", "developer"]
    content: str | list[Part]
    id: ShortText | None = None
    status: Status = None


class FunctionCallItem(Body):
    type: Literal["function_call"]
    call_id: ShortText
    name: FunctionName
    arguments: str
    id: ShortText | None = None
    status: Status = None


class FunctionOutputItem(Body):
    type: Literal["function_call_output"]
    call_id: ShortText
    output: str | list[InputText]
    id: ShortText | None = None
    status: Status = None


class ReasoningText(Body):
    type: Literal["reasoning_text", "summary_text"]
    text: str


class ReasoningItem(Body):
    type: Literal["reasoning"]
    summary: Annotated[list[ReasoningText], Field(default_factory=list)]
    content: list[ReasoningText] | None = None
    id: ShortText | None = None
    encrypted_content: None = None
    status: Status = None


def _named(item: Any) -> Any:
    """A message may come without its type."""
    if not isinstance(item, dict):
        return item
    fields = cast(Json, item)
    return fields if "type" in fields else {**fields, "type": "message"}


Item = Annotated[
    Annotated[
        MessageItem | FunctionCallItem | FunctionOutputItem | ReasoningItem,
        Field(discriminator="type"),
    ],
    BeforeValidator(_named),
]


class FunctionTool(Body):
    type: Literal["function"]
    name: FunctionName
    description: Annotated[str, StringConstraints(max_length=8192)] | None = None
    parameters: Json | None = None
    strict: bool | None = None


class NamedFunctionTool(Body):
    type: Literal["function"]
    name: FunctionName


class PlainFormat(Body):
    type: Literal["text", "json_object"]


class SchemaFormat(Body):
    type: Literal["json_schema"]
    name: FunctionName
    schema_: Annotated[Json, Field(alias="schema")]
    description: ShortText | None = None
    strict: bool | None = None


class TextConfig(Body):
    """``verbosity`` has no effect."""

    format: Annotated[PlainFormat | SchemaFormat, Field(discriminator="type")] | None = None
    verbosity: Literal["low", "medium", "high"] | None = None


class Reasoning(Body):
    """Reasoning is told as the engine tells it, whole, so that ``summary`` has no effect."""

    effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None
    summary: Literal["auto", "concise", "detailed"] | None = None


class InputTokensBody(Body):
    """``POST /v1/responses/input_tokens``."""

    model: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    input: str | Annotated[list[Item], Field(min_length=1)]
    instructions: str | None = None
    tools: list[FunctionTool] | None = None
    tool_choice: Literal["none", "auto", "required"] | NamedFunctionTool | None = None
    parallel_tool_calls: bool | None = None
    reasoning: Reasoning | None = None
    text: TextConfig | None = None
    truncation: Literal["disabled"] | None = None


class ResponsesBody(InputTokensBody):
    """``POST /v1/responses``. What is not listed here is refused by name."""

    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_output_tokens: Annotated[int, Field(ge=1)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    background: Literal[False] | None = None
    user: Annotated[str, StringConstraints(max_length=1024)] | None = None
    safety_identifier: ShortText | None = None
    # Without effect: nothing is stored, whatever is asked for.
    store: bool | None = None
    include: list[Literal["reasoning.encrypted_content"]] | None = None
    metadata: Annotated[dict[ShortText, ShortText], Field(max_length=16)] | None = None
    prompt_cache_key: ShortText | None = None
    prompt_cache_retention: Literal["in_memory", "in-memory", "24h"] | None = None
    service_tier: Literal["auto", "default", "flex", "priority"] | None = None


_NOT_STORED = "Answers are not stored here. Send the conversation in 'input'."
REFUSED: dict[str, str] = {
    "previous_response_id": _NOT_STORED,
    "conversation": _NOT_STORED,
    "prompt": "There are no stored prompts here. Send 'instructions'.",
    "max_tool_calls": "Your program calls the tools, and can count.",
    "top_logprobs": "/v1/chat/completions has them, where the model does.",
    "context_management": "Send the items that count.",
}
_NO_TOOL = "functions alone are called here, by your program"
REFUSED_TYPES: dict[str, str] = {
    "input_file": "text and images alone are read here",
    "input_audio": "text and images alone are read here",
    "refusal": "send what was said as 'output_text'",
    "item_reference": "answers are not stored here; send the item itself",
    **dict.fromkeys(
        (
            "web_search_call",
            "file_search_call",
            "computer_call",
            "code_interpreter_call",
            "mcp_call",
            "custom_tool_call",
        ),
        _NO_TOOL,
    ),
}
SENTENCES = {
    "truncation": "'truncation' must be 'disabled': what is too long is refused, not cut.",
    "background": "'background' is not supported: an answer is waited for.",
}
TAGS = frozenset(
    (
        "message",
        "function_call",
        "function_call_output",
        "reasoning",
        "input_text",
        "output_text",
        "input_image",
        "text",
        "json_object",
        "json_schema",
    )
)
FIELDS = Fields(ResponsesBody, REFUSED, REFUSED_TYPES, SENTENCES, TAGS)
COUNT_FIELDS = Fields(InputTokensBody, REFUSED, REFUSED_TYPES, SENTENCES, TAGS)
