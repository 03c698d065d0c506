"""What a message holds: text, and images beside it, in OpenAI's parts. Knows the parts' form; knows no model."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any, cast

# What an image weighs in a prompt, as so many characters of text: models turn one into 250 to 1,500 tokens (Qwen2-VL,
# LLaVA, GPT-4o at high detail), and text has about four characters a token.
IMAGE_CHARS = 4_000
# What every model that sees reads, and no more: SVG is a document with scripts, TIFF and HEIC few servers decode.
IMAGE_TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif")

Part = Mapping[str, Any]


def text_part(text: str) -> dict[str, Any]:
    """A part that is read."""
    return {"type": "text", "text": text}


def image_part(media_type: str, data: bytes) -> dict[str, Any]:
    """A part that is seen, with the image itself: no address that a model server would have to fetch."""
    return {"type": "image_url", "image_url": {"url": f"data:{media_type};base64,{b64encode(data).decode()}"}}


def is_image(part: Part) -> bool:
    """Whether a part is one that is seen."""
    return part.get("type") == "image_url"


def chars_of(content: str | Iterable[Part] | None) -> int:
    """The weight of a message's content in characters."""
    if content is None or isinstance(content, str):
        return len(content or "")
    return sum(IMAGE_CHARS if is_image(part) else len(part.get("text", "")) for part in content)


def images_in(messages: Iterable[Mapping[str, Any]]) -> int:
    """How many images a conversation holds."""
    return sum(is_image(part) for message in messages for part in _parts(message.get("content")))


def _parts(content: object) -> list[Part]:
    return cast("list[Part]", content) if isinstance(content, list) else []
