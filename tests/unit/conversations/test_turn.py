"""A turn: durable before anybody answers, kept as it grows, and honest about what was not saved."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from records_that_fail import SwitchedRecords
from seawall.conversations.conversations import Conversations, Opened, Prepared
from seawall.conversations.placing import Replay, Said
from seawall.conversations.turn import Turn
from seawall.records.conversation_entries import MessageRow, MessageStatus
from seawall.values.piece import Outcome, Piece, Usage
from seawall.values.refusal import Reason, Refusal
from settable_clock import SettableClock

ADA = "account-ada"
SAID = Said(ADA, "message-1", "When is high tide?", "m")


async def prepared_turn(conversations: Conversations, said: Said = SAID) -> Turn:
    prepared = await conversations.prepare(said)
    assert isinstance(prepared, Prepared)
    return prepared.turn


async def messages_of(conversations: Conversations, turn: Turn) -> tuple[MessageRow, ...]:
    opened = await conversations.open(ADA, turn.conversation.id)
    assert isinstance(opened, Opened)
    return opened.messages


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(5):
        while not await condition():
            await asyncio.sleep(0.01)


class Steps:
    """A sleep whose end the test gives."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._next = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await self._next.wait()
        self._next.clear()

    def go_on(self) -> None:
        self._next.set()


async def test_the_message_is_durable_once_the_turn_has_begun(conversations: Conversations) -> None:
    turn = await prepared_turn(conversations)
    assert await turn.begin() is None
    message, answer = await messages_of(conversations, turn)
    assert (message.id, message.text) == ("message-1", "When is high tide?")
    assert (answer.id, answer.status) == (turn.answer_id, MessageStatus.STREAMING)


async def test_an_answer_is_kept_as_it_grows(records: SwitchedRecords, clock: SettableClock) -> None:
    steps = Steps()
    conversations = Conversations(records, unix_time=clock, sleep=steps.sleep)
    turn = await prepared_turn(conversations)
    await turn.begin()
    turn.grow(Piece(b"", text="At ", reasoning="The moon"))
    turn.grow(Piece(b"", text="noon"))
    await asyncio.sleep(0)
    asked = records.asked
    assert steps.slept == [0.5]
    steps.go_on()

    async def flushed() -> bool:
        answer = (await messages_of(conversations, turn))[1]
        return (answer.text, answer.reasoning) == ("At noon", "The moon")

    await until(flushed)
    assert records.asked > asked
    answer = (await messages_of(conversations, turn))[1]
    assert answer.status is MessageStatus.STREAMING
    await turn.end(Outcome.STOPPED, Usage(), None)


async def test_an_answer_that_does_not_grow_is_not_written_again(
    records: SwitchedRecords, clock: SettableClock
) -> None:
    steps = Steps()
    conversations = Conversations(records, unix_time=clock, sleep=steps.sleep)
    turn = await prepared_turn(conversations)
    await turn.begin()
    turn.grow(Piece(b"", text="At noon"))
    await asyncio.sleep(0)
    asked = records.asked
    for _ in range(3):
        slept = len(steps.slept)
        steps.go_on()
        async with asyncio.timeout(5):
            while len(steps.slept) == slept:
                await asyncio.sleep(0.001)
    assert records.asked == asked + 1
    await turn.end(Outcome.STOPPED, Usage(), None)


async def test_the_end_keeps_everything(conversations: Conversations) -> None:
    turn = await prepared_turn(conversations)
    await turn.begin()
    turn.grow(Piece(b"", text="At noon."))
    recorded = await turn.end(Outcome.COMPLETE, Usage(10, 3), "stop")
    assert (recorded.outcome, recorded.finish, recorded.saved) == (Outcome.COMPLETE, "stop", True)
    answer = (await messages_of(conversations, turn))[1]
    assert (answer.text, answer.status, answer.usage) == ("At noon.", MessageStatus.COMPLETE, Usage(10, 3))
    assert await turn.end(Outcome.STOPPED, Usage(), None) == recorded


async def test_the_same_message_again_is_told_from_the_records(conversations: Conversations) -> None:
    turn = await prepared_turn(conversations)
    await turn.begin()
    again = await conversations.prepare(SAID)
    assert isinstance(again, Refusal)
    assert again.reason is Reason.CONFLICT
    turn.grow(Piece(b"", text="At noon."))
    await turn.end(Outcome.COMPLETE, Usage(), "stop")
    replay = await conversations.prepare(SAID)
    assert isinstance(replay, Replay)
    assert (replay.conversation.id, replay.message_id) == (turn.conversation.id, "message-1")
    assert (replay.answer.id, replay.answer.text) == (turn.answer_id, "At noon.")


async def test_of_two_who_send_the_same_message_at_once_one_is_answered(conversations: Conversations) -> None:
    first, second = await prepared_turn(conversations), await prepared_turn(conversations)
    assert await first.begin() is None
    refusal = await second.begin()
    assert refusal is not None
    assert refusal.reason is Reason.CONFLICT
    await second.abandon()
    assert len(await messages_of(conversations, first)) == 2


