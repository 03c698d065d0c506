"""The stub engine has an engine's timing: slots, reading, speaking, what it remembers, what it has room for."""

from __future__ import annotations

import pytest

from seawall.siege.stub_engine import Answer, EngineSpec, StubEngine


class Listener:
    def __init__(self) -> None:
        self.tokens = 0
        self.ended = False

    def __call__(self, new: int, ended: bool) -> None:
        self.tokens += new
        self.ended = ended


def ask(engine: StubEngine, tokens: int, prompt: str = "", part: str = "registered") -> tuple[Answer, Listener]:
    listener = Listener()
    answer = Answer(part, prompt, tokens, listener)
    engine.enter(answer)
    return answer, listener


def test_a_token_comes_each_step_after_the_prompt_was_read() -> None:
    engine = StubEngine(EngineSpec(token_ms=20, prefill_per_s=1000))
    _, heard = ask(engine, 3, "x" * 396)
    engine.step(100)
    assert heard.tokens == 0
    engine.step(20)
    assert heard.tokens == 1
    engine.step(40)
    assert (heard.tokens, heard.ended) == (3, True)


def test_what_has_no_slot_waits_in_order_of_arrival() -> None:
    engine = StubEngine(EngineSpec(slots=1))
    _, first = ask(engine, 1)
    _, second = ask(engine, 1)
    engine.step(25)
    assert (first.ended, second.ended) == (True, False)
    engine.step(25)
    assert second.ended


def test_who_leaves_frees_the_slot_at_once() -> None:
    engine = StubEngine(EngineSpec(slots=1))
    gone, _ = ask(engine, 100)
    waiting, heard = ask(engine, 1)
    engine.leave(gone)
    engine.leave(gone)
    assert list(engine.running) == [waiting]
    engine.step(25)
    assert heard.ended


def test_a_full_cache_lets_nobody_in_but_one() -> None:
    engine = StubEngine(EngineSpec(kv_tokens=100))
    ask(engine, 80)
    ask(engine, 80)
    assert (len(engine.running), len(engine.waiting)) == (1, 1)
    alone = StubEngine(EngineSpec(kv_tokens=100))
    ask(alone, 1000)
    assert len(alone.running) == 1


def test_a_remembered_beginning_is_not_read_again() -> None:
    engine = StubEngine(EngineSpec(token_ms=1, prefill_per_s=1000))
    prompt = "harbour " * 128
    first, heard = ask(engine, 1, prompt)
    engine.step(1000)
    assert heard.ended
    again, _ = ask(engine, 1, prompt)
    other, _ = ask(engine, 1, "a" + prompt)
    assert (first.cached_tokens, again.cached_tokens, other.cached_tokens) == (0, 256, 0)


def test_work_is_counted_for_whom_it_was_done() -> None:
    engine = StubEngine(EngineSpec())
    ask(engine, 100, part="registered")
    ask(engine, 100, part="attacker")
    engine.step(50)
    assert engine.report()["work_ms"] == {"registered": 50, "attacker": 50}


def test_a_crowded_engine_is_slower_for_everybody() -> None:
    engine = StubEngine(EngineSpec(token_ms=10, crowding=1.0))
    heard = [ask(engine, 100)[1] for _ in range(2)]
    engine.step(100)
    assert [one.tokens for one in heard] == [4, 4]


def test_a_spec_is_read_as_it_is_written() -> None:
    spec = EngineSpec(slots=32, token_ms=12.5)
    assert EngineSpec.parse(str(spec)) == spec
    with pytest.raises(ValueError, match="slots"):
        EngineSpec.parse("solts=3")
