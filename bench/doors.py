"""The ways to one upstream that are compared: straight, through Seawall, through its peers. Measures nothing.

Each is started as its own manual says, for production, with one worker, knowing the same two models.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from service import Service, free_port

HERE = Path(__file__).parent
CHAT = "/v1/chat/completions"
# A plain answer comes at once; a stream's tokens come as from a model, so that each has to be relayed by itself.
INSTANT, PACED = "instant", "paced"
SCRIPTS = (INSTANT, f"{PACED}:ttft_ms=5,token_ms=2")
EMAIL = "bench@example.org"


@dataclass(frozen=True, slots=True)
class Door:
    """A way to ask. ``pid`` is the root of the process tree that it costs."""

    name: str
    pid: int
    port: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@contextmanager
def program(command: list[str], output: Path, environment: Mapping[str, str]) -> Generator[subprocess.Popen[bytes]]:
    """A process group that is gone afterwards; what it says is in ``output``."""
    with output.open("wb") as said:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def upstream(folder: Path) -> Generator[Door]:
    """The scripted upstream, which is also the first way: straight to it."""
    port = free_port()
    models = [word for script in SCRIPTS for word in ("--model", script)]
    command = [sys.executable, str(HERE / "scripted_upstream.py"), "--port", str(port), *models]
    with program(command, folder / "upstream.txt", {}) as process:
        yield Door("bare upstream", process.pid, port)


@contextmanager
def seawall(upstream_port: int, folder: Path) -> Generator[Door]:
    """Ours, as a person starts it."""
    command = [sys.executable, "-m", "seawall"]
    data = folder / "data"
    with Service([*command, "serve"], data, f"http://127.0.0.1:{upstream_port}/v1") as service:
        _said([*command, "user", "add", EMAIL, "--data", str(data)])
        key = _said([*command, "key", "create", EMAIL, "--data", str(data)])
        yield Door("Seawall", service.pid, service.port, {"authorization": f"Bearer {key}"})


@contextmanager
def litellm(executable: str, upstream_port: int, folder: Path) -> Generator[Door]:
    """LiteLLM's proxy with a master key and no database, which is its cheapest way."""
    port = free_port()
    base = f"http://127.0.0.1:{upstream_port}/v1"
    models = [
        {"model_name": name, "litellm_params": {"model": f"openai/{name}", "api_base": base, "api_key": "none"}}
        for name in (INSTANT, PACED)
    ]
    config = folder / "litellm.yaml"  # JSON is YAML.
    config.write_text(json.dumps({"model_list": models, "general_settings": {"master_key": "sk-bench"}}))
    quiet = {"LITELLM_MODE": "PRODUCTION", "LITELLM_LOG": "ERROR", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    command = [executable, "--config", str(config), "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"]
    with program(command, folder / "litellm.txt", quiet) as process:
        yield Door("LiteLLM", process.pid, port, {"authorization": "Bearer sk-bench"})


@contextmanager
def portkey(server: str, upstream_port: int, folder: Path) -> Generator[Door]:
    """Portkey's gateway, told of the upstream by each request's headers, as it wants it."""
    port = free_port()
    headers = {
        "authorization": "Bearer none",
        "x-portkey-provider": "openai",
        "x-portkey-custom-host": f"http://127.0.0.1:{upstream_port}/v1",
    }
    command = ["node", server, f"--port={port}", "--headless"]
    with program(command, folder / "portkey.txt", {"NODE_ENV": "production"}) as process:
        yield Door("Portkey", process.pid, port, headers)


def find_litellm(given: str | None) -> str | None:
    """Its command: the one given, or of PATH."""
    return shutil.which(given or "litellm")


def find_portkey(given: str | None) -> str | None:
    """Its server's script below a ``node_modules``: in the folder given, or in this one or one above it."""
    inside = Path("node_modules/@portkey-ai/gateway/build/start-server.js")
    folders = [Path(given)] if given else [Path.cwd(), *Path.cwd().parents]
    if shutil.which("node") is None:
        return None
    return next((str(folder / inside) for folder in folders if (folder / inside).is_file()), None)


def _said(command: list[str]) -> str:
    done = subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return done.stdout.strip()
