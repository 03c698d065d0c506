"""What is asked: text of a wanted length that begins anew with each conversation. Knows bodies; knows no askers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from seawall.siege.lengths import Length
from seawall.siege.samples import Part
from seawall.siege.stub_engine import CHARS_PER_TOKEN
from seawall.siege.stub_server import tag
from seawall.siege.target import CHAT, Target

_WORDS = (
    "harbour tide stone lamp rope signal north wind keeper ledger boat storm wall gate channel buoy chart anchor "
    "pier crane salt morning watch letter engine copper bridge river barge weather number question answer table"
)
_FILLER_CHARS = 140_000


@lru_cache(maxsize=1)
def _filler() -> str:
    """Words in a fixed disorder, long enough for the longest question."""
    random = Random(7)
    known = _WORDS.split()
    words = (random.choice(known) for _ in range(_FILLER_CHARS // 5))
    return " ".join(words)[:_FILLER_CHARS]


@dataclass(frozen=True, slots=True)
class Wish:
    """One question. Equal ``topic`` means an equal beginning, which engines remember; ``cap`` is its max_tokens."""

    topic: str
    length: Length
    part: Part
    cap: int | None = None


def body_of(wish: Wish, model: str, *, tells_length: bool = False) -> bytes:
    """A chat request with a stream, as the common clients send it.

    A stub reads in the question how long its answer shall be; a model heeds ``max_tokens`` alone.
    """
    chars = max(0, wish.length.prompt * CHARS_PER_TOKEN - len(wish.topic) - 40)
    text = f"{wish.topic}: {_filler()[:chars]} {tag(wish.part.value, wish.length.answer)}"
    body: dict[str, object] = {
        "model": model,
        "messages": [{"role": "user", "content": text}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if tells_length:
        body["max_tokens"] = min(wish.length.answer, wish.cap or wish.length.answer)
    elif wish.cap is not None:
        body["max_tokens"] = wish.cap
    return json.dumps(body).encode()


def request_of(wish: Wish, target: Target, address: str, key: str, guest_pass: str = "") -> bytes:
    """The whole request; an empty key is a stranger's, who may have a pass."""
    more = {"authorization": f"Bearer {key}"} if key else {}
    if guest_pass:
        more["x-seawall-pass"] = guest_pass
    return target.request("POST", CHAT, address, body_of(wish, target.model, tells_length=target.real_engine), more)
