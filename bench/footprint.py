"""How much room and patience Seawall takes: size, memory, seconds to ready, fresh clone to first chat.

Knows the limits that were promised and the commands that a stranger types; knows nothing of the service's inside.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from heading import heading, table
from processes import descendants
from service import Service, first_chat

ROOT = Path(__file__).parents[1]
MB = 1e6
NOT_OURS = ("pip", "setuptools", "_distutils_hack")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; without a limit it is only told."""

    name: str
    value: float
    unit: str
    limit: float | None = None

    def row(self) -> tuple[str, str, str, str]:
        within = "" if self.limit is None else ("yes" if self.value <= self.limit else "NO")
        limit = "" if self.limit is None else f"{self.limit:g} {self.unit}"
        return self.name, f"{self.value:.1f} {self.unit}", limit, within


def installed(folder: Path) -> Path:
    """Installs the wheel with [local] into a fresh environment; its Python."""
    python = folder / "venv" / "bin" / "python"
    _run([sys.executable, "-m", "venv", str(folder / "venv")])
    _run([str(python), "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)])
    wheel = next(folder.glob("seawall-*.whl"))
    _run([str(python), "-m", "pip", "install", "-q", "-c", str(ROOT / "constraints.txt"), f"{wheel}[local]"])
    return python


def size(python: Path) -> list[Figure]:
    """Bytes of all files that the install brought, compiled ones included; pip itself is not counted."""
    packages = next((python.parents[1] / "lib").glob("python*/site-packages"))
    sizes: dict[str, int] = {}
    for path in packages.rglob("*"):
        if path.is_file() and not path.is_symlink():
            top = path.relative_to(packages).parts[0]
            if not top.startswith(NOT_OURS):
                sizes[top] = sizes.get(top, 0) + path.stat().st_size
    largest = sorted(sizes, key=lambda name: -sizes[name])[:5]
    parts = [Figure(f"  of it {name}", sizes[name] / MB, "MB") for name in largest]
    return [Figure("installed with [local]", sum(sizes.values()) / MB, "MB", 250), *parts]


def idle(python: Path, data: Path, engine: str) -> list[Figure]:
    """Seconds from the command to ready, and the memory of each process once nothing happens any more."""
    seawall = [str(python.parent / "seawall")]
    with Service([*seawall, "serve"], data, engine):
        pass  # The first start makes the database and fetches the model: it is no start of an installed service.
    with Service([*seawall, "serve"], data, engine) as service:
        service.settle()
        own = memory_bytes(service.pid)
        children = {pid: memory_bytes(pid) for pid in descendants(service.pid)}
        figures = [
            Figure("ready once installed", service.ready_s, "s", 3),
            Figure("idle memory of the gateway (PSS)", own.pss / MB, "MB", 150),
            Figure("  the same as RSS", own.rss / MB, "MB"),
        ]
        figures += [Figure("  engine child apart (PSS)", one.pss / MB, "MB") for one in children.values()]
    return figures


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes, as the kernel tells: shared pages by share (PSS) and in full (RSS)."""

    pss: int
    rss: int


def memory_bytes(pid: int) -> Memory:
    """From ``/proc``: Linux alone tells it."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    kib = {line.split(":")[0]: int(line.split()[1]) for line in text.splitlines()[1:]}
    return Memory(pss=kib["Pss"] * 1024, rss=kib["Rss"] * 1024)


def clone_to_chat(folder: Path, caches: Path) -> float:
    """Seconds from ``git clone`` to a first chat's first token, as a stranger goes: make serve, owner, words."""
    clone = folder / "clone"
    environment = {
        **os.environ,
        "PIP_CACHE_DIR": str(caches / "pip"),
        "npm_config_cache": str(caches / "npm"),
        "SEAWALL_DATA": str(folder / "data"),
    }
    environment.pop("VIRTUAL_ENV", None)
    begun = time.monotonic()
    _run(["git", "clone", "-q", str(ROOT), str(clone)])
    with Service(["make", "-s", "-C", str(clone), "serve"], folder / "data", environment=environment) as service:
        first_chat(service, "What is a seawall?")
        return time.monotonic() - begun


def _run(command: list[str]) -> None:
    """Quiet while it goes well."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def measure(*, engine: str, clone: bool) -> list[Figure]:
    """Every figure, in folders that are gone afterwards."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="seawall-footprint-") as name:
        folder = Path(name)
        python = installed(folder)
        figures += size(python)
        figures += idle(python, folder / "data", engine)
        if clone:
            cold_s, warm_s = (clone_to_chat(folder / step, folder / "caches") for step in ("cold", "warm"))
            figures.append(Figure("fresh clone to first chat, downloads at hand", warm_s, "s", 120))
            figures.append(Figure("  its downloads, here", max(0.0, cold_s - warm_s), "s"))
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="local", help="as for `seawall serve`")
    parser.add_argument("--no-clone", action="store_true", help="leave out the fresh clone, which takes minutes")
    chosen = parser.parse_args()
    print(heading())
    rows = [figure.row() for figure in measure(engine=chosen.engine, clone=not chosen.no_clone)]
    print(table(rows, ("what", "measured", "limit", "within")))
