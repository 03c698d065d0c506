"""What goes over the wire of search, folders, prompts and links. Knows fields and bounds; decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, Field

from seawall.conversations.folders import LONGEST_NAME
from seawall.conversations.prompts import LONGEST_TEXT, LONGEST_TITLE
from seawall.conversations.search import Hit
from seawall.conversations.shares import Share, SharedBranch
from seawall.records.conversation_entries import AttachedRow, MessageRow
from seawall.records.library_entries import FolderRow, PromptRow
from seawall.web.bodies import Body, Id, Words
from seawall.web.conversations.conversation_views import AttachmentView, ConversationView

FolderName = Annotated[Words, Field(max_length=LONGEST_NAME)]
PromptTitle = Annotated[Words, Field(max_length=LONGEST_TITLE)]
PromptText = Annotated[Words, Field(max_length=LONGEST_TEXT)]


class HitView(BaseModel):
    """``message_id`` and ``speaker`` are null where the title matched. The three texts follow each other, plain."""

    conversation: ConversationView
    message_id: str | None
    speaker: str | None
    at: float
    before: str
    match: str
    after: str

    @staticmethod
    def of(hit: Hit) -> HitView:
        return HitView(
            conversation=ConversationView.of(hit.conversation),
            message_id=hit.message_id,
            speaker=hit.speaker,
            at=hit.at_s,
            before=hit.before,
            match=hit.match,
            after=hit.after,
        )


class HitList(BaseModel):
    """The best first."""

    hits: list[HitView]


class FolderBody(Body):
    name: FolderName


class FolderView(BaseModel):
    id: str
    name: str
    created_at: float

    @staticmethod
    def of(row: FolderRow) -> FolderView:
        return FolderView(id=row.id, name=row.name, created_at=row.created_s)


class FolderList(BaseModel):
    """By name."""

    folders: list[FolderView]


class NewPrompt(Body):
    title: PromptTitle
    text: PromptText


class PromptChange(Body):
    """What is left out stays."""

    title: PromptTitle | None = None
    text: PromptText | None = None


class PromptView(BaseModel):
    id: str
    title: str
    text: str
    created_at: float
    updated_at: float

    @staticmethod
    def of(row: PromptRow) -> PromptView:
        return PromptView(id=row.id, title=row.title, text=row.text, created_at=row.created_s, updated_at=row.updated_s)


class PromptList(BaseModel):
    """By title."""

    prompts: list[PromptView]


class ShareBody(Body):
    """Without ``leaf_id`` it is the branch that is shown; ``files`` shows its pictures too, and other files' names."""

    leaf_id: Id | None = None
    files: bool = False


class ShareView(BaseModel):
    """``url`` leads to the page, ``path`` is its part after the host: for a page that knows better where it is."""

    id: str
    conversation_id: str
    leaf_id: str
    title: str
    created_at: float
    files: bool
    url: str
    path: str

    @staticmethod
    def of(share: Share, home: str) -> ShareView:
        path = f"/s/{share.token}"
        row = share.row
        return ShareView(
            id=row.id,
            conversation_id=row.conversation_id,
            leaf_id=row.leaf_id,
            title=row.title,
            created_at=row.created_s,
            files=row.files,
            url=f"{home}{path}",
            path=path,
        )


class ShareList(BaseModel):
    """Newest first. ``allowed`` is false where the operator has turned sharing off, and no link opens anything."""

    shares: list[ShareView]
    allowed: bool


class SharedMessage(BaseModel):
    """Without reasoning and counts: those are between its owner and the model."""

    id: str
    speaker: str
    text: str
    model: str
    status: str
    created_at: float
    attachments: list[AttachmentView]

    @staticmethod
    def of(row: MessageRow, files: Iterable[AttachedRow]) -> SharedMessage:
        return SharedMessage(
            id=row.id,
            speaker=row.speaker,
            text=row.text,
            model=row.model,
            status=row.status.value,
            created_at=row.created_s,
            attachments=[AttachmentView.of(file) for file in files if file.message_id == row.id],
        )


class SharedView(BaseModel):
    """Neither name nor address of who shared it."""

    title: str
    shared_at: float
    messages: list[SharedMessage]

    @staticmethod
    def of(branch: SharedBranch) -> SharedView:
        return SharedView(
            title=branch.title,
            shared_at=branch.created_s,
            messages=[SharedMessage.of(row, branch.files) for row in branch.messages],
        )
