"""``seawall`` as a person types it: a process of its own, its words and its exit status. Knows no command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from running_service import clean_environment


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line on standard error with which a command fails, without the program's name."""
        assert self.out == "", self.out
        assert self.err.startswith("seawall: "), self.err
        assert self.err.count("\n") == 1, self.err
        return self.err.removeprefix("seawall: ").rstrip("\n")


def seawall(
    *arguments: str | Path,
    say: str = "",
    environment: Mapping[str, str] | None = None,
    before: tuple[str, ...] = (),
    patience_s: float = 180.0,
) -> Ran:
    """Runs a command to its end. ``say`` goes to its standard input; ``before`` are words such as ``prlimit ...``."""
    done = subprocess.run(
        [*before, sys.executable, "-m", "seawall", *map(str, arguments)],
        input=say,
        capture_output=True,
        text=True,
        env=clean_environment(environment),
        timeout=patience_s,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
