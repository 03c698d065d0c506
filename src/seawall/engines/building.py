"""Makes the engine that the settings name. Knows every adapter; knows no answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from yarl import URL

from seawall.engines.echo import Echo
from seawall.engines.echo_script import EchoScript
from seawall.engines.embedded import Embedded
from seawall.engines.model_list import Abilities
from seawall.engines.openai_compatible import OpenAICompatible
from seawall.engines.pool import Pool
from seawall.engines.port import Engine, EngineError
from seawall.settings.tree import EngineSettings

# Where the settings do not say how many an upstream answers at once, the queue learns it below this: what vLLM takes
# on one card by default (``--max-num-seqs``).
UPSTREAM_CEILING = 256


def engine_from_settings(
    settings: EngineSettings,
    *,
    model_path: Path | None,
    model_name: str,
    clock: Callable[[], float],
    random: Random,
) -> Engine:
    """The engine, not started yet. Several make a pool.

    Args:
        model_path: the GGUF file of the local engine; None where that is not in use.
        model_name: what the local model is called, and an upstream's that does not list its own.

    Raises:
        EngineError: an engine in ``use`` cannot be understood, with what would be.
    """

    def one(use: str) -> Engine:
        kind = use.partition(":")[0]
        if use == "local":
            return _local(settings, model_path, model_name, clock)
        if kind == "echo":
            return Echo(EchoScript.parse(use))
        if kind in ("http", "https") and _is_address(use):
            return _upstream(settings, use, model_name, random)
        raise EngineError(
            f"There is no engine {use!r}: use local, echo, "
            "or the base URL of an OpenAI-compatible server such as http://127.0.0.1:9000/v1."
        )

    engines = [one(use) for use in dict.fromkeys(settings.use)]
    if not engines:
        raise EngineError("No engine is named: set engine.use to local, echo or a URL.")
    return engines[0] if len(engines) == 1 else Pool(engines, clock=clock, random=random)


def _local(settings: EngineSettings, model_path: Path | None, name: str, clock: Callable[[], float]) -> Engine:
    if model_path is None:
        raise EngineError("The local engine needs a model: set engine.model.")
    return Embedded(
        model_path,
        name,
        slots=settings.slots,
        context_tokens=settings.context_tokens,
        memory_limit_mib=settings.memory_limit_mib,
        stall_s=settings.stall_s,
        clock=clock,
    )


def _upstream(settings: EngineSettings, base: str, model_name: str, random: Random) -> Engine:
    return OpenAICompatible(
        base,
        key=settings.key,
        slots=settings.slots or UPSTREAM_CEILING,
        slots_fixed=settings.slots > 0,
        order=None if settings.priority == "off" else settings.priority,
        fallback_model=model_name,
        connect_s=settings.connect_s,
        stall_s=settings.stall_s,
        abilities=Abilities(settings.vision, settings.embeddings),
        random=random,
    )


def _is_address(use: str) -> bool:
    try:
        return bool(URL(use).host)
    except ValueError:
        return False
