"""Prices follow the engine's own timings, and nobody can talk them down or blow them up with one request."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.admission.least_squares import LeastSquares
from seawall.admission.price import Prices
from seawall.admission.quantile import Quantile
from seawall.values.piece import Outcome, Usage
from seawall.values.question import Question, Wanted
from seawall.values.served import Served
from seawall.values.ticket import Price, ServiceClass

C1 = ServiceClass.C1


def question(prompt_tokens: int, max_tokens: int = 4096) -> Question:
    return Question("m", {}, max_tokens, prompt_chars=prompt_tokens * 4)


def served(prompt: int, out: int, first_ms: float, held_ms: float, cached: int = 0) -> Served:
    return Served(Outcome.COMPLETE, Usage(prompt, out, cached), None, 0.0, first_ms, held_ms)


def teach(prices: Prices, samples: int, *, request_ms: float, a: float, b: float, k: float, noise: float = 0.1) -> None:
    """An engine that takes exactly so long, give or take the noise."""
    random = Random(7)
    for _ in range(samples):
        prompt, out = random.randint(10, 3000), random.randint(5, 800)
        first = (request_ms + a * prompt) * random.uniform(1 - noise, 1 + noise)
        decode = (b * out + k * (prompt + out / 2) * out / 1000) * random.uniform(1 - noise, 1 + noise)
        asked = question(prompt)
        prices.learn(asked, C1, prices.price(asked, C1), served(prompt, out, first, first + decode))


def test_prices_converge_on_the_engines_own_timings():
    prices = Prices()
    teach(prices, 2000, request_ms=100, a=0.2, b=12.0, k=1.0)
    learned = prices.report().by_model["m"]
    assert learned.prompt_ms == pytest.approx(0.2, rel=0.15)
    for prompt, out in ((50, 20), (500, 200), (2500, 700)):
        true_ms = 100 + 0.2 * prompt + 12.0 * out + (prompt + out / 2) * out / 1000
        assert prices.price(question(prompt, max_tokens=out), C1).engine_ms == pytest.approx(true_ms, rel=0.2)


def test_prices_follow_an_engine_that_becomes_slower():
    prices = Prices()
    teach(prices, 1000, request_ms=100, a=0.2, b=10.0, k=0.5)
    before = prices.price(question(500, max_tokens=200), C1).engine_ms
    teach(prices, 1000, request_ms=300, a=0.6, b=30.0, k=1.5)
    assert prices.price(question(500, max_tokens=200), C1).engine_ms == pytest.approx(3 * before, rel=0.25)


@pytest.mark.parametrize("held_ms", [1.0, 1e9])
def test_one_poisoned_sample_moves_a_price_by_a_fifth_at_most(held_ms: float):
    prices = Prices()
    teach(prices, 500, request_ms=100, a=0.2, b=12.0, k=1.0)
    before = prices.price(question(500, max_tokens=200), C1).engine_ms
    prices.learn(question(4000), C1, Price(1.0, 1, 1), served(4000, 4000, held_ms / 2, held_ms))
    assert prices.price(question(500, max_tokens=200), C1).engine_ms == pytest.approx(before, rel=0.2)


def test_an_answer_is_expected_as_long_as_most_of_its_class_and_length_are():
    prices = Prices()
    for _ in range(200):
        prices.learn(question(100), C1, Price(1.0, 1, 1), served(100, 40, 50, 500))
        prices.learn(question(2000), C1, Price(1.0, 1, 1), served(2000, 400, 50, 5000))
    short, long = prices.price(question(100), C1), prices.price(question(2000), C1)
    assert 32 <= short.output_tokens <= 64
    assert 256 <= long.output_tokens <= 512
    assert prices.price(question(2000, max_tokens=10), C1).output_tokens == 10


def test_answers_that_were_cut_short_say_nothing_of_how_long_they_are():
    prices = Prices()
    for _ in range(200):
        prices.learn(question(2000), C1, Price(1.0, 1, 1), served(2000, 400, 50, 5000))
    before = prices.price(question(2000), C1).output_tokens
    for _ in range(200):
        prices.learn(question(2000), C1, Price(1.0, 1, 1), served(2000, 64, 50, 800), cut=True)
    assert prices.price(question(2000), C1).output_tokens == before


def test_a_prompt_that_the_cache_knows_is_cheaper():
    cold, warm = Prices(), Prices()
    for _ in range(300):
        cold.learn(question(2000), C1, Price(1.0, 1, 1), served(2000, 10, 1000, 1200))
        warm.learn(question(2000), C1, Price(1.0, 1, 1), served(2000, 10, 100, 300, cached=1800))
    assert warm.price(question(2000, 10), C1).engine_ms < cold.price(question(2000, 10), C1).engine_ms / 2


def test_answers_that_come_whole_teach_what_a_token_takes_and_nothing_of_the_first():
    prices = Prices()
    whole = Question("m", {}, 4096, stream=False, prompt_chars=400)
    for _ in range(1500):
        prices.learn(whole, C1, Price(1.0, 1, 1), served(100, 200, first_ms=2100, held_ms=2100))
    learned = prices.report().by_model["m"]
    assert learned.request_ms == 50
    assert prices.price(question(100, max_tokens=200), C1).engine_ms == pytest.approx(2100, rel=0.1)


def test_what_the_engine_did_not_answer_teaches_nothing():
    prices = Prices()
    prices.learn(question(10), C1, Price(1.0, 1, 1), Served(Outcome.FAILED, Usage(10, 5), None, 0, 5.0, 1e6))
    prices.learn(question(10), C1, Price(1.0, 1, 1), Served(Outcome.STOPPED, Usage(), None, 0, None, 1e6))
    assert prices.report().learned == 0


SAMPLES = st.lists(
    st.tuples(st.floats(0, 10), st.floats(0, 10), st.floats(0, 1e9, allow_nan=False)), min_size=1, max_size=60
)


@given(SAMPLES)
def test_whatever_is_learned_no_coefficient_is_negative_or_jumps(samples: list[tuple[float, float, float]]):
    fit = LeastSquares((100.0, 50.0))
    for one, other, value in samples:
        before = fit.coefficients
        fit.learn((one, other), value)
        for was, now, first in zip(before, fit.coefficients, (100.0, 50.0), strict=True):
            assert 0 <= now <= max(was * 1.2, was + first * 0.04) * (1 + 1e-9)
            assert now >= was * 0.8 - first * 0.04 - 1e-9


@given(st.lists(st.floats(1, 4096), min_size=50, max_size=300))
def test_a_quantile_lies_within_a_bin_of_the_values_and_one_value_cannot_move_it_out(values: list[float]):
    sketch = Quantile(0.75, prior=2.0, most=1 << 20)
    for value in values:
        sketch.learn(value)
    assert sketch.value <= max(values) * 1.5
    before = sketch.value
    sketch.learn(1e6)
    assert sketch.value <= max(before, max(values)) * 1.5


def test_embeddings_are_priced_by_how_long_their_texts_took_to_read():
    prices, random = Prices(), Random(7)
    for _ in range(500):
        prompt = random.randint(10, 3000)
        asked = replace(question(prompt, max_tokens=0), stream=False, wanted=Wanted.EMBEDDINGS)
        told = Served(Outcome.COMPLETE, Usage(prompt), None, 0.0, None, 20 + 0.05 * prompt)
        prices.learn(asked, C1, prices.price(asked, C1), told)
    asked = replace(question(2000, max_tokens=0), stream=False, wanted=Wanted.EMBEDDINGS)
    assert prices.price(asked, C1).engine_ms == pytest.approx(120, rel=0.2)


def test_counting_tokens_costs_next_to_nothing_however_long_the_prompt_is():
    prices = Prices()
    short, long = (prices.price(replace(question(tokens), wanted=Wanted.COUNT), C1) for tokens in (10, 100_000))
    assert short == long
    assert long.kv_tokens == 2
    assert long.engine_ms < 10
