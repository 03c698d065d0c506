"""Signed tree heads as C2SP's checkpoints, which other logs' tools read too. Knows keys and text; knows no log.

A head is a signed note (https://c2sp.org/signed-note) of three lines, https://c2sp.org/tlog-checkpoint: the log's
name, its size, its root. We sign with Ed25519. A key is told as others do: ``name+hash+base64``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_DASH = "\u2014"
_NAME = re.compile(r"[^\s+]{1,200}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
# A note with other logs' or witnesses' signatures under ours is a few hundred bytes more.
LONGEST_NOTE = 16_384


class BadNote(Exception):
    """The note is none, or not signed by this key; the message says which."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a note says: that the log of this name had this root when it had so many entries."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A log's public key under the log's name. ``str()`` is how it is told."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    def open(self, note: str) -> Head:
        """What the note says, once a signature of this key is found under it. Raises BadNote."""
        return _head(self.text_of(note))

    def text_of(self, note: str, longest: int = LONGEST_NOTE) -> str:
        """The text of any signed note, likewise. Raises BadNote."""
        text, signatures = _parts(note, longest)
        for name, key_id, signature in signatures:
            if (name, key_id) != (self.name, self.key_id):
                continue
            try:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
            except InvalidSignature:
                break
            return text
        raise BadNote(f"It is not signed by the key {self.key_id.hex()} of {self.name}.")


class Signer:
    """Signs heads in the log's name. ``seed`` is the 32 bytes of the key."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = Verifier(name, self._key.public_key().public_bytes_raw())

    def note(self, size: int, root: bytes) -> str:
        """The signed head."""
        return self.sign(Head(self.verifier.name, size, root).text())

    def sign(self, text: str) -> str:
        """A note of this text, which ends in a line's end and has no empty line."""
        signed = base64.b64encode(self.verifier.key_id + self._key.sign(text.encode())).decode()
        return f"{text}\n{_DASH} {self.verifier.name} {signed}\n"


def verifier_of(told: str) -> Verifier:
    """A key as it was told. Raises BadNote."""
    name, _, rest = told.strip().partition("+")
    key_id, _, key = rest.partition("+")
    public = _bytes(key)
    if not _NAME.fullmatch(name) or len(public) != 33 or public[:1] != _ED25519:
        raise BadNote("It is no key of a log: name+hash+base64 is expected, of Ed25519.")
    verifier = Verifier(name, public[1:])
    if verifier.key_id.hex() != key_id:
        raise BadNote("The key does not fit its hash: a character of it was changed.")
    return verifier


def head_in(note: str) -> Head:
    """What a note says, signed by whomever. Raises BadNote."""
    return _head(_parts(note)[0])


def signer_in(note: str, longest: int = LONGEST_NOTE) -> tuple[str, bytes]:
    """Name and hash of the key that a note says it is signed by, first of all. Raises BadNote."""
    name, key_id, _ = _parts(note, longest)[1][0]
    return name, key_id


def _parts(note: str, longest: int = LONGEST_NOTE) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    text, separator, below = note.rpartition("\n\n")
    if not separator or len(note) > longest or not below.endswith("\n"):
        raise BadNote("It is no signed tree head: a text, an empty line and signatures are expected.")
    return text + "\n", [_signature(line) for line in below[:-1].split("\n")]


def _signature(line: str) -> tuple[str, bytes, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, told = rest.partition(" ")
    signed = _bytes(told)
    if dash != _DASH or len(signed) < 5:
        raise BadNote("A line under the signed tree head is no signature.")
    return name, signed[:4], signed[4:]


def _head(text: str) -> Head:
    lines = text.split("\n")
    root = _bytes(lines[2]) if len(lines) > 3 else b""
    if len(root) != 32 or not _NAME.fullmatch(lines[0]) or not _SIZE.fullmatch(lines[1]):
        raise BadNote("It is no signed tree head: a name, a size and a root are expected, a line each.")
    return Head(lines[0], int(lines[1]), root)


def _bytes(told: str) -> bytes:
    """Empty for what is not exactly how these bytes are written: one thing must have one form."""
    try:
        read = base64.b64decode(told, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return read if base64.b64encode(read).decode() == told else b""
