"""The real small model as the engine behind every door, and how fast it is here. Knows no door."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from seawall.engines.child_process import child_environment
from seawall.models import DEFAULT_MODEL, ModelProblem, ensure
from seawall.siege.lengths import Length, Lengths
from seawall.siege.processes import free_port, program, two_cores
from seawall.siege.questions import Wish, request_of
from seawall.siege.samples import Pace, Part
from seawall.siege.staging import Engine, EngineKind, NotStarted, wait_ready
from seawall.siege.stub_engine import EngineSpec
from seawall.siege.talk import Outcome, talk
from seawall.siege.target import Target
from seawall.siege.timing import spec_of

NAME = "local"
SLOTS = 4
SCALE = 20.0
"""The trace's mean is then some ten tokens of answer to fifty of a question, which hold a slot for two or three seconds
where four share one core: few enough that a run of a minute has something to count."""
STEADY = 0.25
"""A program then asks for 10 tokens every two seconds, an eighth of what a core can say. With more it would be greedy
itself, which it is not among the slots of a large engine."""
QUICK = Pace(quiet_s=24.0, event_s=48.0, recovery_s=12.0, scale=SCALE)
"""Half an engine so small is a question in two seconds: in less time there would be nothing to compare with."""
SERVER = Path(__file__).parent / "model_server.py"


@dataclass(frozen=True, slots=True)
class Local:
    """What ``--engine local[,slots=N]`` names."""

    slots: int = SLOTS

    @classmethod
    def parse(cls, text: str) -> Local | None:
        """None where another engine is named. Raises ValueError for an option that it has not."""
        name, _, options = text.partition(",")
        if name != NAME:
            return None
        given = dict(part.split("=", 1) for part in options.split(",") if part)
        if not given.keys() <= {"slots"}:
            raise ValueError(f"The local engine takes slots, not {options!r}.")
        return cls(int(given.get("slots", SLOTS)))


def model_file(text: str | None, folder: Path) -> Path:
    """The model by name or path, fetched into the folder if it is not there. Raises SystemExit with what to do."""
    found = ensure(text or DEFAULT_MODEL, folder)
    if isinstance(found, ModelProblem):
        raise SystemExit(found.sentence)
    return found.path


def kind_of(model: Path) -> EngineKind:
    """The model as what stands behind every door."""
    return EngineKind(f"llama.cpp with {model.stem}", partial(_started, model), is_real=True)


def fitted(pace: Pace) -> Pace:
    """Everything so much shorter that one core can say it; a scale that was chosen stays."""
    return replace(pace, scale=SCALE if pace.scale == 1 else pace.scale, steady=STEADY)


def measured(kind: EngineKind, slots: int, scale: float) -> EngineSpec:
    """The engine's timing with all slots busy, by the second of two rounds: the first one wakes it."""
    _, core = two_cores()
    length = Lengths.of_the_trace(scale).mean
    with TemporaryDirectory(prefix="siege-") as folder:
        try:
            with kind.start(EngineSpec(slots=slots), Path(folder), core) as engine:
                outcomes = [asyncio.run(_round(engine, length, number)) for number in range(2)][-1]
            return spec_of(outcomes, length)
        except (NotStarted, ValueError) as fault:
            raise SystemExit(f"The model does not answer: {fault}") from None


async def _round(engine: Engine, length: Length, number: int) -> list[Outcome]:
    target = Target("engine", engine.port, real_engine=True)
    wishes = (Wish(f"{number}.{slot} of a trial", length, Part.STATUS) for slot in range(engine.spec.slots))
    return await asyncio.gather(*(talk(target, request_of(wish, target, "", ""), "", 60.0) for wish in wishes))


@contextmanager
def _started(model: Path, spec: EngineSpec, folder: Path, core: int | None) -> Generator[Engine]:
    port = free_port()
    command = [sys.executable, str(SERVER), "--model", str(model), "--port", str(port), "--slots", str(spec.slots)]
    environment = child_environment({})
    with program(command, folder / f"engine-{port}.txt", environment=environment, core=core) as process:
        wait_ready(port, "/health", process)
        yield Engine(port, spec, process.pid, is_real=True)
