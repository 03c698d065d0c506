"""From settings to an engine. Knows every adapter's constructor; starts none."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

from seawall.engines.echo import Echo
from seawall.engines.echo_script import EchoScript
from seawall.engines.openai_compatible import OpenAICompatible
from seawall.engines.pool import Pool
from seawall.engines.port import Engine, EngineError
from seawall.settings import EngineSettings

UPSTREAM_SLOTS = 16


def engine_from_settings(settings: EngineSettings, *, model_path: Path | None) -> Engine:
    """The engine, or the pool of engines, that ``settings.use`` names. Raises EngineError with what to do."""
    engines = [_one(use, settings, model_path) for use in settings.use]
    return engines[0] if len(engines) == 1 else Pool(engines, clock=time.monotonic, random=Random())


def _one(use: str, settings: EngineSettings, model_path: Path | None) -> Engine:
    if use == "echo" or use.startswith("echo:"):
        return Echo(EchoScript.parse(use))
    if use.startswith(("http://", "https://")):
        return OpenAICompatible(
            use,
            key=settings.key,
            slots=settings.slots or UPSTREAM_SLOTS,
            fallback_model=settings.model,
            connect_s=settings.connect_s,
            stall_s=settings.stall_s,
            random=Random(),
        )
    raise EngineError(f"There is no engine '{use}': say local, echo or the URL of an OpenAI-compatible server.")
