"""`python bench/siege`: every door to one engine under every mix, side by side. Knows its options; plays nothing.

The attackers and the honest people share one core, the door and the engine the other, so that every door has the same.
All of it stays on loopback, is bounded in count and time, and is gone afterwards.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ablations import ABLATIONS, HOME, settings_without
from local_engine import QUICK as LOCAL_QUICK
from local_engine import SLOTS, Local, fitted, kind_of, measured, model_file
from other_doors import all_doors

from seawall.cli.table import table
from seawall.settings.tree import data_folder
from seawall.siege.campaign import Door, Plan, SeawallDoor, play, write
from seawall.siege.mixes import QUICK_MIXES, Mix, all_mixes
from seawall.siege.processes import end_when_told
from seawall.siege.results import Result
from seawall.siege.run import Progress
from seawall.siege.samples import FULL, QUICK, Pace
from seawall.siege.staging import EngineKind
from seawall.siege.stub_engine import EngineSpec
from seawall.siege.table import HEAD, SHORT_HEAD, row, short_rows


def main() -> None:
    """Plays, prints, writes. A broken promise is told and is no failure of the bench."""
    end_when_told()
    chosen = _arguments()
    without = tuple(chosen.without.split(",")) if chosen.without else ()
    model = model_file(chosen.model, data_folder(chosen.data)) if isinstance(chosen.engine, Local) else None
    doors = _doors(chosen.doors.split(","), chosen.litellm, without, model)
    seeds = chosen.seeds or (1 if chosen.quick else 3)
    kind, spec, pace = _engine(chosen, model)
    plan = Plan(doors, _mixes(chosen), seeds, pace, spec, settings_without(without), HOME in without, kind)
    runs = len(plan.doors) * len(plan.mixes) * seeds
    print(f"{runs} runs of {pace.total_s:g} s: about {runs * (pace.total_s + 6) / 60:.0f} minutes.\n", flush=True)
    results = play(plan, " ".join(["python", "bench/siege", *sys.argv[1:]]), _progress, _tell)
    data, page = write(results, chosen.out)
    print("\n" + table(SHORT_HEAD, short_rows(results)))
    print("\n".join(results.notes), f"\nWritten: {page} and {data}.")
    if results.ended_early:
        raise SystemExit(130)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python bench/siege", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about a minute a run, one seed, a mix of each kind")
    parser.add_argument("--doors", default="seawall,bare,nginx,haproxy,litellm")
    parser.add_argument("--mixes", help=f"names, or 'all' (the default without --quick): {', '.join(all_mixes())}")
    parser.add_argument("--seeds", type=int, help="default: 3, with --quick 1")
    parser.add_argument("--seconds", type=_pace, metavar="Q,E,R[,SCALE]", help="quiet, event and recovery instead")
    engine_help = f"the stub's timing, such as slots=16,token_ms=20; or local[,slots={SLOTS}], a real small model"
    parser.add_argument("--engine", type=_named_engine, default=EngineSpec(), help=engine_help)
    parser.add_argument("--model", metavar="NAME|PATH", help="the local engine's model; default: Seawall's own")
    parser.add_argument("--data", type=Path, help="the data folder in which a model by name is")
    parser.add_argument("--without", help=f"parts of the shield to leave out: {', '.join(ABLATIONS)}")
    parser.add_argument("--litellm", metavar="COMMAND", help="where LiteLLM's command is, if not in PATH")
    parser.add_argument("--out", type=Path, default=Path("siege"))
    return parser.parse_args()


def _pace(text: str) -> Pace:
    return Pace(*map(float, text.split(",")))


def _named_engine(text: str) -> EngineSpec | Local:
    return Local.parse(text) or EngineSpec.parse(text)


def _engine(chosen: argparse.Namespace, model: Path | None) -> tuple[EngineKind, EngineSpec, Pace]:
    """The engine, its timing, and how long and small everything is before it."""
    if model is None:
        return EngineKind(), chosen.engine, chosen.seconds or (QUICK if chosen.quick else FULL)
    kind, pace = kind_of(model), fitted(chosen.seconds or (LOCAL_QUICK if chosen.quick else FULL))
    spec = measured(kind, chosen.engine.slots, pace.scale)
    print(f"The model's timing here, all slots busy: {spec}", flush=True)
    return kind, spec, pace


def _doors(names: list[str], litellm: str | None, without: tuple[str, ...], model: Path | None) -> list[Door]:
    ours = SeawallDoor(f"Seawall without {', '.join(without)}" if without else "Seawall")
    known: dict[str, Door] = {"seawall": ours, **all_doors(litellm)}
    if model is not None:
        known["seawall-local"] = replace(ours, name=f"{ours.name}, own engine", own_model=model)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"There is no door {unknown[0]!r}; there are {', '.join(known)}.")
    return [known[name] for name in names]


def _mixes(chosen: argparse.Namespace) -> list[Mix]:
    known = all_mixes()
    if chosen.mixes == "all" or (chosen.mixes is None and not chosen.quick):
        return list(known.values())
    names = chosen.mixes.split(",") if chosen.mixes else QUICK_MIXES
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"There is no mix {unknown[0]!r}; there are {', '.join(known)}.")
    return [known[name] for name in names]


@contextmanager
def _progress(label: str) -> Generator[Progress]:
    on_terminal = sys.stderr.isatty()

    def show(done_s: float, total_s: float) -> None:
        if on_terminal:
            sys.stderr.write(f"\r{label} {done_s:3.0f} of {total_s:.0f} s ")
            sys.stderr.flush()

    yield show
    if on_terminal:
        sys.stderr.write("\r" + " " * 79 + "\r")


def _tell(result: Result) -> None:
    told = row(result)
    named = zip(HEAD[2:-1], told[2:-1], strict=True)
    figures = [f"{name} {figure}" for name, figure in named if figure not in ("", "–")]
    print(f"{told[0]} · {told[1]}: {told[-1]}", f"    {', '.join(figures)}" if figures else "", sep="\n", flush=True)


if __name__ == "__main__":
    main()
