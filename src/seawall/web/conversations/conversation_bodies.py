"""What the web app may send of conversations. Knows fields and bounds; decides nothing."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from seawall.records.conversation_entries import SettleConversation
from seawall.streaming.sse import compact_json
from seawall.web.api.question_body import StopText
from seawall.web.bodies import Body, CleanText, Id, Words

# Some 4,000 tokens, which is more than the default model's whole context: books belong into attachments.
Instructions = Annotated[CleanText, Field(max_length=16_384)]
ModelName = Annotated[CleanText, Field(min_length=1, max_length=256)]
Attachments = Annotated[list[Id], Field(max_length=16)]


class Sampling(Body):
    """Within the bounds that ``/v1/chat/completions`` has; a field that is null is not chosen."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] | None = None
    seed: Annotated[int, Field(ge=-(2**63), lt=2**63)] | None = None
    stop: StopText | Annotated[list[StopText], Field(max_length=16)] | None = None
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None

    def kept(self) -> str:
        """As the records keep it: what was chosen alone, empty for nothing."""
        chosen = self.model_dump(exclude_none=True)
        return compact_json(chosen).decode() if chosen else ""


class ConversationChange(Body):
    """What is left out stays. ``folder_id`` null takes it out of its folder."""

    title: Annotated[Words, Field(max_length=200)] | None = None
    pinned: bool | None = None
    archived: bool | None = None
    folder_id: Id | None = None
    instructions: Instructions | None = None
    sampling: Sampling | None = None
    leaf_id: Id | None = None
    model: ModelName | None = None

    def of(self, account_id: str, conversation_id: str) -> SettleConversation:
        """As a change of the records."""
        given: dict[str, Any] = self.model_dump(exclude_none=True, exclude={"sampling", "folder_id"})
        if "folder_id" in self.model_fields_set:
            given["folder_id"] = self.folder_id or ""
        if "sampling" in self.model_fields_set:
            given["sampling"] = self.sampling.kept() if self.sampling else ""
        return SettleConversation(account_id, conversation_id, **given)


class ChatMessage(Body):
    """``message_id`` is made by the client: the same one sent again is not answered twice.

    ``text`` null asks for one more answer to ``parent_id``. The last three go along with a new conversation alone.
    """

    conversation_id: Id | None = None
    message_id: Annotated[Id, Field(min_length=8)]
    parent_id: Id | Literal[""] | None = None
    text: Words | None
    model: ModelName | None = None
    attachments: Attachments = Field(default_factory=list)
    instructions: Instructions = ""
    sampling: Sampling | None = None
    folder_id: Id | None = None
