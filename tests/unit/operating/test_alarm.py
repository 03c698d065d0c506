"""What wakes an operator, when it is over, and how it is sent; by a clock of the test's own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from hooked import receiver
from mailbox_in_memory import Mailbox
from patience import until
from seawall.operating.alarm.causes import Cause, Found, Room, causes_in
from seawall.operating.alarm.sending import AlarmSender, Receivers
from seawall.operating.alarm.told import alarm_told
from seawall.operating.alarm.watchman import GONE_S, Alarm, Watchman
from seawall.operating.alarm.words import over, said
from seawall.webhooks.guarded import GuardedWebhooks
from seawall.webhooks.signature import signed_headers
from settable_clock import SettableClock

GIB = 2**30
SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSB0ZXN0"
SIEGE = Found(Cause.SIEGE, numbers={"why": "the program itself is late"})
ENGINE = Found(Cause.ENGINE, numbers={"why": "it is starting"})


def reading(**changes: Any) -> dict[str, Any]:
    """A quiet minute, but for what is said."""
    quiet: dict[str, Any] = {
        "promise": {"asked": 100, "success": 1.0, "first_token_p95_s": 0.4, "within_s": 5.0},
        "engine": {"ready": True, "members": [{"name": "echo", "ready": True, "trouble": None}]},
        "records": {"healthy": True, "trouble": None},
        "shield": {"posture": "normal", "why": "nothing presses"},
    }
    return {**quiet, **changes}


def found(told: dict[str, Any], room: Room | None = None, log_trouble: str = "") -> list[Cause]:
    return [one.cause for one in causes_in(told, room, log_trouble)]


def test_a_quiet_minute_wakes_nobody():
    assert found(reading(), Room(50 * GIB, 100 * GIB)) == []


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        (reading(promise={"asked": 100, "success": 0.98, "first_token_p95_s": 0.4, "within_s": 5.0}), Cause.PROMISE),
        (reading(promise={"asked": 100, "success": 1.0, "first_token_p95_s": 6.0, "within_s": 5.0}), Cause.PROMISE),
        (reading(engine={"ready": False, "members": [{"name": "a", "ready": False, "trouble": "away"}]}), Cause.ENGINE),
        (
            reading(engine={"ready": True, "members": [{"name": "a", "ready": False, "trouble": None}]}),
            Cause.MEMBER,
        ),
        (reading(records={"healthy": False, "trouble": "the disk is full"}), Cause.DATABASE),
        (reading(shield={"posture": "siege", "why": "it presses"}), Cause.SIEGE),
        (reading(shield={"posture": "elevated", "why": "it presses"}), Cause.ELEVATED),
    ],
)
def test_what_is_amiss_is_found_and_has_a_sentence_in_both_languages(told: dict[str, Any], cause: Cause):
    (one,) = causes_in(told, None)
    assert one.cause is cause
    assert len({said(one, "en"), said(one, "zh"), over(one, 300.0, "en"), over(one, 300.0, "zh")}) == 4


def test_a_lost_member_stays_lost_when_the_whole_pool_is():
    away = [{"name": name, "ready": False, "trouble": "away"} for name in ("a", "b")]
    assert found(reading(engine={"ready": False, "members": away})) == [Cause.ENGINE, Cause.MEMBER, Cause.MEMBER]


def test_one_failure_among_a_few_questions_proves_nothing():
    assert found(reading(promise={"asked": 3, "success": 0.67, "first_token_p95_s": 9.0, "within_s": 5.0})) == []


@pytest.mark.parametrize(
    ("free", "size", "scarce"),
    [(50 * GIB, 100 * GIB, False), (4 * GIB, 100 * GIB, True), (0, 100 * GIB, True), (GIB // 4, GIB, True)],
)
def test_a_disk_that_fills_is_found_however_small_it_is(free: int, size: int, scarce: bool):
    assert found(reading(), Room(free, size)) == ([Cause.DISK] if scarce else [])


def test_a_damaged_public_log_is_found():
    assert found(reading(), None, "entry 7 is not what was signed") == [Cause.LOG]


def test_an_alarm_begins_once_its_cause_has_lasted_and_is_over_after_a_quiet_while():
    clock = SettableClock()
    watchman = Watchman(unix_time=clock)
    assert watchman.look([ENGINE]) == []
    clock.advance(25)
    (begun,) = watchman.look([ENGINE])
    assert (begun.state, begun.found, begun.since_s) == ("begun", ENGINE, clock.now_s - 25)
    assert watchman.look([ENGINE]) == []
    assert [(alarm.found, alarm.since_s) for alarm in watchman.going_on] == [(ENGINE, clock.now_s - 25)]
    clock.advance(GONE_S / 2)
    assert watchman.look([]) == []
    assert watchman.going_on[0].gone_s == GONE_S / 2
    clock.advance(GONE_S / 2)
    (ended,) = watchman.look([])
    assert (ended.state, ended.lasted_s) == ("over", 25)
    assert watchman.going_on == []


def test_what_is_over_by_itself_wakes_nobody_and_what_comes_and_goes_is_one_alarm():
    clock = SettableClock()
    watchman = Watchman(unix_time=clock)
    watchman.look([ENGINE])
    clock.advance(10)
    assert watchman.look([]) == []
    clock.advance(10)
    assert watchman.look([ENGINE]) == []  # It begins anew, and has not lasted.
    assert watchman.look([]) == []
    assert [alarm.state for alarm in watchman.look([SIEGE])] == ["begun"]
    for _ in range(5):
        clock.advance(GONE_S / 2)
        assert watchman.look([]) == []
        clock.advance(1)
        assert watchman.look([SIEGE]) == []


def test_at_most_so_many_are_sent_an_hour():
    clock = SettableClock()
    watchman = Watchman(unix_time=clock, most_an_hour=2)
    members = [Found(Cause.SIEGE, str(number), {"why": ""}) for number in range(5)]
    assert len(watchman.look(members)) == 2
    assert watchman.withheld == 3
    clock.advance(3600)
    assert len(watchman.look([*members, SIEGE])) == 1


@asynccontextmanager
async def sending(mailbox: Mailbox | None, *urls: str, secret: str = SECRET) -> AsyncGenerator[AlarmSender]:
    webhooks = GuardedWebhooks(private=True, patience_s=0.5)
    alarms = AlarmSender(
        Receivers(("ann@example.org",), urls, secret, "en", "Seawall", "https://chat.example.org"),
        mailbox,
        webhooks,
        unix_time=lambda: 1_700_000_000.0,
        new_id=lambda: "alarm-1",
        sleep=_at_once,
    )
    alarms.start()
    yield alarms
    await alarms.close()
    await webhooks.close()


async def _at_once(seconds: float) -> None:
    """Patience is the sender's; these tests have none."""