async def test_without_records_nothing_begins(conversations: Conversations, records: SwitchedRecords) -> None:
    turn = await prepared_turn(conversations)
    records.away = True
    refusal = await turn.begin()
    assert refusal is not None
    assert refusal.reason is Reason.RECORDS_UNAVAILABLE
    records.away = False
    assert await turn.begin() is None


async def test_a_conversation_deleted_meanwhile_is_not_found(conversations: Conversations) -> None:
    turn = await prepared_turn(conversations)
    await turn.begin()
    await turn.end(Outcome.COMPLETE, Usage(), "stop")
    next_turn = await prepared_turn(conversations, Said(ADA, "message-2", "And low?", "m", turn.conversation.id))
    await conversations.delete(ADA, turn.conversation.id)
    refusal = await next_turn.begin()
    assert refusal is not None
    assert refusal.reason is Reason.NOT_FOUND


async def test_an_answer_the_records_did_not_take_is_told_and_saved_later(
    records: SwitchedRecords, clock: SettableClock
) -> None:
    steps = Steps()
    conversations = Conversations(records, unix_time=clock, sleep=steps.sleep)
    turn = await prepared_turn(conversations)
    await turn.begin()
    turn.grow(Piece(b"", text="At noon."))
    records.away = True
    recorded = await turn.end(Outcome.COMPLETE, Usage(), "stop")
    assert not recorded.saved
    records.away = False
    assert (await messages_of(conversations, turn))[1].status is MessageStatus.STREAMING

    async def saved() -> bool:
        steps.go_on()
        return (await messages_of(conversations, turn))[1].status is MessageStatus.COMPLETE

    await until(saved)
    assert (await messages_of(conversations, turn))[1].text == "At noon."
    await conversations.close()


async def test_what_waits_is_tried_once_more_when_the_service_ends(
    conversations: Conversations, records: SwitchedRecords
) -> None:
    turn = await prepared_turn(conversations)
    await turn.begin()
    turn.grow(Piece(b"", text="At noon."))
    records.away = True
    await turn.end(Outcome.COMPLETE, Usage(), "stop")
    records.away = False
    await conversations.close()
    assert (await messages_of(conversations, turn))[1].text == "At noon."


async def test_an_asker_who_leaves_while_the_turn_begins_leaves_no_open_answer(conversations: Conversations) -> None:
    turn = await prepared_turn(conversations)
    beginning = asyncio.create_task(turn.begin())
    await asyncio.sleep(0)
    beginning.cancel()
    await asyncio.wait([beginning])
    await turn.abandon()
    assert (await messages_of(conversations, turn))[1].status is MessageStatus.STOPPED


async def test_a_turn_that_never_began_leaves_nothing(conversations: Conversations) -> None:
    turn = await prepared_turn(conversations)
    await turn.abandon()
    opened = await conversations.open(ADA, turn.conversation.id)
    assert isinstance(opened, Refusal)


async def test_an_end_that_is_cancelled_is_written_all_the_same(conversations: Conversations) -> None:
    turn = await prepared_turn(conversations)
    await turn.begin()
    turn.grow(Piece(b"", text="At noon."))
    ending = asyncio.create_task(turn.end(Outcome.COMPLETE, Usage(), "stop"))
    await asyncio.sleep(0)
    ending.cancel()
    await asyncio.wait([ending])
    await conversations.close()
    answer = (await messages_of(conversations, turn))[1]
    assert (answer.text, answer.status) == ("At noon.", MessageStatus.COMPLETE)


async def test_how_long_it_thought_and_what_was_eased_is_kept(
    conversations: Conversations, clock: SettableClock
) -> None:
    turn = await prepared_turn(conversations)
    await turn.begin()
    turn.ease(["shorter"])
    clock.advance(2)
    turn.grow(Piece(b"", reasoning="The moon"))
    clock.advance(3)
    turn.grow(Piece(b"", text="At noon."))
    clock.advance(4)
    await turn.end(Outcome.COMPLETE, Usage(1, 2), "stop")
    answer = (await messages_of(conversations, turn))[1]
    assert (answer.first_token_s, answer.reasoned_s, answer.finish) == (2, 3, "stop")
    assert answer.finished_s == answer.created_s + 9
    assert answer.eased == '["shorter"]'
    assert turn.answer == replace(answer, position=turn.answer.position)


async def test_why_there_is_no_answer_is_kept(conversations: Conversations) -> None:
    turn = await prepared_turn(conversations)
    await turn.begin()
    await turn.end(Outcome.FAILED, Usage(), None, Refusal(Reason.ENGINE_FULL, "Full."))
    answer = (await messages_of(conversations, turn))[1]
    assert (answer.status, answer.refusal, answer.first_token_s) == (MessageStatus.FAILED, "engine_full", None)


async def test_what_the_service_stops_is_interrupted_and_what_is_whole_stays_so(conversations: Conversations) -> None:
    for number, (outcome, kept) in enumerate(
        ((Outcome.STOPPED, MessageStatus.INTERRUPTED), (Outcome.COMPLETE, MessageStatus.COMPLETE))
    ):
        turn = await prepared_turn(conversations, Said(ADA, f"message-{number}", "When?", "m"))
        await turn.begin()
        turn.interrupt()
        await turn.end(outcome, Usage(), None)
        assert (await messages_of(conversations, turn))[1].status is kept
