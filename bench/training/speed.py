"""A training step's CPU time and memory, ours against transformers' DeepseekV3: same weights, batch and precision.

In turns, in one process, on one thread; each ratio is of two neighbours in time, since a shared machine is never twice
the same. Their experts in both ways that transformers offers on a CPU, and the faster of the two is compared with.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).parents[1]))

from heading import heading, table
from seawall.training.config import ModelConfig
from seawall.training.model import V3
from seawall.training.weights import load, save

SMALL = {"num_hidden_layers": 4, "n_routed_experts": 8}
MIDDLE = SMALL | {
    "hidden_size": 192,
    "intermediate_size": 512,
    "moe_intermediate_size": 96,
    "num_attention_heads": 8,
    "n_routed_experts": 16,
    "num_experts_per_tok": 4,
    "kv_lora_rank": 64,
    "qk_nope_head_dim": 32,
    "qk_rope_head_dim": 16,
    "v_head_dim": 32,
    "q_lora_rank": 96,
}
# Name, shape, vocabulary, rows, tokens a row.
CASES: tuple[tuple[str, dict[str, Any], int, int, int], ...] = (
    ("demo's size, rows of 128", SMALL, 512, 16, 128),
    ("demo's size, rows of 512", SMALL, 512, 4, 512),
    ("nine times wider layers, rows of 512", MIDDLE, 2048, 2, 512),
)
OURS, THEIRS = "ours", ("eager", "grouped_mm")


def stepper(kind: str, folder: Path, tokens_BT: torch.Tensor) -> Callable[[], None]:
    target_M = tokens_BT.roll(-1, 1).flatten()
    if kind == OURS:
        model: Any = load(folder).train()
        asked: dict[str, Any] = {"tokens_BT": tokens_BT}
    else:
        from transformers import DeepseekV3ForCausalLM

        model = DeepseekV3ForCausalLM.from_pretrained(folder, experts_implementation=kind).train()
        asked = {"input_ids": tokens_BT, "use_cache": False}
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)

    def step() -> None:
        read = model(**asked)
        logits_BTW = read.logits_BTW if kind == OURS else read.logits
        F.cross_entropy(logits_BTW.flatten(0, 1), target_M).backward()
        optimizer.step()
        optimizer.zero_grad()

    return step


def prepared(folder: Path, shape: dict[str, Any], vocabulary: int, rows: int, length: int) -> torch.Tensor:
    torch.manual_seed(0)
    save(V3(ModelConfig.of(shape | {"vocab_size": vocabulary})), folder)
    return torch.randint(0, vocabulary, (rows, length))


def cpu_s(step: Callable[[], None]) -> float:
    began = time.process_time()
    step()
    return time.process_time() - began


def peak_mib(kind: str, number: int) -> float:
    """What three steps need beyond the model that is loaded, in a process of their own."""
    command = [sys.executable, __file__, "--memory", kind, str(number)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def grown_mib(kind: str, number: int) -> float:
    """The same, by the process itself: Linux is told to forget the peak so far, and asked for the new one."""
    with tempfile.TemporaryDirectory() as folder:
        step = stepper(kind, Path(folder), prepared(Path(folder), *CASES[number][1:]))
    Path("/proc/self/clear_refs").write_text("5")
    before = status_kib("VmRSS")
    for _ in range(3):
        step()
    return (status_kib("VmHWM") - before) / 1024


def status_kib(key: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{key}:"))


def measured(number: int, turns: int) -> tuple[str, ...]:
    case, memory = CASES[number], {kind: peak_mib(kind, number) for kind in (OURS, THEIRS[1])}
    with tempfile.TemporaryDirectory() as folder:
        tokens_BT = prepared(Path(folder), *case[1:])
        steps = {kind: stepper(kind, Path(folder), tokens_BT) for kind in (OURS, *THEIRS)}
        for step in steps.values():
            step()
        rounds = [{kind: cpu_s(step) for kind, step in steps.items()} for _ in range(turns)]
    best = min(THEIRS, key=lambda kind: median(one[kind] for one in rounds))
    ratios = sorted(one[best] / one[OURS] for one in rounds)
    rate = tokens_BT.numel() / median(one[OURS] for one in rounds)
    return (
        case[0],
        f"{rate:.0f}",
        f"{tokens_BT.numel() / median(one[best] for one in rounds):.0f} ({best})",
        f"{median(ratios):.2f} ({ratios[len(ratios) // 4]:.2f} to {ratios[-len(ratios) // 4]:.2f})",
        f"{memory[OURS]:.0f}",
        f"{memory[THEIRS[1]]:.0f}",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=15)
    parser.add_argument("--memory", nargs=2, metavar=("WHOSE", "CASE"), help="one process' peak, for the table")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    if asked.memory:
        print(grown_mib(asked.memory[0], int(asked.memory[1])))
        return
    head = ("model", "ours, tokens a CPU second", "transformers'", "ratio (quartiles)", "ours, MiB", "theirs, MiB")
    print(heading(), table([measured(number, asked.turns) for number in range(len(CASES))], head), sep="\n\n")


if __name__ == "__main__":
    main()
