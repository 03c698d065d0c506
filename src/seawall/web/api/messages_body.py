"""The fields of Anthropic's Messages: which are taken, within which bounds. Knows that shape; knows no engine."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from seawall.web.api.body_faults import Fields
from seawall.web.api.question_body import Body, FunctionName, Json, ShortText, StopText


class Cached(Body):
    """Clients mark what should be cached; engines here find prefixes by themselves, so the mark has no effect."""

    cache_control: Json | None = None


class TextBlock(Cached):
    type: Literal["text"]
    text: str
    # Answers come back as clients kept them.
    citations: None = None


class Base64Source(Body):
    type: Literal["base64"]
    media_type: Literal["image/png", "image/jpeg", "image/webp", "image/gif"]
    data: str


class ImageBlock(Cached):
    type: Literal["image"]
    source: Base64Source


class ThinkingBlock(Body):
    type: Literal["thinking"]
    thinking: str
    signature: str = ""


class ToolUseBlock(Cached):
    type: Literal["tool_use"]
    id: ShortText
    name: FunctionName
    input: Json
    caller: Json | None = None


class ToolResultBlock(Cached):
    type: Literal["tool_result"]
    tool_use_id: ShortText
    content: str | list[TextBlock] = ""
    is_error: bool = False


UserBlock = Annotated[TextBlock | ImageBlock | ToolResultBlock, Field(discriminator="type")]
AssistantBlock = Annotated[TextBlock | ThinkingBlock | ToolUseBlock, Field(discriminator="type")]


class UserTurn(Body):
    role: Literal["user"]
    content: str | list[UserBlock]


class AssistantTurn(Body):
    role: Literal["assistant"]
    content: str | list[AssistantBlock]


Turn = Annotated[UserTurn | AssistantTurn, Field(discriminator="role")]


class CustomTool(Cached):
    type: Literal["custom"] = "custom"
    name: FunctionName
    description: Annotated[str, StringConstraints(max_length=8192)] | None = None
    input_schema: Json
    strict: bool | None = None


class ToolChoice(Body):
    type: Literal["auto", "any", "tool", "none"]
    name: FunctionName | None = None
    disable_parallel_tool_use: bool = False


class Thinking(Body):
    """``budget_tokens`` and ``display`` have no effect: engines here take a yes or a no."""

    type: Literal["enabled", "adaptive", "disabled"]
    budget_tokens: Annotated[int, Field(ge=1024)] | None = None
    display: Literal["summarized", "omitted"] | None = None


class OutputFormat(Body):
    type: Literal["json_schema"]
    schema_: Annotated[Json, Field(alias="schema")]


class OutputConfig(Body):
    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None
    format: OutputFormat | None = None


class Metadata(Body):
    user_id: ShortText | None = None


class CountBody(Body):
    """``POST /v1/messages/count_tokens``."""

    model: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    messages: Annotated[list[Turn], Field(min_length=1)]
    system: str | list[TextBlock] | None = None
    tools: list[CustomTool] | None = None
    tool_choice: ToolChoice | None = None
    thinking: Thinking | None = None
    output_config: OutputConfig | None = None
    # Without effect here.
    cache_control: Json | None = None


class MessagesBody(CountBody):
    """``POST /v1/messages``. What is not listed here is refused by name."""

    max_tokens: Annotated[int, Field(ge=1)]
    stream: bool | None = None
    temperature: Annotated[float, Field(ge=0, le=1)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    top_k: Annotated[int, Field(ge=0, le=1000)] | None = None
    stop_sequences: Annotated[list[StopText], Field(max_length=16)] | None = None
    metadata: Metadata | None = None
    # Without effect here.
    service_tier: Literal["auto", "standard_only"] | None = None


REFUSED: dict[str, str] = {
    "container": "This service runs no code.",
    "mcp_servers": "This service calls no servers; your program can, with 'tools'.",
    "context_management": "Send the messages that count.",
    "inference_geo": "There is one place: here.",
    "prefill": "Models here begin their answers themselves.",
    "speed": "Answers come as fast as the model is.",
    "diagnostics": "The answer's 'usage' tells what the cache held.",
    "user_profile_id": "Users are named in 'metadata'.",
    "workspace_id": "There are no workspaces here.",
}
REFUSED_TYPES: dict[str, str] = {
    "document": "text and images alone are read here",
    "search_result": "text and images alone are read here",
    "redacted_thinking": "what is redacted elsewhere cannot be read here",
    "url": "an image is sent as itself here, in base64",
    "file": "an image is sent as itself here, in base64",
}
TAGS = frozenset(("user", "assistant", "text", "image", "tool_use", "tool_result", "thinking"))
FIELDS = Fields(MessagesBody, REFUSED, REFUSED_TYPES, {}, TAGS)
COUNT_FIELDS = Fields(CountBody, REFUSED, REFUSED_TYPES, {}, TAGS)
