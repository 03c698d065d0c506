"""What was said is found by its words, in any script, by its owner alone, for as long as it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from record_places import Place
from record_rows import NOW_S, a_turn, add_account, the_end_of
from seawall.records.conversation_entries import (
    DeleteConversation,
    FinishAnswer,
    GrowAnswer,
    InterruptOpenAnswers,
    RestoreConversation,
    SettleConversation,
    SweepDeleted,
)
from seawall.records.entrance_entries import DeleteAccount
from seawall.records.import_entries import DropStaged, ShowStaged, StageConversation, StageMessages
from seawall.records.library_entries import FoundRow, Search
from seawall.records.port import Records
from seawall.values.search_words import wanted_by


async def found(records: Records, query: str, account: str = "ada", limit: int = 50) -> Sequence[FoundRow]:
    return await records.read(Search(f"account-{account}", wanted_by(query), limit))


async def ids(records: Records, query: str, account: str = "ada") -> list[str | None]:
    """Of the messages that are found; None for a title."""
    return [row.message_id for row in await found(records, query, account)]


async def keep(records: Records, *texts: str, account: str = "ada") -> list[str]:
    """Each text as the message of a conversation of its own; tells the messages' ids."""
    turns = [
        a_turn(conversation=f"{account}-{number}", account=account, text=text) for number, text in enumerate(texts)
    ]
    for turn in turns:
        await records.write(turn)
    return [turn.message.id for turn in turns if turn.message]


@pytest.fixture(autouse=True)
async def ada(records: Records) -> None:
    await records.write(add_account("ada"))


async def test_a_title_its_messages_and_a_finished_answer_are_found(records: Records):
    turn = a_turn(text="When is the spring tide?")
    await records.write(turn)
    await records.write(the_end_of(turn, "The spring tide is at noon."))

    assert await ids(records, "spring") == ["answer-ada-tides-0", "message-ada-tides-0"]
    (title,) = await found(records, "on tides")
    assert (title.message_id, title.speaker, title.text) == (None, None, "On tides")
    assert title.conversation.id == "conversation-tides"
    answer, question = await found(records, "tide spring")
    assert (answer.speaker, answer.text, question.speaker) == ("assistant", "The spring tide is at noon.", "user")


