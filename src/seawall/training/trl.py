"""Reinforcement learning of models that are not ours, by TRL's GRPOTrainer and our rules. Knows transformers' folders.

``seawall train rl --model hf:PATH``. The trainer keeps no checkpoints of its own, as some of what it writes is pickled:
a run through TRL is whole or done again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

import torch

from seawall.training.checkpoint import alone_in
from seawall.training.data import sources
from seawall.training.data.example import END_OF_THINK, THINK, DataError, Example
from seawall.training.loop import LINES
from seawall.training.recipe import RlRecipe, dump
from seawall.training.reinforce import RlStep
from seawall.training.rewards import reward
from seawall.training.rl import RlResult

# A model that was not trained on our form is told of it, as TinyZero's prompts do.
INSTRUCTION = f"Think between {THINK} and {END_OF_THINK}. After that give the answer alone, on one line, without words."
_SCHEDULES = {"none": "constant_with_warmup", "linear": "linear", "cosine": "cosine"}
# A forward pass costs two operations a weight and token; drawing is one, learning is one and two backward.
_FLOPS_A_WEIGHT = 8


def rl(
    recipe: RlRecipe,
    model: str,
    project: Path,
    *,
    seed: int = 0,
    name: str = "rl",
    watch: Callable[[RlStep], None] | None = None,
) -> RlResult:
    """Improves the model in a folder that transformers loads (or of its hub), on the recipe's questions.

    Raises DataError for a recipe that TRL cannot follow and for a model that cannot be loaded.
    """
    if recipe.optimizer != "adamw":
        raise DataError(f'TRL\'s trainer has no {recipe.optimizer}: set optimizer = "adamw" in the recipe.')
    if (answers := recipe.problems * recipe.group) % recipe.updates:
        raise DataError(
            f"TRL cannot deal out {answers} answers evenly: set another number of updates than {recipe.updates}."
        )
    questions = [replace(example, reasoning="") for example in sources.lessons(recipe, seed=seed)]
    learner, words = _loaded(model)
    with alone_in(project / name):
        return _run(recipe, learner, words, questions, project / name, seed=seed, watch=watch)


def _run(
    recipe: RlRecipe,
    learner: Any,
    words: Any,
    questions: Sequence[Example],
    folder: Path,
    *,
    seed: int,
    watch: Callable[[RlStep], None] | None,
) -> RlResult:
    (folder / "recipe.toml").write_text(dump(recipe), encoding="utf-8")
    (folder / LINES).unlink(missing_ok=True)
    steps: list[RlStep] = []

    def seen(step: RlStep) -> None:
        steps[:] = [step]
        with (folder / LINES).open("a") as lines:
            lines.write(json.dumps(asdict(step)) + "\n")
        if watch:
            watch(step)

    trainer = trainer_of(learner, words, recipe, questions, folder, seed=seed, watch=seen)
    trainer.train()
    # Not by the trainer, which would pickle its settings beside the weights.
    trainer.accelerator.unwrap_model(trainer.model).save_pretrained(str(folder / "final"))
    words.save_pretrained(str(folder / "final"))
    return RlResult(folder, steps[0] if steps else None)


def trainer_of(
    learner: Any,
    words: Any,
    recipe: RlRecipe,
    questions: Sequence[Example],
    folder: Path,
    *,
    seed: int,
    watch: Callable[[RlStep], None],
) -> Any:
    """A GRPOTrainer that does what our recipe says, judged by our rules."""
    from datasets import Dataset
    from transformers import PrinterCallback
    from trl.trainer.grpo_trainer import GRPOTrainer

    examples = [_row(words, example) for example in questions]
    trainer = GRPOTrainer(
        model=learner,
        reward_funcs=rule_of(words),
        args=_config(recipe, folder, seed),
        train_dataset=Dataset.from_list(examples),
        processing_class=words,
        callbacks=[_listener(recipe, learner.num_parameters(), watch)],
    )
    trainer.remove_callback(PrinterCallback)  # It prints what the listener is told.
    return trainer


def rule_of(words: Any) -> Callable[..., list[float | None]]:
    """Our reward in the form that TRL calls: what was cut off is worth nothing, as everywhere."""

    def by_rule(
        completions: Sequence[str],
        completion_ids: Sequence[Sequence[int]],
        question: Sequence[str],
        answer: Sequence[str],
        rule: Sequence[str],
        opened: Sequence[bool],
        **_: Any,
    ) -> list[float | None]:
        rows = zip(completions, completion_ids, question, answer, rule, opened, strict=True)
        return [
            reward(Example(asked, right, rule=name), f"{THINK if begun else ''}{said}", ended=_ended(words, ids))
            for said, ids, asked, right, name, begun in rows
        ]

    return by_rule


def _ended(words: Any, ids: Sequence[int]) -> bool:
    return bool(len(ids)) and int(ids[-1]) == words.eos_token_id


def _row(words: Any, example: Example) -> dict[str, Any]:
    """A question as the model's own template has it; a template may open the reasoning in the reply's stead."""
    turns = [{"role": "system", "content": INSTRUCTION}, {"role": "user", "content": example.prompt}]
    if words.chat_template:
        prompt = cast(str, words.apply_chat_template(turns, tokenize=False, add_generation_prompt=True))
    else:
        prompt = f"{INSTRUCTION}\n\n{example.prompt}\n"
    opened = prompt.rstrip().endswith(THINK)
    return {
        "prompt": prompt,
        "question": example.prompt,
        "answer": example.answer,
        "rule": example.rule,
        "opened": opened,
    }


def _loaded(model: str) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        # Pickled weights would run what they say.
        learner = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32, use_safetensors=True)
        return learner, AutoTokenizer.from_pretrained(model)
    except (OSError, ValueError) as error:
        said = str(error).strip().splitlines()[0]
        raise DataError(f"The model '{model}' cannot be loaded by transformers: {said}") from None


def _config(recipe: RlRecipe, folder: Path, seed: int) -> Any:
    from trl.trainer.grpo_config import GRPOConfig

    answers = recipe.problems * recipe.group
    return GRPOConfig(
        output_dir=str(folder),
        max_steps=recipe.steps * recipe.updates * recipe.passes,
        per_device_train_batch_size=answers // recipe.updates,
        steps_per_generation=recipe.updates,
        num_iterations=recipe.passes,
        num_generations=recipe.group,
        max_completion_length=recipe.most_tokens,
        temperature=recipe.temperature,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type=_SCHEDULES[recipe.decay],
        warmup_steps=recipe.warmup_steps * recipe.updates * recipe.passes,
        weight_decay=recipe.weight_decay,
        adam_beta1=recipe.beta1,
        adam_beta2=recipe.beta2,
        max_grad_norm=recipe.clip,
        beta=recipe.kl_weight,
        epsilon=recipe.clip_low,
        epsilon_high=recipe.clip_high,
        scale_rewards="group" if recipe.normalise else "none",
        loss_type="dapo",
        bf16=recipe.dtype == "bfloat16",
        use_cpu=not torch.cuda.is_available(),
        dataloader_pin_memory=torch.cuda.is_available(),
        seed=seed,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        logging_steps=recipe.updates * recipe.passes,
    )


def _listener(recipe: RlRecipe, weights: int, watch: Callable[[RlStep], None]) -> Any:
    from transformers import TrainerCallback

    class Listener(TrainerCallback):
        """Tells what TRL logs after each draw, in our words."""

        tokens = 0.0

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            if not logs or "reward" not in logs:
                return  # The last line sums up the run.
            now, self.tokens = logs["num_tokens"] - self.tokens, logs["num_tokens"]
            watch(_told(recipe, state.global_step, logs, int(now), weights))

    return Listener()


def _told(recipe: RlRecipe, updates: int, logs: dict[str, float], tokens: int, weights: int) -> RlStep:
    return RlStep(
        number=updates // (recipe.updates * recipe.passes),
        steps=recipe.steps,
        loss=logs["loss"],
        learning_rate=logs["learning_rate"],
        gradient_norm=logs["grad_norm"],
        tokens=tokens,
        flops=float(_FLOPS_A_WEIGHT) * weights * tokens,
        balance=1.0,
        seconds=logs["step_time"],
        reward=logs["reward"],
        telling=1 - logs["frac_reward_zero_std"],
        entropy=logs["entropy"],
        length=logs["completions/mean_length"],
        ended=1 - logs["completions/clipped_ratio"],
        clipped=logs["clip_ratio/region_mean"],
        kl=logs.get("kl", 0.0),
    )
