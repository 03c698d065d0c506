"""What a question will take of the engine. Knows tokens and times; knows no asker and no queue.

``cost = c + a*(prompt - cached) + b*out + k*kv`` in engine-milliseconds, during each of which one slot is held. The
last term is what attention reads: each decoded token looks at all before it, ``(prompt + out/2)*out`` in sum. The
coefficients are learned from the engine's own timings: ``c`` and ``a`` from first tokens, the others from the rest.
Without ``c``, what any request takes at least, short prompts would teach a price for long ones that is tens of times
too high.
"""

from __future__ import annotations

from dataclasses import dataclass

from seawall.admission.least_squares import LeastSquares
from seawall.admission.quantile import Quantile
from seawall.values.piece import Outcome, Usage
from seawall.values.question import Question, Wanted
from seawall.values.served import Served
from seawall.values.ticket import Price, ServiceClass

# Features of about unit size keep least squares well conditioned.
_PROMPT, _OUT, _KV = 1000.0, 100.0, 1e6
# Before anything is learned: a small model on a small machine, 50 ms a request, 0.5 ms a prompt token, 20 ms a token.
_PRIOR_C, _PRIOR_A, _PRIOR_B, _PRIOR_K = 50.0, 500.0, 2000.0, 100.0
# The longest answers that the settings allow lie below.
_MOST_OUT = 1 << 20
# English has 4 characters a token, Chinese about 1.5; outside of these bounds a count is wrong.
_CHARS, _FEWEST_CHARS, _MOST_CHARS = 4.0, 0.5, 16.0
_PRIOR_OUT = 256.0
# The newest fifty answers or so decide what is smoothed.
_SMOOTHING = 0.02
# One answer that was missed by far shall not hide how the others are.
_MOST_MISSED = 10.0
# Models are the engine's, few in number; a bound all the same.
MOST_MODELS = 64
NOT_LEARNED = "not learned yet"
_BUCKETS = 8
# To count the tokens of a prompt takes a server a millisecond or two, and nothing of its cache.
_COUNT_MS = 2.0


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Engine-milliseconds a request, a prompt token, an output token, and a thousand token reads of the KV cache."""

    request_ms: float
    prompt_ms: float
    output_ms: float
    kv_ms: float


@dataclass(frozen=True, slots=True)
class PriceReport:
    """What the operator is shown. ``error`` is the mean of |predicted at the door - held| / held of late."""

    by_model: dict[str, Coefficients]
    error: float
    learned: int


class _Model:
    """How one model answers."""

    __slots__ = ("cached_share", "chars", "decode", "prefill")

    def __init__(self) -> None:
        self.prefill = LeastSquares((_PRIOR_C, _PRIOR_A))
        self.decode = LeastSquares((_PRIOR_B, _PRIOR_K))
        self.chars = _CHARS
        self.cached_share = 0.0

    def cost(self, prompt: float, cached: float, out: float) -> float:
        return self.prefill.predict((1.0, (prompt - cached) / _PROMPT)) + self.decode.predict(_reads(prompt, out))

    def coefficients(self) -> Coefficients:
        (request, prompt), (output, kv) = self.prefill.coefficients, self.decode.coefficients
        return Coefficients(request, prompt / _PROMPT, output / _OUT, kv / _KV * 1000)


def _reads(prompt: float, out: float) -> tuple[float, float]:
    return out / _OUT, (prompt + out / 2) * out / _KV


class Prices:
    """Predicts, and learns from what came true."""

    def __init__(self) -> None:
        self._unknown = _Model()
        self._models: dict[str, _Model] = {}
        self._outputs = {
            service_class: [Quantile(0.75, prior=_PRIOR_OUT, most=_MOST_OUT) for _ in range(_BUCKETS)]
            for service_class in ServiceClass
        }
        self._error = 0.0
        self._learned = 0

    def price(self, question: Question, service_class: ServiceClass) -> Price:
        """Before it is asked: the upper quartile of what this class asks at this length, within ``max_tokens``."""
        if question.wanted is Wanted.COUNT:
            return Price(_COUNT_MS, 1, 1, _COUNT_MS)
        model = self._models.get(question.model, self._unknown)
        prompt = question.prompt_chars / model.chars
        out = min(question.max_tokens, self._outputs[service_class][_bucket(prompt)].value)
        cached = prompt * model.cached_share
        cost_ms = model.cost(prompt, cached, out)
        most_ms = model.cost(prompt, cached, question.max_tokens)
        return Price(max(1.0, cost_ms), int(prompt) + 1, max(1, int(out)), most_ms)

    def prompt_tokens(self, question: Question) -> int:
        """How many tokens its prompt has, by what the model's text has taken of late."""
        return int(question.prompt_chars / self._models.get(question.model, self._unknown).chars) + 1

    def learn(
        self, question: Question, service_class: ServiceClass, price: Price, served: Served, *, cut: bool = False
    ) -> None:
        """From an answer that the engine gave. One that it did not give teaches nothing of its speed, and while
        answers are ``cut`` short nothing is learned of how long they are.
        """
        usage = served.usage
        if question.wanted is Wanted.EMBEDDINGS:
            self._learn_reading(question, served)
            return
        if served.outcome is Outcome.FAILED or served.first_token_ms is None or usage.completion_tokens <= 0:
            return
        prompt = usage.prompt_tokens or price.prompt_tokens
        if not cut:
            self._outputs[service_class][_bucket(prompt)].learn(usage.completion_tokens)
        if usage.prompt_tokens and served.held_ms > 0:
            model = self._model(question.model)
            if model is not None:
                self._learn_text(model, question, usage)
                first_ms = served.first_token_ms if question.stream else None
                _learn_speed(model, usage, first_ms, served.held_ms)
                missed = abs(price.engine_ms - served.held_ms) / served.held_ms
                self._error += _SMOOTHING * (min(missed, _MOST_MISSED) - self._error)
                self._learned += 1

    def report(self) -> PriceReport:
        """How it stands now."""
        models = self._models or {NOT_LEARNED: self._unknown}
        return PriceReport({name: one.coefficients() for name, one in models.items()}, self._error, self._learned)

    def _model(self, name: str) -> _Model | None:
        """Models are met here only once an engine has answered for them, so nobody can fill the table with names."""
        known = self._models.get(name)
        if known is None and len(self._models) < MOST_MODELS:
            known = self._models[name] = _Model()
        return known

    def _learn_reading(self, question: Question, served: Served) -> None:
        """Vectors are a prompt that is read, and nothing after it."""
        prompt = served.usage.prompt_tokens
        if served.outcome is Outcome.FAILED or not prompt or served.held_ms <= 0:
            return
        model = self._model(question.model)
        if model is not None:
            self._learn_text(model, question, served.usage)
            model.prefill.learn((1.0, prompt / _PROMPT), served.held_ms)

    def _learn_text(self, model: _Model, question: Question, usage: Usage) -> None:
        chars = question.prompt_chars / usage.prompt_tokens
        model.chars += _SMOOTHING * (min(_MOST_CHARS, max(_FEWEST_CHARS, chars)) - model.chars)
        share = min(1.0, usage.cached_tokens / usage.prompt_tokens)
        model.cached_share += _SMOOTHING * (share - model.cached_share)


def _learn_speed(model: _Model, usage: Usage, first_token_ms: float | None, held_ms: float) -> None:
    """An answer that came whole has no first token: what reading its prompt took is taken as known."""
    prompt, out = usage.prompt_tokens, usage.completion_tokens
    read = (1.0, max(0, prompt - usage.cached_tokens) / _PROMPT)
    if first_token_ms is None:
        first_token_ms = model.prefill.predict(read)
    else:
        model.prefill.learn(read, first_token_ms)
    model.decode.learn(_reads(prompt, out), max(0.0, held_ms - first_token_ms))


def _bucket(prompt_tokens: float) -> int:
    """Up to 64 tokens, 128, 256, ... and all from 4,096 on."""
    return min(_BUCKETS - 1, max(0, (int(prompt_tokens) >> 5).bit_length() - 1))
