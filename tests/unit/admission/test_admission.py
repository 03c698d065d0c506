"""The door: who is let in, in which class, what is eased, what is learned; and what is no siege."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from seawall.admission.admission import ALONE_S, LOOK_S, Admission
from seawall.admission.budget import Budgets
from seawall.admission.posture import Pin, Posture
from seawall.settings.shield import AdmissionSettings, BudgetSettings
from seawall.values.arrival import Arrival, Place
from seawall.values.identity import Identity, Role
from seawall.values.load import OPEN, ClassLoad, Load, Threshold
from seawall.values.piece import Outcome, Usage
from seawall.values.question import Question
from seawall.values.refusal import Reason, Refusal
from seawall.values.served import Served
from seawall.values.ticket import ServiceClass, Ticket
from settable_clock import SettableClock

C1, C1B, C2, C4 = ServiceClass.C1, ServiceClass.C1B, ServiceClass.C2, ServiceClass.C4
FOR_EVER = 1e12
MEMBER = Identity("ann", "", Role.MEMBER, 0.0, vouched=True, first_day_ends_s=FOR_EVER)
NEW = Identity("new", "", Role.MEMBER, 0.0, first_day_ends_s=FOR_EVER)
GUEST = Identity("", "", Role.GUEST, 0.0)
OPERATOR = Identity("op", "", Role.OPERATOR, 0.0, first_day_ends_s=FOR_EVER)
QUESTION = Question("m", {"messages": []}, 1024, prompt_chars=400)


class House:
    """A door whose queue tells what the test sets."""

    def __init__(self, settings: AdmissionSettings | None = None, models: tuple[str, ...] = ()) -> None:
        self.clock = SettableClock()
        self.load = Load()
        self.threshold: Threshold = OPEN
        self.door = Admission(
            settings or AdmissionSettings(),
            patience_s=60,
            random=Random(1),
            clock=self.clock,
            unix_time=self.clock,
            budgets=Budgets(BudgetSettings(), unix_time=self.clock),
            load=lambda: self.load,
            threshold=lambda: self.threshold,
            models=lambda: models,
        )

    def ask(
        self, identity: Identity = MEMBER, question: Question = QUESTION, user: str | None = None
    ) -> Ticket | Refusal:
        return self.door.admit(Arrival("r", self.clock(), Place("192.0.2.1"), identity, question, user))

    def ticket(self, identity: Identity = MEMBER, question: Question = QUESTION, user: str | None = None) -> Ticket:
        ticket = self.ask(identity, question, user)
        assert isinstance(ticket, Ticket)
        return ticket

    def look(self, seconds: float, load: Load | None = None) -> Posture:
        self.load = load or self.load
        for _ in range(int(seconds / LOOK_S) + 1):
            self.door.look()
            self.clock.advance(LOOK_S)
        return self.door.posture

    def refuse(self, ticket: Ticket, retry_after_s: float = 10.0) -> None:
        no = Refusal(Reason.NO_ROOM, "Full.", retry_after_s=retry_after_s)
        self.door.settled(ticket, Served(Outcome.FAILED, Usage(), no, 0.0, None, 0.0))


def load(slots: int = 16, **by_class: ClassLoad) -> Load:
    return Load({ServiceClass[name.upper()]: one for name, one in by_class.items()}, slots)


FLOOD = load(
    c1=ClassLoad(waiting=6, held=6, oldest_wait_s=9, expected_wait_s=12),
    c2=ClassLoad(waiting=60, held=8, oldest_wait_s=50, expected_wait_s=200),
)


def test_a_member_asks_a_question_as_c1_a_few_after_a_while_and_stands_behind_after_them():
    house = House()
    assert [house.ticket().service_class for _ in range(30)][::29] == [C1, C1B]
    house.clock.advance(300)
    classes = [house.ticket().service_class for _ in range(30)]
    assert classes[:3] == [C1] * 3
    assert classes[-1] is C1B
    assert house.door.class_of(MEMBER, Place("192.0.2.1")) is C1B


@pytest.mark.parametrize(
    "reason", [Reason.MODEL_NOT_FOUND, Reason.CONTEXT_LENGTH_EXCEEDED, Reason.ENGINE_REJECTED, Reason.QUARANTINED]
)
def test_wrong_questions_cost_their_account_nothing_and_teach_nothing(reason: Reason):
    house = House()
    place, ordinary_ms = Place("192.0.2.1"), house.door.report().ordinary_ms
    before = house.door.allowance(MEMBER, place)
    for _ in range(200):
        ticket = house.ticket(question=replace(QUESTION, prompt_chars=1_000_000))
        house.door.settled(ticket, Served(Outcome.FAILED, Usage(), Refusal(reason, "Wrong."), 0.0, None, 0.0))
    told = house.door.allowance(MEMBER, place)
    assert told is not None
    assert before is not None
    assert told.reset_s == pytest.approx(before.reset_s)
    assert house.door.report().ordinary_ms == ordinary_ms
    assert house.ticket().service_class is C1


def test_a_wrong_question_that_held_the_engine_costs_what_it_held():
    house = House()
    no = Refusal(Reason.ENGINE_REJECTED, "Wrong.")
    for _ in range(30):
        house.door.settled(house.ticket(), Served(Outcome.FAILED, Usage(), no, 0.0, None, 4000.0))
    assert house.ticket().service_class is C1B


def test_who_asks_much_of_a_house_in_which_nobody_else_asks_is_not_told_to_stand_behind():
    house = House()
    house.load = load(4)
    assert {house.ticket().service_class for _ in range(30)} == {C1}
    house.ticket(NEW)
    assert house.ticket().service_class is C1B
    house.clock.advance(ALONE_S + 1)
    assert {house.ticket().service_class for _ in range(30)} == {C1}
    for busy in (load(4, c1=ClassLoad(held=1)), load(4, c2=ClassLoad(waiting=1)), replace(house.load, kv_use=0.95)):
        house.load = busy
        assert house.ticket().service_class is C1B


def test_a_users_question_that_was_refused_costs_nothing_when_it_comes_back_at_the_time_named():
    house = House()
    place = Place("192.0.2.1")
    told = house.door.allowance(MEMBER, place)
    for _ in range(5):
        house.refuse(house.ticket(), retry_after_s=0.0)
        charged = house.door.allowance(MEMBER, place)
        assert charged != told
        house.ticket()
        told = house.door.allowance(MEMBER, place)
        assert told == charged


def test_who_asks_again_and_again_before_the_time_named_is_refused_without_a_look_at_the_question():
    house = House()
    for _ in range(3):
        house.refuse(house.ticket(), retry_after_s=60)
    house.refuse(house.ticket(), retry_after_s=60)
    refusal = house.ask()
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.SHARE_USED
    assert refusal.retry_after_s == pytest.approx(60)
    early = house.door.hopeless(MEMBER, Place("192.0.2.1"))
    assert early is not None
    house.clock.advance(60)
    assert house.door.hopeless(MEMBER, Place("192.0.2.1")) is None
    assert house.ticket()


def test_who_is_below_the_threshold_is_refused_before_the_body_and_others_are_not():
    house = House()
    house.threshold = Threshold(rank=C1B.rank, level=1.0)
    refusal = house.door.hopeless(NEW, Place("192.0.2.1"))
    assert refusal is not None
    assert refusal.reason is Reason.NO_ROOM
    assert refusal.retry_after_s is not None
    assert "new accounts" in refusal.message
    assert house.door.hopeless(MEMBER, Place("192.0.2.1")) is None
    assert house.door.report().refused == {(C2, "no_room"): 1}


def test_refused_together_they_are_not_told_to_come_back_together():
    house = House()
    house.threshold = Threshold(rank=C1B.rank, level=1.0)
    times = {house.door.hopeless(replace(NEW, account_id=str(n)), Place("192.0.2.1")) for n in range(20)}
    assert len({no.retry_after_s for no in times if no}) > 15


def test_strangers_without_a_challenge_reach_the_engine_only_while_all_is_quiet():
    house = House()
    assert house.ticket(GUEST).service_class is C4
    house.door.pin(Pin(Posture.ELEVATED, None, "ann"))
    refusal = house.ask(GUEST)
    assert isinstance(refusal, Refusal)
    assert "sign in" in refusal.message


def test_a_strangers_flow_and_share_are_its_networks():
    house = House()
    assert house.ticket(GUEST).flow.account == Place("192.0.2.1").network


def test_users_of_a_trusted_front_end_have_shares_of_their_own():
    house = House()
    front = replace(MEMBER, front_end=True, key_id="k")
    while house.ticket(front, user="greedy").service_class is C1:
        pass
    other = house.ticket(front, user="modest")
    assert other.service_class is C1
    assert other.flow.leaf == "modest"


def test_a_front_ends_user_is_told_of_its_own_share_and_class():
    house, place = House(), Place("192.0.2.1")
    front = replace(MEMBER, front_end=True, key_id="k")
    while house.ticket(front, user="greedy").service_class is C1:
        pass
    assert house.door.class_of(front, place, "greedy") is C1B
    assert house.door.class_of(front, place, "modest") is C1
    greedy, modest = (house.door.allowance(front, place, user) for user in ("greedy", "modest"))
    assert greedy is not None
    assert modest is not None
    assert greedy.remaining == 0 < modest.remaining


def test_a_siege_caps_answers_by_class_and_says_so_but_never_those_of_whom_the_promise_is_made_to():
    house = House()
    house.door.pin(Pin(Posture.SIEGE, None, "ann"))
    new, member = house.ticket(NEW), house.ticket(MEMBER)
    assert (new.question.max_tokens, new.at_once) == (512, 1)
    assert "512 tokens" in new.eased[0].words
    assert (member.question.max_tokens, member.eased, member.at_once) == (1024, (), 0)


def test_three_members_who_chat_on_a_laptop_with_two_slots_are_no_siege():
    house = House()
    chatting = load(2, c1=ClassLoad(waiting=1, held=2, oldest_wait_s=25, expected_wait_s=30))
    assert house.look(600, chatting) is Posture.NORMAL
    assert house.ticket().eased == ()
    assert house.door.report().scale == 1.0


def test_a_flood_that_makes_registered_users_wait_is_a_siege_within_seconds():
    house = House()
    assert house.look(3, FLOOD) is Posture.ELEVATED
    assert house.look(4) is Posture.SIEGE
    assert house.door.report().stance.because in ("queue", "others")
    assert house.door.report().scale < 1.0
    assert house.look(360, Load(slots=16)) is Posture.ELEVATED
    assert house.look(70) is Posture.NORMAL
    assert house.door.report().scale == 1.0


def test_registered_users_alone_raise_the_posture_by_one_step_and_no_more():
    house = House()
    inside = load(c1=ClassLoad(waiting=80, held=16, oldest_wait_s=40, expected_wait_s=60))
    assert house.look(600, inside) is Posture.ELEVATED


def test_registered_users_who_are_refused_burn_the_promise():
    house = House()
    house.load = load(c1=ClassLoad(waiting=4, held=6), c2=ClassLoad(waiting=40, held=8))
    for number in range(40):
        house.refuse(house.ticket(replace(MEMBER, account_id=str(number))))
    assert house.look(0) is Posture.SIEGE
    assert house.door.report().stance.because == "burning"


def test_registered_demand_beyond_the_engine_shortens_answers_and_gives_them_back():
    house = House()
    inside = load(c1=ClassLoad(waiting=80, held=16, oldest_wait_s=40, expected_wait_s=60))
    house.look(1.25, inside)
    eased = house.ticket()
    assert eased.question.max_tokens == 256
    assert "all registered users" in eased.eased[0].words
    assert house.ticket(OPERATOR).eased == ()
    house.look(200, Load(slots=16))
    assert house.ticket().eased == ()


def test_where_shorter_is_not_enough_answers_become_a_quarter_as_long():
    house = House()
    house.look(30, load(c1=ClassLoad(waiting=80, held=16, oldest_wait_s=40, expected_wait_s=60)))
    assert house.ticket().question.max_tokens == 64
    assert house.door.longest_now(house.ticket()) == 64


def test_answers_are_kept_short_before_the_promise_is_broken():
    house = House()
    house.look(1.25, load(c1=ClassLoad(waiting=80, held=16, oldest_wait_s=1, expected_wait_s=3)))
    assert house.ticket().question.max_tokens == 256


def test_after_a_relapse_answers_are_kept_short_for_twice_as_long():
    house = House()
    inside, calm = load(c1=ClassLoad(waiting=80, held=16, oldest_wait_s=40, expected_wait_s=60)), Load(slots=16)
    house.look(30, inside)
    full = len(house.door.report().brownout)
    house.look(35, calm)
    assert len(house.door.report().brownout) == full - 1
    house.look(5, inside)
    house.look(35, calm)
    assert len(house.door.report().brownout) == full
    house.look(35, calm)
    assert len(house.door.report().brownout) == full - 1


def test_an_account_is_charged_for_what_it_asked_however_short_its_answer_is_kept():
    plain, eased = House(), House()
    eased.look(30, load(c1=ClassLoad(waiting=80, held=16, oldest_wait_s=40, expected_wait_s=60)))
    for house in (plain, eased):
        house.door.look()
    assert eased.ticket().price.engine_ms < plain.ticket().price.engine_ms
    whole, short = (house.door.allowance(MEMBER, Place("192.0.2.1")) for house in (plain, eased))
    assert whole is not None
    assert short is not None
    assert short.reset_s >= whole.reset_s


def test_while_others_hold_the_engine_nothing_is_eased_for_registered_users():
    house = House()
    attacked = load(c1=ClassLoad(waiting=8, held=2, expected_wait_s=60), c2=ClassLoad(waiting=60, held=14))
    house.look(60, attacked)
    assert house.door.report().brownout == ()


def test_each_step_of_the_brownout_is_the_operators_to_forbid_or_to_add():
    settings = AdmissionSettings(brownout_shorter=False, brownout_model="light")
    house = House(settings, models=("m", "light"))
    inside = load(c1=ClassLoad(waiting=80, held=16, oldest_wait_s=40, expected_wait_s=60))
    house.look(30, inside)
    question = replace(QUESTION, fields={"messages": [], "reasoning_effort": "high"})
    eased = house.ticket(question=question)
    assert eased.question.max_tokens == 1024
    assert eased.question.model == "light"
    assert eased.question.fields["reasoning_effort"] == "low"


def test_a_lighter_model_that_the_engine_does_not_have_is_asked_of_nobody():
    house = House(AdmissionSettings(brownout_model="light"))
    house.look(30, load(c1=ClassLoad(waiting=80, held=16, oldest_wait_s=40, expected_wait_s=60)))
    assert house.ticket().question.model == "m"


@pytest.mark.parametrize("told", [Load(slots=8, kv_use=0.94, told_kv_use=0.94), Load(slots=8, inside=12)])
def test_a_model_server_that_others_fill_presses_without_a_siege(told: Load):
    house = House()
    assert house.look(60, told) is Posture.ELEVATED
    assert house.door.report().stance.because == "kv"


def test_a_model_server_that_is_well_used_keeps_no_posture_up():
    house = House()
    house.look(10, FLOOD)
    assert house.look(900, Load(slots=8, kv_use=0.85, told_kv_use=0.85, inside=3)) is Posture.NORMAL


def test_what_an_answer_holds_beyond_its_price_is_charged_to_its_account():
    house = House()
    ticket = house.ticket()
    before = house.door.allowance(MEMBER, Place("192.0.2.1"))
    house.door.settled(ticket, Served(Outcome.COMPLETE, Usage(100, 500), None, 0.0, 100.0, 60_000.0))
    after = house.door.allowance(MEMBER, Place("192.0.2.1"))
    assert before is not None
    assert after is not None
    assert after.reset_s > before.reset_s
    assert house.door.report().prices.learned == 1


def test_a_program_with_two_short_streams_a_second_is_never_refused():
    house = House()
    for _ in range(600):
        ticket = house.ticket(question=replace(QUESTION, max_tokens=40))
        house.door.settled(ticket, Served(Outcome.COMPLETE, Usage(100, 40), None, 0.0, 50.0, 850.0))
        house.clock.advance(0.5)
