"""Lets a model write: many prompts at once, each token read once. Knows no text and no training.

With drafts (arXiv 2211.17192; V3's report, 5.4.3) the module ahead guesses the token after the next, and the model
reads next token and guess in one pass. What it would have said after the next token tells whether the guess was right,
so that the text is the one that greedy decoding writes, in fewer passes. Shapes as in model.py.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from seawall.training.cache import Cache
from seawall.training.model import V3

PADDING = 0


@dataclass(frozen=True, slots=True)
class Completion:
    """``log_probabilities`` are the chosen tokens' at the temperature asked for; ``stopped`` by a stop token, which is
    the last of ``tokens`` then."""

    tokens: list[int]
    log_probabilities: list[float]
    stopped: bool


@dataclass(frozen=True, slots=True)
class Decoded:
    """``passes`` is how often the model was run; of ``drafted`` guesses ``accepted`` were right."""

    completions: list[Completion]
    passes: int
    drafted: int = 0
    accepted: int = 0

    @property
    def acceptance(self) -> float:
        return self.accepted / max(self.drafted, 1)


@torch.no_grad()
def generate(
    model: V3,
    prompts: Sequence[Sequence[int]],
    *,
    max_tokens: int,
    stops: Collection[int] = (),
    temperature: float = 0.0,
    samples: int = 1,
    chance: torch.Generator | None = None,
    drafts: bool = False,
) -> Decoded:
    """Continues every prompt ``samples`` times, samples of a prompt beside each other; a prompt is read once for all.

    ``temperature`` 0 takes the likeliest token; ``chance`` is torch's own generator when absent. Raises ValueError
    for a prompt without tokens, and for drafts that the model or the temperature does not allow.
    """
    if not prompts or not all(prompts):
        raise ValueError("There is a prompt without a token to read.")
    if drafts and (temperature > 0 or not model.config.num_nextn_predict_layers):
        raise ValueError("Drafts need a model that predicts ahead (num_nextn_predict_layers) and temperature 0.")
    tokens_BT, mask_BT = padded(prompts, next(model.parameters()).device)
    page = _Page(len(prompts) * samples, max_tokens, torch.tensor(sorted(stops), device=tokens_BT.device))
    if drafts:
        return _with_drafts(model, tokens_BT, mask_BT, samples, page)
    return _plainly(model, tokens_BT, mask_BT, samples, page, temperature, chance)


def padded(prompts: Sequence[Sequence[int]], device: torch.device | str = "cpu") -> tuple[Tensor, Tensor]:
    """Prompts as one tensor, padded before their first token so that all end together, and the mask that says so."""
    width = max(map(len, prompts))
    tokens_BT = [[PADDING] * (width - len(prompt)) + list(prompt) for prompt in prompts]
    mask_BT = [[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts]
    return torch.tensor(tokens_BT, device=device), torch.tensor(mask_BT, device=device)


class _Page:
    """What each row has written. A row is open until it wrote a stop token or all it may."""

    def __init__(self, rows: int, max_tokens: int, stop_X: Tensor) -> None:
        self.token_BT = torch.zeros(rows, max_tokens, dtype=torch.long, device=stop_X.device)
        self.logp_BT = torch.zeros(rows, max_tokens, device=stop_X.device)
        self.count_B = torch.zeros(rows, dtype=torch.long, device=stop_X.device)
        self.open_B = torch.ones(rows, dtype=torch.bool, device=stop_X.device)
        self.stopped_B = torch.zeros_like(self.open_B)
        self.stop_X = stop_X

    def write(self, row_B: Tensor, token_B: Tensor, logp_B: Tensor) -> None:
        """Adds a token to each of these rows, as far as they are open."""
        open_B = self.open_B[row_B]
        row_B, token_B, logp_B = row_B[open_B], token_B[open_B], logp_B[open_B]
        self.token_BT[row_B, self.count_B[row_B]] = token_B
        self.logp_BT[row_B, self.count_B[row_B]] = logp_B
        self.count_B[row_B] += 1
        self.stopped_B[row_B] = torch.isin(token_B, self.stop_X)
        self.open_B = ~self.stopped_B & (self.count_B < self.token_BT.shape[1])

    def completions(self) -> list[Completion]:
        counts, stopped = self.count_B.tolist(), self.stopped_B.tolist()
        rows = zip(self.token_BT.tolist(), self.logp_BT.tolist(), counts, stopped, strict=True)
        return [Completion(tokens[:count], logps[:count], stop) for tokens, logps, count, stop in rows]


def _choose(logits_BW: Tensor, temperature: float, chance: torch.Generator | None) -> tuple[Tensor, Tensor]:
    logp_BW = (logits_BW.float() / (temperature or 1.0)).log_softmax(dim=-1)
    if temperature > 0:
        token_B = torch.multinomial(logp_BW.exp(), 1, generator=chance)[:, 0]
    else:
        token_B = logits_BW.argmax(dim=-1)
    return token_B, logp_BW.gather(1, token_B[:, None])[:, 0]


def _plainly(
    model: V3,
    tokens_BT: Tensor,
    mask_BT: Tensor,
    samples: int,
    page: _Page,
    temperature: float,
    chance: torch.Generator | None,
) -> Decoded:
    cache, passes = Cache(), 1
    every_B = torch.arange(len(tokens_BT), device=tokens_BT.device).repeat_interleave(samples)
    logits_BW = model(tokens_BT, mask_BT, cache).logits_BTW[every_B, -1]
    cache.select(every_B)
    row_B = torch.arange(len(every_B), device=every_B.device)
    while True:
        token_B, logp_B = _choose(logits_BW, temperature, chance)
        page.write(row_B, token_B, logp_B)
        open_B = page.open_B[row_B]
        if not open_B.any():
            return Decoded(page.completions(), passes)
        # To leave closed rows costs a copy of the cache: it is worth it when half of them are.
        if open_B.sum() * 2 <= len(row_B):
            cache.select(open_B.nonzero()[:, 0])
            row_B, token_B = row_B[open_B], token_B[open_B]
        logits_BW = model(token_B[:, None], cache=cache).logits_BTW[:, -1]
        passes += 1


def _with_drafts(model: V3, tokens_BT: Tensor, mask_BT: Tensor, samples: int, page: _Page) -> Decoded:
    tokens_BT, mask_BT = tokens_BT.repeat_interleave(samples, 0), mask_BT.repeat_interleave(samples, 0)
    cache, cache_ahead, passes, drafted, accepted = Cache(), Cache(), 1, 0, 0
    row_B = torch.arange(len(tokens_BT), device=tokens_BT.device)
    read = model(tokens_BT, mask_BT, cache)
    token_B, logp_B = _choose(read.logits_BTW[:, -1], 0.0, None)
    next_BT = torch.cat((tokens_BT[:, 1:], token_B[:, None]), dim=1)
    guess_B = model.ahead(read.hidden_BTD, next_BT, mask_BT, cache_ahead).logits_BTW[:, -1].argmax(dim=-1)
    page.write(row_B, token_B, logp_B)
    while page.open_B.any():
        read = model(torch.stack((token_B, guess_B), dim=1), cache=cache)
        said, logps = zip(*(_choose(read.logits_BTW[:, t], 0.0, None) for t in range(2)), strict=True)
        right_B = said[0] == guess_B
        passes, drafted = passes + 1, drafted + int(page.open_B.sum())
        accepted += int((right_B & page.open_B).sum())
        page.write(row_B, said[0], logps[0])
        page.write(row_B[right_B], said[1][right_B], logps[1][right_B])
        # After a wrong guess, what was read of it is unsaid in both caches.
        wrong_BT = torch.stack((torch.zeros_like(right_B), ~right_B), dim=1)
        ahead = model.ahead(read.hidden_BTD, torch.stack(said, dim=1), cache=cache_ahead)
        cache.forget(wrong_BT)
        cache_ahead.forget(wrong_BT)
        guess_B = ahead.logits_BTW[row_B, right_B.long()].argmax(dim=-1)
        token_B = torch.where(right_B, said[1], said[0])
    return Decoded(page.completions(), passes, drafted, accepted)
