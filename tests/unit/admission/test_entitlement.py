"""Who asks more than its share falls behind, whoever does not stays first, and the scale moves all alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seawall.admission.entitlement import LEAST_SCALE, MOST_NORM, ORDINARY_MS, Entitlements
from settable_clock import SettableClock


def entitlements(clock: SettableClock) -> Entitlements:
    return Entitlements(norm_share=0.2, factor=4.0, burst=12.0, at_first=1.0, clock=clock)


def asks(shares: Entitlements, name: str, ms: float) -> bool:
    """Whether it was within its entitlement as it asked."""
    within = shares.within(name)
    shares.charge(name, ms)
    shares.learn(name, ms)
    return within


def test_a_dozen_ordinary_questions_at_once_are_within_and_the_next_are_not():
    clock = SettableClock()
    shares = entitlements(clock)
    shares.learning = False
    assert [asks(shares, "ann", ORDINARY_MS) for _ in range(14)] == [True] * 12 + [False] * 2
    assert not shares.within("ann")
    assert shares.within("ben")


def test_who_stops_is_within_again_after_a_foreseeable_time():
    clock = SettableClock()
    shares = entitlements(clock)
    for _ in range(1000):
        asks(shares, "ann", ORDINARY_MS)
    clock.advance(shares.allowance("ann").window_s + 1)
    assert shares.within("ann")


def test_what_an_answer_holds_beyond_its_price_is_charged_too():
    clock = SettableClock()
    shares = entitlements(clock)
    shares.charge("ann", 1.0)
    shares.overrun("ann", 100 * ORDINARY_MS)
    assert not shares.within("ann")
    shares.overrun("nobody", 100 * ORDINARY_MS)
    assert shares.within("nobody")


def test_one_conversation_all_day_long_never_leaves_the_first_class():
    clock = SettableClock()
    shares = entitlements(clock)
    for _ in range(2000):
        assert asks(shares, "ann", 8000.0)
        clock.advance(30)


def test_a_heavy_account_earns_a_share_by_use_but_a_bounded_one():
    clock = SettableClock()
    shares = entitlements(clock)
    for second in range(4000):
        asks(shares, "ann", 600.0)
        for other in range(second % 5, 40, 5):
            asks(shares, f"ordinary {other}", 1000.0)
        clock.advance(1)
    usual = shares.allowance("ordinary 1").window_s / shares.allowance("ann").window_s
    assert 1 < usual <= MOST_NORM
    assert shares.within("ann")


def test_an_attack_teaches_nothing():
    clock = SettableClock()
    shares = entitlements(clock)
    shares.learning = False
    before = shares.allowance("ben")
    for _ in range(5000):
        asks(shares, "mal", 60_000.0)
        clock.advance(0.5)
    assert shares.ordinary_ms == ORDINARY_MS
    assert shares.allowance("ben") == before
    assert shares.allowance("mal").window_s == before.window_s


def test_the_allowance_tells_what_is_left_and_when_it_is_full():
    clock = SettableClock()
    shares = entitlements(clock)
    shares.learning = False
    for _ in range(3):
        asks(shares, "ann", ORDINARY_MS)
    told = shares.allowance("ann")
    assert (told.quota, told.remaining) == (12, 9)
    clock.advance(told.reset_s)
    assert shares.allowance("ann").remaining == 12


@given(st.lists(st.booleans(), max_size=300))
def test_the_scale_is_monotone_bounded_and_recovers(breaking: list[bool]):
    shares = entitlements(SettableClock())
    for breaks in breaking:
        before = shares.scale
        shares.breathe(promise_breaks=breaks)
        assert LEAST_SCALE <= shares.scale <= 1.0
        assert shares.scale <= before if breaks else shares.scale >= before
    for _ in range(2000):
        shares.breathe(promise_breaks=False)
    assert shares.scale == 1.0


@given(
    asked=st.lists(st.tuples(st.floats(1, 50_000), st.floats(0, 60)), min_size=1, max_size=120),
    breaks=st.integers(0, 100),
)
def test_no_lower_scale_lets_anybody_in_who_was_beyond_at_a_higher_one(asked: list[tuple[float, float]], breaks: int):
    clock = SettableClock()
    full, low = entitlements(clock), entitlements(clock)
    full.learning = low.learning = False
    for _ in range(breaks):
        low.breathe(promise_breaks=True)
    for ms, pause_s in asked:
        clock.advance(pause_s)
        assert full.within("ann") >= low.within("ann")
        asks(full, "ann", ms)
        asks(low, "ann", ms)


@given(st.lists(st.tuples(st.floats(1, 20_000), st.floats(0, 30)), min_size=1, max_size=200))
def test_what_is_taken_within_is_at_most_burst_and_rate_and_one_question(asked: list[tuple[float, float]]):
    clock = SettableClock()
    shares = entitlements(clock)
    shares.learning = False
    began_s, within_ms, largest = clock(), 0.0, 0.0
    for ms, pause_s in asked:
        clock.advance(pause_s)
        if asks(shares, "ann", ms):
            within_ms += ms
            largest = max(largest, ms)
        bound = 12 * ORDINARY_MS + 800 * (clock() - began_s) + largest
        assert within_ms <= bound * (1 + 1e-9)


@given(st.lists(st.tuples(st.floats(1, 200_000), st.booleans(), st.floats(0, 30)), max_size=60))
def test_what_is_given_back_costs_nothing_and_pays_no_debt(asked: list[tuple[float, bool, float]]):
    clock = SettableClock()
    shares, others = entitlements(clock), entitlements(clock)
    for ms, wrong, pause_s in asked:
        clock.advance(pause_s)
        taken_ms = shares.charge("ann", ms)
        if wrong:
            shares.give_back("ann", taken_ms)
        else:
            others.charge("ann", ms)
        assert abs(shares.allowance("ann").reset_s - others.allowance("ann").reset_s) < 1e-6


def test_a_wrong_question_that_took_long_saves_nothing_up():
    clock = SettableClock()
    shares = entitlements(clock)
    taken_ms = shares.charge("ann", ORDINARY_MS)
    clock.advance(60)
    shares.charge("ann", ORDINARY_MS)
    debt_s = shares.allowance("ann").reset_s
    shares.give_back("ann", taken_ms, since_s=60)
    assert shares.allowance("ann").reset_s == debt_s
