"""What the model is shown of attached files. Knows files and a budget of tokens; reads no records.

A file's text stands in its message between two lines that name it, in a fence longer than any within it, so that a
model can tell it from what the person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seawall.conversations.prompt import BYTES_PER_TOKEN, NOTHING_ATTACHED, Attached, AttachedBy
from seawall.conversations.sniffing import Kind
from seawall.records.attachment_entries import ReadFile
from seawall.values.content import IMAGE_CHARS, image_part
from seawall.values.refusal import Refusal

# As text of an image's weight is counted.
IMAGE_TOKENS = IMAGE_CHARS // 4
# What names, lines and fence around a file come to.
FRAME_TOKENS = 40
_FENCES = re.compile(r"`{3,}")


@dataclass(frozen=True, slots=True)
class Files:
    """What the messages of a branch carry; ``seen`` are the images of it that may be shown, by their id."""

    by_message: Mapping[str, tuple[ReadFile, ...]] = field(default_factory=dict[str, tuple[ReadFile, ...]])
    seen: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    most_tokens: int = 0

    def shown(self, asked_id: str, earlier: Sequence[str], budget_tokens: int | None, *, sees: bool) -> AttachedBy:
        """As parts of the messages: the question's files first, then those of the newest messages of ``earlier``, in at
        most half of the budget. Images of a model that does not see become a line of text, but not the question's own:
        whoever asks about one is told.
        """
        if not self.by_message:
            return NOTHING_ATTACHED
        left = self.most_tokens if budget_tokens is None else min(self.most_tokens, budget_tokens // 2)
        shown: dict[str, Attached] = {}
        for message_id in (asked_id, *reversed(earlier)):
            files = self.by_message.get(message_id, ())
            if files:
                shown[message_id], left = self._of_message(files, left, sees or message_id == asked_id)
        return shown

    def _of_message(self, files: Sequence[ReadFile], left: int, sees: bool) -> tuple[Attached, int]:
        parts: list[dict[str, Any]] = []
        texts: dict[str, str] = {}
        # The shortest first: what one leaves of its share is the others'.
        waiting = sorted(files, key=lambda one: one.text_chars)
        for index, file in enumerate(waiting):
            if file.kind == Kind.IMAGE:
                data = self.seen.get(file.id) if sees else None
                if data is not None:
                    parts.append(image_part(file.media_type, data))
                    left = max(0, left - IMAGE_TOKENS)
                else:
                    texts[file.id] = f"[Image {file.name!r} was attached here and is not shown.]"
                continue
            texts[file.id], used = _told(file, left // (len(waiting) - index))
            left -= used
        text = "\n\n".join(texts[file.id] for file in files if file.id in texts)
        return Attached(text, tuple(parts), IMAGE_TOKENS * len(parts)), left


def _told(file: ReadFile, share_tokens: int) -> tuple[str, int]:
    """The file within its share, and what it takes of it."""
    whole = file.text.encode(errors="replace")
    room_bytes = max(0, share_tokens - FRAME_TOKENS) * BYTES_PER_TOKEN
    text = whole[:room_bytes].decode(errors="ignore")
    if not text:
        return f"[File {file.name!r} was attached here; there is no room to show it.]", 0
    fence = "`" * max(3, *(len(run) + 1 for run in _FENCES.findall(text)), 3)
    lines = [f"[Attached file {file.name!r}]", fence, text, fence]
    if len(text) < file.text_chars:
        lines.append(f"[Only the first {len(text)} of {file.text_chars} characters are shown.]")
    lines.append(f"[End of attached file {file.name!r}]")
    return "\n".join(lines), len(text.encode()) // BYTES_PER_TOKEN + FRAME_TOKENS


FilesOf = Callable[[str, Sequence[str], str, Sequence[str]], Awaitable[Files | Refusal]]
"""``(account_id, messages, message_id, attachments)``: what these messages carry, and the new one with its own."""
