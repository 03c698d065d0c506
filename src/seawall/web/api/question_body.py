"""The fields of a chat request: which are passed on, within which bounds. Knows OpenAI's shape; knows no engine."""

from __future__ import annotations

from base64 import b64decode
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from seawall.values.content import IMAGE_TYPES

FunctionName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]
ShortText = Annotated[str, StringConstraints(max_length=512)]
# An empty one would end every answer before its first word.
StopText = Annotated[str, StringConstraints(min_length=1, max_length=512)]
Json = dict[str, Any]


class Body(BaseModel):
    """Every object is a whitelist, and numbers are numbers: no "1" for 1, no NaN."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class TextPart(Body):
    type: Literal["text"]
    text: str


def _image_itself(url: str) -> str:
    """A data: URL of an image. An address would have a server behind ours fetch whatever a stranger names."""
    head, _, data = url.partition(",")
    media_type, _, encoding = head.removeprefix("data:").partition(";")
    if not head.startswith("data:") or media_type not in IMAGE_TYPES or encoding != "base64" or not is_base64(data):
        raise ValueError("an image is sent as itself: data:image/png;base64,... (or jpeg, webp, gif)")
    return url


def is_base64(text: str) -> bool:
    """Whether it can be decoded, strictly."""
    try:
        return bool(b64decode(text, validate=True))
    except ValueError:
        return False


class ImageUrl(Body):
    url: Annotated[str, AfterValidator(_image_itself)]
    detail: Literal["auto", "low", "high"] | None = None


class ImagePart(Body):
    type: Literal["image_url"]
    image_url: ImageUrl


Part = Annotated[TextPart | ImagePart, Field(discriminator="type")]
TextContent = str | list[TextPart]
Content = str | list[Part]


class FunctionCall(Body):
    name: FunctionName
    arguments: str


class ToolCall(Body):
    id: ShortText
    type: Literal["function"] = "function"
    function: FunctionCall
    # Streams number their calls, and clients send the assistant's message back as they assembled it.
    index: int | None = None


class SystemMessage(Body):
    role: Literal["system", "developer"]
    content: TextContent
    name: ShortText | None = None


class UserMessage(Body):
    role: Literal["user"]
    content: Content
    name: ShortText | None = None


class AssistantMessage(Body):
    role: Literal["assistant"]
    content: TextContent | None = None
    reasoning_content: str | None = None
    # Clients send an assistant's message back as they got it, with the fields that servers leave empty.
    reasoning: str | None = None
    refusal: str | None = None
    annotations: list[Json] | None = None
    audio: None = None
    function_call: None = None
    name: ShortText | None = None
    tool_calls: Annotated[list[ToolCall], Field(max_length=128)] | None = None


class ToolMessage(Body):
    role: Literal["tool"]
    content: TextContent
    tool_call_id: ShortText


Message = Annotated[SystemMessage | UserMessage | AssistantMessage | ToolMessage, Field(discriminator="role")]


class StreamOptions(Body):
    include_usage: bool = False
    include_obfuscation: bool = False


class JsonSchema(Body):
    name: FunctionName
    description: ShortText | None = None
    schema_: Annotated[Json, Field(alias="schema")] = {}
    strict: bool | None = None


class TextFormat(Body):
    type: Literal["text", "json_object"]


class SchemaFormat(Body):
    type: Literal["json_schema"]
    json_schema: JsonSchema


class Function(Body):
    name: FunctionName
    description: Annotated[str, StringConstraints(max_length=8192)] | None = None
    parameters: Json | None = None
    strict: bool | None = None


class Tool(Body):
    type: Literal["function"]
    function: Function


class NamedFunction(Body):
    name: FunctionName


class NamedTool(Body):
    type: Literal["function"]
    function: NamedFunction


class Thinking(Body):
    type: Literal["enabled", "disabled"]


class ChatBody(Body):
    """``POST /v1/chat/completions``. What is not listed here is refused by name."""

    model: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    messages: Annotated[list[Message], Field(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    n: Literal[1] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    top_k: Annotated[int, Field(ge=0, le=1000)] | None = None
    min_p: Annotated[float, Field(ge=0, le=1)] | None = None
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    seed: Annotated[int, Field(ge=-(2**63), lt=2**63)] | None = None
    stop: StopText | Annotated[list[StopText], Field(max_length=16)] | None = None
    logit_bias: Annotated[dict[str, Annotated[float, Field(ge=-100, le=100)]], Field(max_length=300)] | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=5)] | None = None
    response_format: Annotated[TextFormat | SchemaFormat, Field(discriminator="type")] | None = None
    tools: list[Tool] | None = None
    tool_choice: Literal["none", "auto", "required"] | NamedTool | None = None
    parallel_tool_calls: bool | None = None
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None
    thinking: Thinking | None = None
    # Whom a front end asks for; from other keys without effect.
    user: Annotated[str, StringConstraints(max_length=1024)] | None = None
    safety_identifier: ShortText | None = None
    # Accepted because common clients send them, and without effect here.
    prompt_cache_key: ShortText | None = None
    metadata: Annotated[dict[ShortText, ShortText], Field(max_length=16)] | None = None
    service_tier: Literal["auto", "default", "flex", "priority"] | None = None
    store: Literal[False] | None = None


# What goes to the engine under its own name. The rest of ChatBody is mapped (model, stream, max_tokens, messages) or
# without effect.
PASSED: tuple[str, ...] = (
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "frequency_penalty",
    "presence_penalty",
    "seed",
    "stop",
    "logit_bias",
    "logprobs",
    "top_logprobs",
    "response_format",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "reasoning_effort",
    "thinking",
)
