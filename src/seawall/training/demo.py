"""The whole recipe on one small machine: cold start, GRPO, and the control that tells whether GRPO was worth it.

The control goes on with SFT on the same demonstrations, beside GRPO, for at least as many CPU seconds: a gain that it
matches would be a gain of training longer. Knows the order of things; every part is another's work.
"""

from __future__ import annotations

import json
import multiprocessing
import time
import tomllib
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from seawall.training import rl, stages, tokenizer, weights, work
from seawall.training.answers import answers
from seawall.training.card import told
from seawall.training.data.example import END_OF_THINK, THINK, Example
from seawall.training.data.sources import held_out
from seawall.training.evaluate import Scores
from seawall.training.ledger import Rates, Spent, totals
from seawall.training.live import Told
from seawall.training.recipe import DemoRecipe, dump, read
from seawall.training.rewards import reward

REPORT = "report.json"
# Among so many held-out problems one is looked for that the model solves, to be asked in the chat.
_TRIED = 50

Watch = Callable[[str, Told], None]
Serve = Callable[[str], tuple[str, str]]


class DemoError(Exception):
    """What ended the demo; its text is a sentence."""


def demo(
    recipe: DemoRecipe, project: Path, *, seed: int = 0, watch: Watch | None = None, serve: Serve | None = None
) -> dict[str, Any]:
    """Trains, judges and serves; returns what it writes as the project's report.json.

    Args:
        watch: told the run's name and each step of it.
        serve: packs the run "rl", asks the engine a question, and returns reasoning and answer; absent: not served.

    Raises DemoError, and what the stages raise.
    """
    began_s = time.perf_counter()
    work.build_tokenizer(recipe.tokenizer, project, seed=seed)
    _sft(recipe, project, "sft", seed=seed, watch=watch)
    with _one_thread(), _beside(_control, dump(recipe), project, seed):
        with work.recorded(project, "rl", "rl", parent="sft", seed=seed, watch=_labelled(watch, "rl")) as recording:
            rl.rl(recipe.rl, project, seed=seed, watch=recording)
        scores = {"grpo": work.judge(recipe.eval, project, "rl", seed=seed)}
    scores["control"] = Scores.load(project / "control")
    scores["sft"] = Scores.load(project / "sft")
    report = _report(recipe, project, scores, seed)
    if serve is not None:
        report["served"] = _served(recipe, project, serve)
    report["seconds"] = round(time.perf_counter() - began_s, 1)
    report["ledger"] = _ledger(project)
    (project / REPORT).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


def _sft(recipe: DemoRecipe, project: Path, name: str, *, seed: int, watch: Watch | None = None) -> None:
    control = name == "control"
    own, source = (recipe.control, project / "sft" / "final") if control else (recipe.sft, None)
    parent = "sft" if control else "tokenizer"
    with work.recorded(
        project, "sft", name, parent=parent, seed=seed, ablation=control, watch=_labelled(watch, name)
    ) as recording:
        stages.sft(own, project, seed=seed, name=name, source=source, watch=recording)


def _control(text: str, project: Path, seed: int) -> None:
    """In a process of its own, to which the recipe goes as text: judges the cold start, then the control."""
    torch.set_num_threads(1)
    recipe = read(DemoRecipe, tomllib.loads(text))
    work.judge(recipe.eval, project, "sft", seed=seed)
    _sft(recipe, project, "control", seed=seed)
    work.judge(recipe.eval, project, "control", seed=seed)


@contextmanager
def _beside(task: Callable[[str, Path, int], None], text: str, project: Path, seed: int) -> Generator[None]:
    """Runs a task in another process, begun afresh: a fork would inherit torch's threads, and stand still."""
    process = multiprocessing.get_context("spawn").Process(target=task, args=(text, project, seed))
    process.start()
    try:
        yield
        process.join()
    finally:
        process.terminate()  # Nothing, where it has ended.
        process.join()
    if process.exitcode:
        raise DemoError(f"The control ended with status {process.exitcode}; what it said stands above.")


@contextmanager
def _one_thread() -> Generator[None]:
    """Two processes that learn side by side have a core each."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _labelled(watch: Watch | None, name: str) -> Callable[[Told], None] | None:
    return None if watch is None else lambda step: watch(name, step)


def _report(recipe: DemoRecipe, project: Path, scores: dict[str, Scores], seed: int) -> dict[str, Any]:
    """Greedy with its interval and sampled, for each; ``best_of_n`` is the cold start's, whose greedy is one answer."""
    runs = work.ledger_of(project).runs()
    cold = scores["sft"]
    return {
        "seed": seed,
        "held_out": recipe.eval.held_out_problems,
        **{name: _shown(one) for name, one in scores.items()},
        "best_of_n": {
            "n": cold.samples,
            "greedy": cold.greedy,
            "sampled": cold.best_of_n,
            "interval": cold.best_of_n_interval,
        },
        "gain_over_control": round(scores["grpo"].greedy - scores["control"].greedy, 4),
        "compute": {
            name: _compute([run.spent for run in runs if run.name == run_name])
            for name, run_name in (("sft", "sft"), ("grpo", "rl"), ("control", "control"))
        },
    }


def _compute(attempts: Sequence[Spent]) -> dict[str, Any]:
    """What a run took, all attempts at it together: one that was interrupted goes on in the next."""
    return {
        "cpu_s": round(sum(one.cpu_s for one in attempts), 1),
        "flops": sum(one.flops for one in attempts),
        "tokens": sum(one.tokens for one in attempts),
    }


def _shown(one: Scores) -> dict[str, Any]:
    return {
        "greedy": one.greedy,
        "interval": one.interval,
        "sampled": one.sampled,
        "sampled_interval": one.sampled_interval,
        "tokens_an_answer": one.mean_tokens,
    }


def _served(recipe: DemoRecipe, project: Path, serve: Serve) -> dict[str, Any]:
    """A held-out problem, asked in the chat; one that the model solved here, so that what is shown is an answer."""
    asked = _solved(recipe, project)
    reasoning, answer = serve(asked.prompt)
    worth = reward(asked, f"{THINK}{reasoning}{END_OF_THINK}{answer}")
    return {"question": asked.prompt, "reasoning": reasoning, "answer": answer, "right": worth == 1.0}


def _solved(recipe: DemoRecipe, project: Path) -> Example:
    """The first held-out problem that the model solves by its likeliest answer, or else the first."""
    judged = recipe.eval
    examples = held_out(judged.held_out, min(_TRIED, judged.held_out_problems), judged.countdown)
    final = project / "rl" / "final"
    said = answers(
        weights.load(final),
        tokenizer.load(final),
        examples,
        samples=1,
        temperature=0.0,
        most_tokens=judged.most_tokens,
    )
    solved = (example for example, (one,) in zip(examples, said, strict=True) if one.reward)
    return next(solved, examples[0])


def _ledger(project: Path) -> dict[str, Any]:
    """Both totals: what made the model, and everything that was begun in this project."""
    runs, rates = work.ledger_of(project).runs(), Rates()
    both = totals(runs, "rl")
    return {
        "final_run": told(both.final_run, rates),
        "everything": told(both.everything, rates),
        "runs": [{"name": run.name, "outcome": run.outcome} | told(run.spent, rates) for run in runs],
    }
