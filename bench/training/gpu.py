"""A model of 60 M active parameters on one GPU in bfloat16: tokens a second, model-FLOPs utilisation, loss, ledger.

Utilisation is the arithmetic of a step, as torch's counter sees it, over what the board could have done in the step's
time; attention's masked half counts, so that of six operations a parameter and token stands beside it. FP8 is not done:
its products (torch._scaled_mm) gain on matrices some thousands wide, and these are 640. ``--compile`` fuses what is no
product, layer by layer. Without a GPU it says so; ``--rehearse`` runs the same
program on a CPU with a model of the demo's size, to show that it works.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from lesson import words_and_documents

from heading import heading, table
from seawall.training.batches import IGNORED, Batch, Batches
from seawall.training.config import ModelConfig
from seawall.training.devices import World, spread
from seawall.training.flops import counted_flops
from seawall.training.ledger import Ledger
from seawall.training.loop import Loop, Step, learn
from seawall.training.model import V3
from seawall.training.recipe import PretrainRecipe

# bfloat16 without sparsity, as NVIDIA's data sheets have it.
PEAKS = {"H200": 989e12, "H100": 989e12, "A100": 312e12, "L40S": 362e12}
SHAPE = ModelConfig(
    vocab_size=512,
    hidden_size=640,
    intermediate_size=2560,
    moe_intermediate_size=512,
    num_hidden_layers=12,
    num_attention_heads=10,
    n_routed_experts=32,
    num_experts_per_tok=3,
    q_lora_rank=320,
    kv_lora_rank=192,
    qk_nope_head_dim=64,
    qk_rope_head_dim=32,
    v_head_dim=64,
)
RECIPE = PretrainRecipe(
    steps=200, batch=64, context_tokens=1024, dtype="bfloat16", learning_rate=1e-3, mtp_weight=0.0, save_every=200
)
REHEARSED = replace(RECIPE, steps=3, batch=2, context_tokens=64, warmup_steps=1)


def active_parameters(config: ModelConfig) -> int:
    """Those that a token meets, without the embedding, which is looked up."""
    with torch.device("meta"):
        sizes = {name: parameter.numel() for name, parameter in V3(config).named_parameters()}
    met = config.num_experts_per_tok / config.n_routed_experts
    return round(
        sum(size * (met if ".experts." in name else 1) for name, size in sizes.items() if "embed_tokens" not in name)
    )


def arithmetic(model: V3, batch: Batch, dtype: torch.dtype, device: torch.device) -> float:
    """What torch counts in a step."""

    def step() -> None:
        with torch.autocast(device.type, dtype):
            learn(model, batch.to(device), [int((batch.target_BT != IGNORED).sum())]).loss.backward()

    counted = counted_flops(step)
    model.zero_grad()
    return counted


def measured(
    config: ModelConfig, recipe: PretrainRecipe, device: torch.device, folder: Path, *, compiled: bool
) -> list[tuple[str, str]]:
    words, documents, _ = words_and_documents(0, 20_000 if device.type == "cuda" else 400)
    torch.manual_seed(0)
    world = World(device=device)
    model = spread(V3(replace(config, vocab_size=len(words))), world)
    batches = Batches(documents, rows=recipe.batch, length=recipe.context_tokens, seed=0, cut=True)
    flops = arithmetic(model, next(iter(batches)), torch.bfloat16, device)
    if compiled:
        for layer in model.model.layers:
            layer.compile()
    steps: list[Step] = []
    ledger = Ledger(folder / "ledger.jsonl")
    with ledger.run("gpu", stage="pretrain", devices=int(device.type == "cuda")) as entry:

        def seen(step: Step) -> None:
            steps.append(step)
            held = torch.cuda.max_memory_allocated(device) if device.type == "cuda" else 0
            entry.count(flops=step.flops, tokens=step.tokens, device_peak_bytes=held)

        Loop(model, batches, recipe, folder, begun_with={}, world=world).run(seen)
    # The first steps choose kernels and fill caches.
    step_s = median(step.seconds for step in steps[len(steps) // 4 :])
    spent = next(iter(ledger.runs())).spent
    tokens, active = recipe.batch * recipe.context_tokens, active_parameters(model.config)
    found = [
        ("active parameters", f"{active / 1e6:.1f} M"),
        ("tokens a second", f"{tokens / step_s:.0f}"),
        ("counted FLOPs a second", f"{flops / step_s:.3g}"),
        ("6 x active parameters x tokens a second", f"{6 * active * tokens / step_s:.3g}"),
        ("loss, each tenth of the way", " ".join(f"{step.loss:.2f}" for step in steps[:: max(len(steps) // 10, 1)])),
        (
            "ledger",
            f"{spent.wall_s:.0f} s, {spent.gpu_s:.0f} GPU s, {spent.flops:.3g} FLOPs, {spent.watt_hours:.2g} Wh",
        ),
    ]
    if device.type == "cuda":
        name = torch.cuda.get_device_name(device)
        peak = next((peak for board, peak in PEAKS.items() if board in name), None)
        share = f"{flops / step_s / peak:.1%} of {peak:.3g}" if peak else "its peak is not known here"
        plain = f"{6 * active * tokens / step_s / peak:.1%}" if peak else "its peak is not known here"
        found.append((f"utilisation of {name}", share))
        found.append(("by 6 x active parameters alone, without attention", plain))
        found.append(("peak memory", f"{torch.cuda.max_memory_allocated(device) / 2**30:.1f} GiB"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rehearse", action="store_true", help="a tiny model, on whatever there is")
    parser.add_argument("--compile", action="store_true", help="fuse each layer's small operations (torch.compile)")
    asked = parser.parse_args()
    rehearse = asked.rehearse
    print(heading(), end="\n\n")
    if not torch.cuda.is_available() and not rehearse:
        print(f"not run: no GPU. A model of {active_parameters(SHAPE) / 1e6:.1f} M active parameters is ready for one.")
        return
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    config, recipe = (ModelConfig(vocab_size=512), REHEARSED) if rehearse else (SHAPE, RECIPE)
    with tempfile.TemporaryDirectory() as folder:
        print(table(measured(config, recipe, device, Path(folder), compiled=asked.compile), ("what", "measured")))


if __name__ == "__main__":
    main()