async def test_words_of_any_script_are_found_whatever_their_form(records: Records):
    chinese = "北京的潮汐什么时候最高"
    asked = [
        ("Die Straße nach Zürich", "STRASSE zurich"), ("The database of tides", "data"), ("getUser_name = 7", "name"),
        (chinese, "潮汐"), (chinese, "潮"), (chinese, "高"), (chinese, "北京 最高"), ("用Python写的", "python"),
        ("用Python写的", "写的"), ("波の満ち引き", "満ち"), ("간조와 만조", "만조"), ("Когда прилив?", "прилив"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
    ]  # fmt: skip
    texts = list(dict.fromkeys(text for text, _ in asked))
    kept = dict(zip(texts, await keep(records, *texts), strict=True))

    for text, query in asked:
        assert await ids(records, query) == [kept[text]], query


async def test_all_words_are_wanted_and_a_part_is_found_from_its_beginning_on(records: Records):
    both, _, _ = await keep(records, "high tide", "high noon", "low tide")

    assert await ids(records, "tide high") == [both]
    assert await ids(records, "ide") == []


async def test_no_text_is_too_strange_to_be_searched_for(records: Records):
    await keep(records, "a b x y words")
    strange = [
        "", " ", "***", '"', "'", "\\", "NEAR(a b)", "a AND", "-x", "words:x", "a:*", "x & !y", "x | y", "<->", "%",
        "\0", "'; DROP TABLE messages; --", "\ud800", "zz\0zz", "(" * 5000, '"' * 10_000, "wort " * 2000, "漢" * 10_000,
    ]  # fmt: skip

    for query in strange:
        assert all(row.text == "a b x y words" for row in await found(records, query)), query
    assert len(await found(records, "words")) == 1


async def test_operators_are_words_like_others(records: Records):
    said, _ = await keep(records, "this or that and not the other", "this")

    assert await ids(records, "this OR that") == [said]
    assert await ids(records, "this NOT that") == [said]


async def test_nobody_finds_what_another_said(records: Records):
    await records.write(add_account("bob"))
    (mine,) = await keep(records, "our secret harbour")
    (theirs,) = await keep(records, "our secret lighthouse", account="bob")

    assert await ids(records, "secret") == [mine]
    assert await ids(records, "secret", "bob") == [theirs]
    assert await ids(records, "lighthouse") == []


async def test_a_deleted_conversation_is_not_found_until_it_is_had_back_and_an_archived_one_is(records: Records):
    (said,) = await keep(records, "the spring tide")

    await records.write(SettleConversation("account-ada", "conversation-ada-0", archived=True, at_s=NOW_S))
    (row,) = await found(records, "spring")
    assert row.conversation.archived_s == NOW_S
    await records.write(DeleteConversation("account-ada", "conversation-ada-0", NOW_S))
    assert await ids(records, "spring") == []
    await records.write(RestoreConversation("account-ada", "conversation-ada-0"))
    assert await ids(records, "spring") == [said]


async def test_a_renamed_conversation_is_found_by_its_new_title_alone(records: Records):
    await keep(records, "hello")

    await records.write(SettleConversation("account-ada", "conversation-ada-0", title="Neap and spring"))
    await records.write(SettleConversation("account-ada", "conversation-ada-0", pinned=True))

    assert [row.text for row in await found(records, "neap")] == ["Neap and spring"]
    assert await ids(records, "on") == []  # It was "On ada-0".


async def test_an_answer_is_found_by_its_last_words_however_often_its_end_is_written(records: Records):
    turn = a_turn()
    await records.write(turn)
    await records.write(GrowAnswer(turn.answer.id, "Perhaps at midnight"))
    assert await ids(records, "midnight") == []

    await records.write(the_end_of(turn, "At dawn"))
    await records.write(the_end_of(turn, "At dusk"))

    assert await ids(records, "dusk") == [turn.answer.id]
    assert await ids(records, "dawn") == []


async def test_an_answer_that_was_interrupted_is_found(records: Records):
    turn = a_turn()
    await records.write(turn)
    await records.write(GrowAnswer(turn.answer.id, "Perhaps at midnight"))

    await records.write(InterruptOpenAnswers())

    assert await ids(records, "midnight") == [turn.answer.id]


@pytest.mark.parametrize("way", ["swept", "with its account"])
async def test_what_is_gone_for_good_is_not_found_by_what_comes_after(records: Records, place: Place, way: str):
    await keep(records, "the spring tide", "the neap tide")
    if way == "swept":
        await records.write(DeleteConversation("account-ada", "conversation-ada-1", NOW_S))
        assert await records.write(SweepDeleted(NOW_S + 1, 10)) == 1
    else:
        await records.write(DeleteAccount("account-ada"))
        await records.write(add_account("ada"))

    new = a_turn(conversation="new", text="a lighthouse")
    await records.write(new)

    assert await ids(records, "neap") == []
    assert len(await ids(records, "spring")) == (way == "swept")
    assert await ids(records, "lighthouse") == ["message-ada-new-0"]
    with place.database().to_read() as connection:
        left = connection.exec_driver_sql("SELECT count(*) FROM search_entries WHERE words LIKE '%%neap%%'")
        assert left.scalar_one() == 0
        if not place.url:
            assert connection.exec_driver_sql("SELECT count(*) FROM search_gone").scalar_one() == 0


async def test_what_is_brought_in_is_found_once_it_is_shown_and_not_if_it_is_dropped(records: Records):
    for name in ("kept", "dropped"):
        turn = a_turn(conversation=name, text="the spring tide")
        assert turn.message
        staged = replace(turn.conversation, deleted_s=NOW_S)
        message = replace(turn.message, conversation_id=staged.id, position=0)
        await records.write(StageConversation(staged, (message,)))
        await records.write(StageMessages((replace(message, id=f"more-{name}", position=1, text="and the neap"),)))
    assert await ids(records, "spring") == []

    await records.write(ShowStaged("account-ada", ("conversation-kept",)))
    await records.write(DropStaged("account-ada", ("conversation-dropped",)))

    assert await ids(records, "spring") == ["message-ada-kept-0"]
    assert await ids(records, "neap") == ["more-kept"]
    assert await ids(records, "on kept") == [None]


async def test_a_turn_that_is_undone_leaves_no_words(records: Records):
    turn = a_turn(text="the spring tide")
    refused = replace(turn, attachments=(("no-such-attachment", "copy"),))

    told = await asyncio.gather(
        records.write(refused),
        *(records.write(a_turn(conversation=f"{number}", text="neap")) for number in range(3)),
        return_exceptions=True,
    )

    assert isinstance(told[0], Exception)
    assert await ids(records, "spring") == []
    assert len(await ids(records, "neap")) == 3


async def test_few_of_one_conversation_are_found_and_the_newest_of_all(records: Records):
    for number in range(6):
        await records.write(a_turn(number, text="the tide"))
    await records.write(a_turn(conversation="last", text="a tide"))

    rows = await found(records, "tide")

    assert [row.message_id for row in rows] == [
        "message-ada-last-0", "message-ada-tides-5", "message-ada-tides-4", "message-ada-tides-3", None,
    ]  # fmt: skip
    assert [row.message_id for row in await found(records, "tide", limit=1)] == ["message-ada-last-0"]


async def test_a_long_text_is_found_by_what_it_begins_with(records: Records):
    (long,) = await keep(records, "harbour " + "word " * 20_000 + " lighthouse")

    assert await ids(records, "harbour") == [long]
    assert await ids(records, "lighthouse") == []
    (row,) = await found(records, "harbour")
    assert len(row.text) == 65_536


async def test_a_finish_for_an_answer_that_is_gone_is_indexed_nowhere(records: Records):
    turn = a_turn()
    end: FinishAnswer = the_end_of(turn, "midnight")

    assert await records.write(end) is False
    assert await ids(records, "midnight") == []
