"""The door under siege: where it is and how one shows who one is. Knows addresses and headers; sends nothing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from ipaddress import ip_address
from typing import Any, Self

CHAT = "/v1/chat/completions"


@dataclass(frozen=True, slots=True)
class Target:
    """One door.

    Attributes:
        keys: API keys by the mail address of the account that holds them.
        password: of every account, where the door has accounts of its own; empty where nobody can sign in.
        forwarded: the door believes our ``X-Forwarded-For``; else a network is a source address of 127.0.0.0/8.
        pid: root of the door's processes, where they are ours to look at.
        engine: port of the stub engine behind it, where that is ours to ask.
        slots: of the engine behind it.
        real_engine: behind it a model answers, which is told how long its answers shall be and knows not for whom it
            works.
        status_path: the page that must stay up; empty where there is none.
    """

    name: str
    port: int
    host: str = "127.0.0.1"
    keys: dict[str, str] = field(default_factory=dict[str, str])
    password: str = ""
    model: str = "stub"
    forwarded: bool = False
    pid: int | None = None
    engine: int | None = None
    slots: int = 16
    real_engine: bool = False
    status_path: str = ""
    version: str = ""

    @property
    def is_local(self) -> bool:
        """Only a loopback address has a network of networks to send from."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    def source(self, address: str) -> str | None:
        """What to bind to, so that the door sees this address; None where that is not how it sees it."""
        return address if self.is_local and not self.forwarded and address else None

    def request(
        self, method: str, path: str, address: str, body: bytes = b"", more: dict[str, str] | None = None
    ) -> bytes:
        """The bytes of a request from this address."""
        fields = {"host": f"{self.host}:{self.port}", "connection": "close"}
        if body:
            fields |= {"content-type": "application/json", "content-length": str(len(body))}
        if self.forwarded and address:
            fields["x-forwarded-for"] = address
        head = "".join(f"{name}: {value}\r\n" for name, value in (fields | (more or {})).items())
        return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        values: dict[str, Any] = json.loads(text)
        return cls(**values)
