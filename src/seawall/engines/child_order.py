"""What the child process is told over its standard input. Knows the fields; knows neither side."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class ChildOrder:
    """One line of JSON. Not in the arguments, as any user of the machine can read those and ``key`` is a secret.

    ``memory_limit_mib`` of 0 leaves the limit to the child, ``slots`` share ``slots * context_tokens`` of context.
    ``exact`` attends in 32 bits throughout.
    """

    model_path: str
    model_name: str
    socket_path: str
    key: str
    slots: int
    context_tokens: int
    threads: int
    memory_limit_mib: int
    parent_pid: int
    exact: bool = False

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def of_line(cls, line: bytes) -> ChildOrder:
        return cls(**json.loads(line))
