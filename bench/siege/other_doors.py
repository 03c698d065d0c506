"""The other doors to the same engine, each as its manual would have it. Knows their configurations; measures nothing.

Each is told which keys are whose: all that the accounts' owner knows. Old accounts rank before new ones, as no public
door could know more of them.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from seawall.siege.campaign import Door, Stage
from seawall.siege.processes import free_port, program
from seawall.siege.staging import wait_ready
from seawall.siege.target import Target

HERE = Path(__file__).parent / "doors"
# A steady program of two questions a second is within the limit; a neighbour at fifty times that is not.
PER_KEY_S = 3


@dataclass(frozen=True, slots=True)
class BareEngine:
    """No door: everybody reaches the engine, which serves in order of arrival."""

    name: str = "bare engine"

    def missing(self) -> str:
        return ""

    @contextmanager
    def open(self, stage: Stage) -> Generator[Target]:
        yield target_of(self.name, stage, stage.engine.port, stage.engine.pid)


@dataclass(frozen=True, slots=True)
class HAProxy:
    """Stick tables, a queue before the engine's slots, priority by key."""

    name: str = "HAProxy"

    def missing(self) -> str:
        return _not_found("haproxy")

    @contextmanager
    def open(self, stage: Stage) -> Generator[Target]:
        port = free_port()
        lines = (f"{key} {rank}" for key, rank in ranks(stage).items())
        (stage.folder / "keys.map").write_text("\n".join(lines) + "\n", encoding="utf-8")
        config = filled("haproxy.cfg", stage, PORT=port, PER_KEY_10S=10 * PER_KEY_S)
        with program(
            [_path("haproxy"), "-db", "-f", str(config)], stage.folder / "haproxy.txt", core=stage.core
        ) as door:
            wait_ready(port, "/health", door)
            yield target_of(self.name, stage, port, door.pid)


@dataclass(frozen=True, slots=True)
class Nginx:
    """``limit_req`` and ``limit_conn``, by key and by network."""

    name: str = "nginx"

    def missing(self) -> str:
        return _not_found("nginx")

    @contextmanager
    def open(self, stage: Stage) -> Generator[Target]:
        port = free_port()
        lines = (f'"Bearer {key}" "{key}";' for key in ranks(stage))
        (stage.folder / "keys.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
        config = filled("nginx.conf", stage, PORT=port, PER_KEY_S=PER_KEY_S)
        command = [_path("nginx"), "-c", str(config), "-p", str(stage.folder), "-e", str(stage.folder / "nginx.txt")]
        with program(command, stage.folder / "nginx-out.txt", core=stage.core) as door:
            wait_ready(port, "/health", door)
            yield target_of(self.name, stage, port, door.pid)


@dataclass(frozen=True, slots=True)
class LiteLLM:
    """Limits a key, parallel requests as the engine has slots, capacity reserved by priority."""

    name: str = "LiteLLM"
    command: str | None = None

    def missing(self) -> str:
        return "" if shutil.which(self.command or "litellm") else "It is not installed; name it with --litellm."

    @contextmanager
    def open(self, stage: Stage) -> Generator[Target]:
        port = free_port()
        keys = stage.folder / "keys.json"
        keys.write_text(json.dumps(ranks(stage)), encoding="utf-8")
        shutil.copy(HERE / "litellm_auth.py", stage.folder)
        config = filled("litellm.yaml", stage, RPM=100_000, TPM=100_000_000)
        environment = {
            "SIEGE_KEYS": str(keys),
            "SIEGE_RPM": str(60 * PER_KEY_S),
            "LITELLM_MASTER_KEY": f"sk-{secrets.token_hex(32)}",  # It does not start without; nobody is told it.
            "LITELLM_MODE": "PRODUCTION",
            "LITELLM_LOG": "ERROR",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        }
        command = [shutil.which(self.command or "litellm") or "", "--config", str(config)]
        command += ["--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"]
        with program(command, stage.folder / "litellm.txt", environment=environment, core=stage.core) as door:
            wait_ready(port, "/health/liveliness", door)
            yield target_of(self.name, stage, port, door.pid)


def target_of(name: str, stage: Stage, port: int, pid: int) -> Target:
    """A door without accounts and without a status page of its own."""
    engine = stage.engine
    return Target(
        name,
        port,
        keys=stage.prepared.keys,
        pid=pid,
        engine=engine.port,
        slots=engine.spec.slots,
        real_engine=engine.is_real,
    )


def ranks(stage: Stage) -> dict[str, int]:
    """1 for the keys of old accounts, 2 for those of new ones."""
    return {key: 2 if email.startswith("new-") else 1 for email, key in stage.prepared.keys.items()}


def filled(name: str, stage: Stage, **more: object) -> Path:
    """A configuration of ``doors/`` with its places filled in."""
    known: Mapping[str, object] = {
        "ENGINE": stage.engine.port,
        "SLOTS": stage.engine.spec.slots,
        "FOLDER": stage.folder,
        **more,
    }
    text = (HERE / name).read_text(encoding="utf-8")
    for place, value in known.items():
        text = text.replace(f"@{place}@", str(value))
    file = stage.folder / name
    file.write_text(text, encoding="utf-8")
    return file


def all_doors(litellm: str | None) -> dict[str, Door]:
    """The others by the names that ``--doors`` takes."""
    return {"bare": BareEngine(), "nginx": Nginx(), "haproxy": HAProxy(), "litellm": LiteLLM(command=litellm)}


def _path(name: str) -> str:
    # Debian keeps servers where only root's PATH looks.
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin") or name


def _not_found(name: str) -> str:
    found = Path(_path(name)).is_absolute()
    return "" if found else f"{name} is not installed ('apt install {name}' on Debian)."
