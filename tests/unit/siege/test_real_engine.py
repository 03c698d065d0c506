"""A model instead of the stub: how fast it is, what it is told, what is counted where it tells nothing."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from seawall.siege.attacks import Askers, Asking, Field
from seawall.siege.lengths import Length
from seawall.siege.measures import measure
from seawall.siege.questions import Wish, body_of
from seawall.siege.run import slots_told
from seawall.siege.samples import Pace, Part, Tally
from seawall.siege.stub_engine import EngineSpec
from seawall.siege.talk import Outcome
from seawall.siege.target import Target
from seawall.siege.timing import spec_of
from siege_runs import asked, run_of

MEAN = Length(50, 11)


def answered(first_s: float, took_s: float, tokens: int = 11) -> Outcome:
    return Outcome(5.0, 5.0 + took_s, 200, 5.0 + first_s, whole=True, tokens=tokens)


def body(*, tells_length: bool, cap: int | None = None) -> dict[str, Any]:
    return json.loads(body_of(Wish("tide", MEAN, Part.REGISTERED, cap), "stub", tells_length=tells_length))


def test_a_spec_holds_a_slot_for_as_long_as_the_answers_took() -> None:
    spec = spec_of([answered(2.0, 3.0), answered(1.0, 2.0), answered(2.0, 3.0)], MEAN)
    assert spec == EngineSpec(slots=3, token_ms=100.0, prefill_per_s=25.0)
    assert spec.slot_ms(MEAN.prompt, MEAN.answer - 1) == pytest.approx(3000)


@pytest.mark.parametrize("bad", [Outcome(5.0, 6.0, 503), answered(1.0, 1.0, tokens=1)])
def test_an_engine_that_does_not_answer_has_no_timing(bad: Outcome) -> None:
    with pytest.raises(ValueError, match="did not answer"):
        spec_of([answered(1.0, 2.0), bad], MEAN)


def test_a_model_is_told_how_long_its_answer_shall_be_and_a_stub_is_not() -> None:
    assert body(tells_length=True)["max_tokens"] == 11
    assert body(tells_length=True, cap=4)["max_tokens"] == 4
    assert "max_tokens" not in body(tells_length=False)
    assert body(tells_length=False, cap=4)["max_tokens"] == 4


def test_where_the_engine_does_not_tell_whom_it_served_tokens_are_counted() -> None:
    honest = [asked(12.0, tokens=10), asked(13.0, part=Part.STRANGER, tokens=20)]
    before = asked(1.0, tokens=500)
    tally = Tally()
    tally.count(3.0, "tokens", number=90)
    assert measure(run_of(before, *honest, tally=tally)).legitimate_work == pytest.approx(0.25)
    assert measure(run_of(tally=Tally({0: Counter(sent=3)}))).legitimate_work is None


def test_attackers_count_the_tokens_that_they_were_given() -> None:
    tally = Tally()
    field = Field(Target("door", 1), EngineSpec(), Pace(), 1, tally, 10.0)
    field.tell(answered(0.1, 0.2, tokens=7))
    field.tell(answered(0.1, 0.2, tokens=5))
    assert (tally.total("tokens"), tally.total("served")) == (12, 2)


def test_a_small_engine_is_asked_less_often_by_programs_with_a_rate_of_their_own() -> None:
    asking = Asking(Askers("neighbour", 1), per_s=100.0)
    field = Field(Target("door", 1), EngineSpec(), Pace(steady=0.4), 1, Tally(), 10.0)
    assert asking.rate_per_s(field) == pytest.approx(40)


def test_llama_cpps_metrics_tell_how_many_run_and_wait() -> None:
    told = "# TYPE llamacpp:requests_processing gauge\nllamacpp:requests_processing 3\nllamacpp:requests_deferred 12\n"
    assert slots_told(told) == {"running": 3, "waiting": 12}
    assert slots_told('{"error": {"message": "starting"}}') == {}
