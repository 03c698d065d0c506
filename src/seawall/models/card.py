"""A model's card: what it is, what it was made of and what that cost, signed. Knows text and keys; knows no training.

The text is JSON, one key a line; below it stands a signature as under the public log's heads (C2SP's signed notes).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seawall.models.model_file import ModelProblem
from seawall.safeguards.notes import BadNote, Signer, Verifier, signer_in, verifier_of

FORMAT = "seawall model card 1"
# Recipes and results of a dozen stages are some tens of kilobytes.
LONGEST_CARD = 262_144
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """``sha256`` is of the GGUF file. ``seeds`` and ``recipes`` are of each run that made the model; ``cost`` holds the
    ledger's two totals; ``results`` what was measured on held-out problems."""

    name: str
    licence: str
    parameters: int
    active_parameters: int
    precision: str
    size_bytes: int
    sha256: str
    context_tokens: int
    kv_bytes: int
    vocabulary: int
    reasons: bool
    made_on: str
    software: Mapping[str, str] = field(default_factory=dict[str, str])
    seeds: Mapping[str, int | None] = field(default_factory=dict[str, int | None])
    recipes: Mapping[str, str] = field(default_factory=dict[str, str])
    cost: Mapping[str, Any] = field(default_factory=dict[str, Any])
    results: Mapping[str, Any] = field(default_factory=dict[str, Any])
    format: str = FORMAT


def signer_of(seed: bytes) -> Signer:
    """The key's name follows from the key, so that nobody has to think of one."""
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return Signer(f"seawall.models/{sha256(public).hexdigest()[:16]}", seed)


def signed(card: Card, signer: Signer) -> str:
    """The card as it is kept and handed on: the key with which it can be checked stands below it too."""
    text = json.dumps(asdict(card) | {"signed_by": str(signer.verifier)}, indent=1, ensure_ascii=False)
    return signer.sign(f"{text}\n")


def opened(note: str, trusted: Verifier | None) -> Card | ModelProblem:
    """The card, when a ``trusted`` key has signed it. Without one, whoever it says has."""
    try:
        verifier = trusted or _said_by(note)
        told: Any = json.loads(verifier.text_of(note, LONGEST_CARD))
        told.pop("signed_by")
        card = Card(**told)
    except BadNote as fault:
        return ModelProblem(f"The model's card cannot be trusted. {fault}")
    except (ValueError, TypeError, AttributeError, KeyError):
        return ModelProblem(
            "The model's card is signed, but says what no card says: make it with `seawall train export`."
        )
    known = {one.name for one in fields(Card)}
    if card.format != FORMAT or not known.issuperset(told) or not NAME.fullmatch(card.name):
        return ModelProblem("The model's card is of another version of Seawall, or names no model.")
    return card


def key_that_signed(note: str) -> Verifier | None:
    """The key that the card says it is signed with, whether or not that is so."""
    try:
        return _said_by(note)
    except (BadNote, ValueError, TypeError, KeyError):
        return None


def _said_by(note: str) -> Verifier:
    name, key_id = signer_in(note, LONGEST_CARD)
    text, _, _ = note.rpartition("\n\n")
    verifier = verifier_of(str(json.loads(text)["signed_by"]))
    if (verifier.name, verifier.key_id) != (name, key_id):
        raise BadNote("It is signed with another key than it says.")
    return verifier
