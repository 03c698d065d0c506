"""What each stage is to do, read from one TOML file. Knows names, defaults and their reasons; does nothing.

A recipe is written into its run as it was understood, so that a run says all that it was made by.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from seawall.training.data.countdown import Game

Recipe = TypeVar("Recipe")


class RecipeError(Exception):
    """A recipe that cannot be followed; its text is a sentence for whoever wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What is learnt from, and what is kept out of it.

    Attributes:
        data: names as ``data.sources`` knows them; paths are taken from the recipe's folder.
        examples: so many of each generator.
        held_out: what the model will be judged by; training refuses to start where it finds any of it in ``data``.
        held_out_problems: so many of each generator: with 1,000 the 95 % interval is three points to either side.
    """

    data: tuple[str, ...] = ("countdown",)
    examples: int = 2_000
    held_out: tuple[str, ...] = ("countdown",)
    held_out_problems: int = 1_000
    countdown: Game = field(default_factory=Game)


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimising(Material):
    """How weights are changed, in every loop alike.

    Attributes:
        optimizer: ``adamw``, or ``muon``, which takes the matrices inside the layers and leaves AdamW the rest.
        learning_rate: its peak.
        warmup_steps: to the peak in a straight line. Reinforcement learning needs it too: without, a cold start of .26
            fell to .14 first.
        decay: how it goes down after: ``linear`` (to ``decay_to`` of the peak), ``cosine`` or ``none``.
        clip: gradients longer than this are shortened to it.
        bias_rate: the experts' bias goes up or down by so much a step (V3's 0.001).
        save_every: steps between checkpoints.
        keep: so many checkpoints; older ones are deleted.
    """

    steps: int = 1_000
    optimizer: Literal["adamw", "muon"] = "adamw"
    learning_rate: float = 3e-3
    warmup_steps: int = 50
    decay: Literal["linear", "cosine", "none"] = "linear"
    decay_to: float = 0.1
    weight_decay: float = 0.1
    beta1: float = 0.9
    beta2: float = 0.95
    clip: float = 1.0
    accumulation: int = 1
    dtype: Literal["float32", "bfloat16"] = "float32"
    bias_rate: float = 1e-3
    save_every: int = 200
    keep: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizerRecipe(Material):
    """A byte-level BPE of this many tokens at most."""

    vocabulary: int = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class PretrainRecipe(Optimising):
    """Next tokens of documents, packed to ``context_tokens``, ``batch`` rows at a time.

    Attributes:
        model: the fields of ModelConfig.
        mtp_weight: what the loss of the tokens after next counts for (V3: 0.3, later 0.1); needs such a module.
    """

    model: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType[str, Any]({}))
    batch: int = 16
    context_tokens: int = 256
    mtp_weight: float = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class SftRecipe(PretrainRecipe):
    """Replies to questions: the loss is on what the model is to say alone. ``model`` is for a start from nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RlRecipe(Optimising):
    """GRPO (arXiv 2402.03300) by rule reward.

    Attributes:
        problems: questions a step; ``group`` answers are drawn to each and compared with one another.
        temperature: of the drawing, and of the probabilities that are trained.
        most_tokens: an answer that is not ended by then is worth nothing.
        updates: optimizer steps that a draw is dealt out to; all of it is used ``passes`` times.
        clip_low, clip_high: how far a probability may go down or up from when it was drawn. More room above keeps rare
            answers alive (DAPO, arXiv 2503.14476).
        kl_weight: what distance from the start costs; 0 saves a pass, and a rule cannot be talked into a reward.
        bias_rate: experts' bias stands still by default, so that the policy that learns is the one that was drawn from.
        normalise: advantages are divided by their group's deviation, as GRPO has it; off: Dr. GRPO (2503.20783).
    """

    steps: int = 100
    learning_rate: float = 1e-4
    warmup_steps: int = 10
    decay: Literal["linear", "cosine", "none"] = "none"
    weight_decay: float = 0.0
    bias_rate: float = 0.0
    problems: int = 64
    group: int = 8
    temperature: float = 1.0
    most_tokens: int = 128
    updates: int = 2
    passes: int = 1
    clip_low: float = 0.2
    clip_high: float = 0.28
    kl_weight: float = 0.0
    normalise: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalRecipe:
    """How well a model answers what it has not seen.

    Attributes:
        samples: answers drawn to each problem; their mean is ``sampled``, the best of them ``best_of_n``.
    """

    held_out: tuple[str, ...] = ("countdown",)
    held_out_problems: int = 1_000
    countdown: Game = field(default_factory=Game)
    samples: int = 4
    temperature: float = 1.0
    most_tokens: int = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRecipe:
    """What a model is written as: ``F32``, ``F16``, or ``Q8_0``, a quarter of the size."""

    precision: Literal["F32", "F16", "Q8_0"] = "Q8_0"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRecipe:
    """All stages of the demo. ``control`` continues SFT for the compute that ``rl`` takes."""

    tokenizer: TokenizerRecipe = field(default_factory=TokenizerRecipe)
    sft: SftRecipe = field(default_factory=SftRecipe)
    rl: RlRecipe = field(default_factory=RlRecipe)
    control: SftRecipe = field(default_factory=SftRecipe)
    eval: EvalRecipe = field(default_factory=EvalRecipe)
    export: ExportRecipe = field(default_factory=ExportRecipe)


