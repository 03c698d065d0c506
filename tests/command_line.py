"""``seawall`` as a person types it: a process of its own, its words and its exit status. Knows no command."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from forked_program import Streams, start
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
    fresh: bool = False,
    patience_s: float = 180.0,
) -> Ran:
    """Runs a command to its end. ``say`` goes to its standard input; a ``fresh`` one is exactly what a shell starts."""
    with TemporaryDirectory(prefix="seawall-command-") as folder:
        streams = Streams(*(Path(folder, name) for name in ("said", "out", "err")))
        streams.said.write_text(say, encoding="utf-8")
        process = start([*map(str, arguments)], streams, clean_environment(environment), fresh=fresh)
        try:
            status = process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            raise
        return Ran(status, streams.out.read_text(encoding="utf-8"), streams.err.read_text(encoding="utf-8"))
