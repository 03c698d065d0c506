"""A device that makes and shows passkeys, in software, as browsers tell it (WebAuthn level 3). Knows no test."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40
_AAGUID = bytes(15) + b"\x01"


@dataclass
class PasskeyDevice:
    """One passkey. ``verifies``: it looks who is there, by a finger say. ``counts``: it is no copy of another one."""

    origin: str
    verifies: bool = True
    counts: bool = True
    id: bytes = field(default_factory=lambda: token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    count: int = 0

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """``navigator.credentials.create()``."""
        attested = _AAGUID + len(self.id).to_bytes(2, "big") + self.id + self._public_key()
        data = self._data(options["rp"]["id"], _ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        told = {
            "clientDataJSON": self._said("webauthn.create", options),
            "attestationObject": _text(attestation),
            "transports": ["internal", "hybrid"],
        }
        return self._answer(told)

    def show(self, options: dict[str, Any]) -> dict[str, Any]:
        """``navigator.credentials.get()``."""
        self.count += self.counts
        data = self._data(options["rpId"], 0)
        said = self._said("webauthn.get", options)
        signature = self.key.sign(data + sha256(_bytes(said)).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"clientDataJSON": said, "authenticatorData": _text(data), "signature": _text(signature)})

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        name = _text(self.id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
        }

    def _said(self, kind: str, options: dict[str, Any]) -> str:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return _text(json.dumps(said).encode())

    def _data(self, site: str, flags: int) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        return sha256(site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _public_key(self) -> bytes:
        """In COSE's form: an EC2 key (2) for ES256 (-7) on P-256 (1)."""
        numbers = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