STAGES: Mapping[str, type] = MappingProxyType(
    {
        "tokenizer": TokenizerRecipe,
        "pretrain": PretrainRecipe,
        "sft": SftRecipe,
        "rl": RlRecipe,
        "rl-hf": RlRecipe,
        "eval": EvalRecipe,
        "export": ExportRecipe,
        "demo": DemoRecipe,
    }
)


def load(stage: str, path: Path | None = None) -> Any:
    """The stage's recipe, of the file or packaged; "rl-hf" is for models of transformers. Raises RecipeError."""
    packaged = files("seawall.training") / "recipes" / f"{stage}.toml"
    try:
        text = path.read_text(encoding="utf-8") if path else packaged.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        raise RecipeError(f"The recipe '{path or packaged}' cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise RecipeError(f"The recipe '{path or packaged}' is not TOML: {error}.") from None
    return read(STAGES[stage], table, folder=path.parent if path else None)


def read(kind: type[Recipe], table: Mapping[str, Any], *, where: str = "", folder: Path | None = None) -> Recipe:
    """A recipe of this kind. Raises RecipeError for a key that is unknown, with the nearest that is known, and for a
    value of another type."""
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in hints:
            near = get_close_matches(key, hints, n=1)
            raise RecipeError(f"A recipe has no '{where}{key}'" + (f": did you mean '{near[0]}'?" if near else "."))
        values[key] = _value(hints[key], value, f"{where}{key}", folder)
    return kind(**values)


def dump(recipe: Any) -> str:
    """The recipe as TOML with every field, which ``read`` understands as the same."""
    lines: list[str] = []
    tables: list[str] = []
    for one in fields(recipe):
        value = getattr(recipe, one.name)
        if is_dataclass(value):
            tables.append(_table(one.name, dump(value)))
        elif isinstance(value, Mapping):
            table = cast("Mapping[str, Any]", value)
            tables.append(_table(one.name, "".join(f"{key} = {_literal(said)}\n" for key, said in table.items())))
        else:
            lines.append(f"{one.name} = {_literal(value)}\n")
    return "".join((*lines, *tables))


def _table(name: str, text: str) -> str:
    """A table under a name; tables within are named after it."""
    return f"\n[{name}]\n" + "".join(
        f"[{name}.{line[1:]}\n" if line.startswith("[") else f"{line}\n" for line in text.splitlines()
    )


def _literal(value: Any) -> str:
    """JSON's strings, numbers, lists and truths are TOML's; a table within a table is written inline."""
    if isinstance(value, Mapping):
        table = cast("Mapping[str, Any]", value)
        return "{ " + ", ".join(f"{key} = {_literal(said)}" for key, said in table.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _value(hint: Any, value: Any, where: str, folder: Path | None) -> Any:
    if is_dataclass(hint) and isinstance(value, dict):
        return read(cast("type[Any]", hint), cast("dict[str, Any]", value), where=f"{where}.", folder=folder)
    if get_origin(hint) is tuple and isinstance(value, list):
        return tuple(_path(_value(str, one, where, folder), folder) for one in cast("list[Any]", value))
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise RecipeError(f"A recipe's '{where}' is {value!r}: it must be one of {', '.join(get_args(hint))}.")
        return value
    wanted = get_origin(hint) or hint
    if wanted is Mapping and isinstance(value, dict):
        return MappingProxyType(cast("dict[str, Any]", value))
    if wanted is float and type(value) is int:
        value = float(value)
    if type(value) is not wanted:
        raise RecipeError(f"A recipe's '{where}' is {value!r}: it must be {_WORDS.get(wanted, 'a table')}.")
    if type(value) in (int, float) and not _least(where) <= value < math.inf:
        raise RecipeError(f"A recipe's '{where}' is {value!r}: it must be at least {_least(where)}, and finite.")
    if where.endswith(("beta1", "beta2")) and value >= 1:
        raise RecipeError(
            f"A recipe's '{where}' is {value!r}: a mean that forgets nothing is none, it must be below 1."
        )
    return value


def _least(where: str) -> int:
    """What may be none of: a rate, a weight, a warm-up. Everything else is counted from one."""
    name = where.rpartition(".")[2]
    if name == "group":
        return 2  # Answers are compared with one another.
    return 0 if name in _MAY_BE_ZERO or name.endswith(("_rate", "_weight")) else 1


def _path(name: str, folder: Path | None) -> str:
    """Data of the recipe's own folder is found wherever the command is run; generators are no files."""
    return str(folder / name) if folder and (folder / name).exists() else name


_MAY_BE_ZERO = frozenset(
    ("warmup_steps", "weight_decay", "decay_to", "temperature", "beta1", "beta2", "clip", "clip_low", "clip_high")
)
_WORDS: Mapping[Any, str] = MappingProxyType(
    {int: "a whole number", float: "a number", str: "text", bool: "true or false", tuple: "a list of text"}
)