async def test_an_alarm_goes_to_the_mailbox_and_signed_to_the_webhook():
    mailbox = Mailbox()
    async with receiver() as receiving, sending(mailbox, receiving.url) as alarms:
        alarms.tell(Alarm("begun", SIEGE, 1_700_000_000.0))
        await until(lambda: bool(receiving.took and mailbox.mails))
    assert "siege" in mailbox.mails[0].subject
    assert "https://chat.example.org/operator" in mailbox.mails[0].text
    message = receiving.took[0]
    assert message.told["alarm"] == "siege"
    assert message.told["state"] == "begun"
    assert message.told["text"].startswith("[Seawall] The posture is siege")
    expected = signed_headers(SECRET, "alarm-1", 1_700_000_000, message.body)
    assert message.headers["webhook-signature"] == expected["webhook-signature"]


async def test_without_a_secret_nothing_pretends_to_be_signed():
    async with receiver() as receiving, sending(Mailbox(), receiving.url, secret="") as alarms:
        alarms.tell(Alarm("begun", SIEGE, 1_700_000_000.0))
        await until(lambda: bool(receiving.took))
    assert receiving.took[0].headers["webhook-id"] == "alarm-1"
    assert "webhook-signature" not in receiving.took[0].headers


def test_why_the_posture_moved_is_told_in_the_language_of_the_rest():
    moved = Found(Cause.SIEGE, numbers={"why": "more than one in ten waited", "because": "burning"})
    assert "超过一成" in said(moved, "zh")
    assert "more than one in ten waited" in said(moved, "en")


@pytest.mark.parametrize("cause", list(Cause))
def test_every_alarm_says_what_to_do_in_both_languages(cause: Cause):
    numbers = {"why": "a", "name": "b", "free_mib": 1, "part": 0.01, "success": 0.5, "p95_s": 9.0, "within_s": 5.0}
    told = alarm_told(Alarm("begun", Found(cause, "b", numbers), 1_700_000_000.04))
    assert (told["cause"], told["about"], told["since_s"]) == (cause.value, "b", 1_700_000_000.0)
    assert len({*told["sentence"].values(), *told["advice"].values()}) == 4


async def test_a_webhook_that_hangs_and_a_mail_server_that_is_away_end_in_a_failure_and_not_in_a_wait():
    mailbox = Mailbox(away=True)
    async with receiver("hangs") as receiving, sending(mailbox, receiving.url) as alarms:
        alarms.tell(Alarm("begun", SIEGE, 1_700_000_000.0))
        await until(lambda: alarms.outcomes["failed"] == 2)


async def test_where_no_mail_is_sent_webhooks_are_told_of_each_alarm():
    async with receiver() as receiving, sending(None, receiving.url) as alarms:
        for _ in range(2):
            alarms.tell(Alarm("begun", SIEGE, 1_700_000_000.0))
        await until(lambda: len(receiving.took) == 2)
