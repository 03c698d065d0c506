"""What a training costs, from a model's size and its data. Knows the published figures of V3; knows no ledger.

The V3 report (https://arxiv.org/abs/2412.19437, table 1) tells 2.664 M H800-hours of pre-training, 0.119 M of context
extension, 0.005 M of post-training, at $2 an hour: $5.576 M. "180K H800 GPU hours" took "each trillion tokens". Every
number below is either stated there, or computed from what is stated; other sizes are scaled by arithmetic at V3's pace.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Basis = Literal["given", "stated", "computed"]

V3_PARAMETERS = 671e9
V3_ACTIVE = 37e9
V3_TOKENS = 14.8e12
V3_HOURS_A_TRILLION = 180e3
V3_PRETRAINING_HOURS = 2.664e6
V3_EXTENSION_HOURS = 0.119e6
V3_POST_TRAINING_HOURS = 0.005e6
# Dense bf16 of the Hopper boards (NVIDIA's data sheet). V3 computed most products in fp8, whose peak is twice as high:
# in that measure its utilisation is half of what is told here.
H800_PEAK_FLOPS = 989.4e12
H800_HOUR_USD = 2.0
# Kaplan et al. (https://arxiv.org/abs/2001.08361): two operations a parameter and token forward, four backward.
FLOPS_A_PARAMETER_AND_TOKEN = 6


def v3_utilisation() -> float:
    """The share of the peak that V3's own hours imply."""
    flops = FLOPS_A_PARAMETER_AND_TOKEN * V3_ACTIVE * 1e12
    return flops / (V3_HOURS_A_TRILLION * 3600 * H800_PEAK_FLOPS)


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is not known of a training before it is done. Context extension and post-training are taken as shares of
    the pre-training: V3's, unless others are given."""

    gpu_hour_usd: float = H800_HOUR_USD
    peak_flops: float = H800_PEAK_FLOPS
    utilisation: float | None = None
    extension_share: float = V3_EXTENSION_HOURS / V3_PRETRAINING_HOURS
    post_training_share: float = V3_POST_TRAINING_HOURS / V3_PRETRAINING_HOURS


@dataclass(frozen=True, slots=True)
class Line:
    """One number of the reckoning. ``basis``: given by who asks, stated by a source, or computed here."""

    key: str
    what: str
    value: float
    unit: str
    basis: Basis
    source: str


@dataclass(frozen=True, slots=True)
class Cost:
    """``lines`` in the order in which one follows from those before it."""

    lines: tuple[Line, ...]
    gpu_hours: float
    usd: float

    @property
    def caveat(self) -> str:
        return (
            "This is the final run alone. The report says of its own figure that it leaves out 'prior research and "
            "ablation experiments'; salaries and the buying of machines are not in it either."
        )


def cost(params: float, active: float, tokens: float, assumed: Assumptions | None = None) -> Cost:
    """The reckoning. ``params`` decides memory and what a dense model would have cost; ``active`` the arithmetic."""
    assumed = assumed or Assumptions()
    utilisation = assumed.utilisation if assumed.utilisation is not None else v3_utilisation()
    flops = FLOPS_A_PARAMETER_AND_TOKEN * active * tokens
    pretraining = flops / (assumed.peak_flops * utilisation) / 3600
    extension, post_training = pretraining * assumed.extension_share, pretraining * assumed.post_training_share
    hours = pretraining + extension + post_training
    dense_usd = hours * assumed.gpu_hour_usd * params / active
    lines = (
        Line("params", "parameters", params, "", "given", "--params: decide memory, not arithmetic"),
        Line("active", "active parameters a token", active, "", "given", "--active"),
        Line("tokens", "tokens", tokens, "", "given", "--tokens"),
        Line("flops", "operations", flops, "FLOP", "computed", "6 x active x tokens (Kaplan et al., 2020)"),
        Line("peak_flops", "peak of one GPU", assumed.peak_flops, "FLOP/s", *_peak(assumed)),
        Line("utilisation", "share of the peak that is reached", utilisation, "", *_utilisation(assumed)),
        Line("pretraining_hours", "pre-training", pretraining, "GPU-h", "computed", "operations / (peak x share)"),
        Line("extension_hours", "context extension", extension, "GPU-h", *_extension(assumed)),
        Line("post_training_hours", "post-training", post_training, "GPU-h", *_post_training(assumed)),
        Line("gpu_hours", "all GPU-hours", hours, "GPU-h", "computed", "the sum"),
        Line("gpu_hour_usd", "rent of a GPU", assumed.gpu_hour_usd, "$/h", *_rent(assumed)),
        Line("usd", "cost", hours * assumed.gpu_hour_usd, "$", "computed", "GPU-hours x rent"),
        Line("dense_usd", "the same, had it been dense", dense_usd, "$", "computed", "cost x params / active"),
    )
    return Cost(lines, hours, hours * assumed.gpu_hour_usd)


def with_given(assumed: Assumptions, **given: float | None) -> Assumptions:
    """The same, with what was given instead."""
    return replace(assumed, **{name: value for name, value in given.items() if value is not None})


def _peak(assumed: Assumptions) -> tuple[Basis, str]:
    if assumed.peak_flops != H800_PEAK_FLOPS:
        return "given", "--peak-tflops"
    return "stated", "an H800 in dense bf16 (NVIDIA's data sheet)"


def _utilisation(assumed: Assumptions) -> tuple[Basis, str]:
    if assumed.utilisation is not None:
        return "given", "--utilisation"
    return "computed", "implied by V3's 180 K H800-hours a trillion tokens at 37e9 active; of the fp8 peak, half of it"


def _extension(assumed: Assumptions) -> tuple[Basis, str]:
    if assumed.extension_share != Assumptions().extension_share:
        return "given", f"--extension-share: {assumed.extension_share:.2%} of pre-training"
    return "stated", "V3's 0.119 M hours are 4.47 % of its pre-training; the same share here"


def _post_training(assumed: Assumptions) -> tuple[Basis, str]:
    if assumed.post_training_share != Assumptions().post_training_share:
        return "given", f"--post-training-share: {assumed.post_training_share:.2%} of pre-training"
    return "stated", "V3's 0.005 M hours are 0.19 % of its pre-training; the same share here"


def _rent(assumed: Assumptions) -> tuple[Basis, str]:
    if assumed.gpu_hour_usd != H800_HOUR_USD:
        return "given", "--gpu-hour"
    return "stated", "the V3 report's rent of an H800"
