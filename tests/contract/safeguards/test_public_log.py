"""The public log over real databases: what was told is in it, signed and provable, and what was edited is named."""

from __future__ import annotations

import asyncio

import pytest

from log_rooms import a_book, an_open_log, audited
from patience import until
from record_places import Place
from record_rows import add_account
from seawall.records.entrance_entries import DeleteAccount
from seawall.records.port import Records, RecordsUnavailable
from seawall.records.truth_entries import LogFrom, LogRow
from seawall.safeguards.book import LogBroken
from seawall.safeguards.log_entry import entry_of, new_entry
from seawall.safeguards.merkle import includes, is_consistent
from seawall.safeguards.notes import Signer, head_in, verifier_of
from seawall.safeguards.operator_names import GONE, THE_COMMAND_LINE
from seawall.safeguards.public_log import LogPace, LogState
from seawall.values.identity import Role


async def kept(records: Records) -> list[LogRow]:
    return list(await records.read(LogFrom(0, 10_000)))


async def change(place: Place, statement: str) -> None:
    """By somebody who has the database and not the key."""

    def run() -> None:
        with place.database().to_write() as connection, connection.begin():
            connection.exec_driver_sql(statement)

    await asyncio.to_thread(run)


async def test_what_was_told_is_in_the_log_in_its_order(records: Records):
    async with an_open_log(records) as log:
        told = [log.append("posture", {"posture": str(number)}) for number in range(100)]
        positions = await asyncio.gather(*told)

    assert positions == list(range(1, 101))  # The key comes first.
    rows = await kept(records)
    assert [row.kind for row in rows] == ["key", *["posture"] * 100]
    assert '"facts":{"posture":"41"}' in rows[42].entry
    audit = await audited(records)
    assert (audit.fault, audit.tree.size) == (None, 101)


async def test_the_head_is_signed_and_proofs_lead_to_it(records: Records):
    async with an_open_log(records) as log:
        for number in range(9):
            await log.append("posture", {"number": number})
        earlier = head_in(log.standing().note)
        await log.append("posture", {"number": 9})
        standing = log.standing()
        head = verifier_of(standing.verifier).open(standing.note)
        tree = log.book.audit.tree

        assert (standing.state, standing.size, head.size) == (LogState.OPEN, 11, 11)
        for position in range(head.size):
            path = tree.inclusion(position, head.size)
            assert includes(head.root, head.size, position, tree.leaf(position), path)
        path = tree.consistency(earlier.size, head.size)
        assert is_consistent(earlier.root, earlier.size, head.root, head.size, path)


async def test_a_log_goes_on_where_a_life_before_left_it(records: Records):
    async with an_open_log(records) as log:
        await log.append("posture", {"life": 1})
        before = log.standing()
    async with an_open_log(records) as log:
        assert await log.append("posture", {"life": 2}) == 2
        after = log.standing()

    assert after.verifier == before.verifier
    assert [row.kind for row in await kept(records)] == ["key", "posture", "posture"]


async def test_another_key_is_named_in_the_log_before_it_signs(records: Records):
    other = bytes(32)
    async with an_open_log(records) as log:
        await log.append("posture", {})
    async with an_open_log(records, other) as log:
        assert await log.append("posture", {}) == 3

    rows = await kept(records)
    assert [row.kind for row in rows] == ["key", "posture", "key", "posture"]
    assert str(Signer("seawall.log/test", other).verifier) in rows[2].entry
    assert (await audited(records)).fault is None


async def test_operators_are_numbers_that_stay_theirs(records: Records):
    for name in ("ada", "grace"):
        await records.write(add_account(name, Role.OPERATOR))
    async with an_open_log(records) as log:
        for by in ("account-ada", "account-grace", "account-ada", THE_COMMAND_LINE, "account-nobody", ""):
            await log.append("operator_action", {"action": "looked"}, by=by)
    await records.write(DeleteAccount("account-grace"))
    await records.write(add_account("hedy", Role.OPERATOR))
    async with an_open_log(records) as log:
        for by in ("account-ada", "account-hedy"):
            await log.append("operator_action", {"action": "looked"}, by=by)

    entries = [row.entry for row in await kept(records)]
    names = [entry_of(entry).facts.get("operator") for entry in entries[1:]]
    again = ["operator 1", "operator 2", "operator 1"]
    assert names == [*again, THE_COMMAND_LINE, GONE, None, "operator 1", "operator 3"]
    assert not [entry for entry in entries if "account-" in entry or "ada" in entry or "grace" in entry]


async def test_two_processes_append_to_one_log(place: Place, records: Records):
    elsewhere = place.records()
    await elsewhere.start()
    async with an_open_log(records) as log:
        await log.append("posture", {"by": "the service"})
        book = a_book(elsewhere)
        await book.open()
        assert await book.append([new_entry(1.0, "operator_action", {"by": "a command"})]) == [2]
        assert await log.append("posture", {"by": "the service again"}) == 3
        assert await book.append([new_entry(2.0, "operator_action", {"by": "the command again"})]) == [4]
        await until(lambda: log.standing().size == 5)  # It looks by itself, too.
    await elsewhere.close()

    audit = await audited(records)
    assert (audit.fault, audit.tree.size) == (None, 5)


async def test_what_was_kept_though_it_seemed_not_is_not_kept_twice(records: Records):
    class Deaf:
        """Records that keep a change and cannot say so."""

        def __init__(self) -> None:
            self.deaf = 1

        def __getattr__(self, name: str) -> object:
            return getattr(records, name)

        async def write(self, change: object) -> object:
            told = await records.write(change)  # type: ignore[arg-type]
            if self.deaf:
                self.deaf -= 1
                raise RecordsUnavailable("It has not answered for 10 s.")
            return told

    async with an_open_log(Deaf()) as log:  # type: ignore[arg-type]
        assert await log.append("posture", {"once": True}) == 1

    assert [row.kind for row in await kept(records)] == ["key", "posture"]


async def test_a_full_queue_loses_what_comes_and_says_how_much(records: Records):
    pace = LogPace(waiting=3, first_pause_s=0.02, look_s=0.05)
    async with an_open_log(records, pace=pace) as log:
        told = [log.append("posture", {"number": number}) for number in range(10)]

        assert await asyncio.gather(*told) == [1, 2, 3, *[None] * 7]
        await until(lambda: log.standing().size > 4)
        assert log.standing().lost == 7
        assert await log.append("posture", {"number": 10}) == 5

    assert ['"entries":7' in row.entry for row in (await kept(records))[4:]] == [True, False]


async def test_the_first_bad_entry_is_named_and_nothing_more_is_appended(place: Place, records: Records):
    async with an_open_log(records) as log:
        for number in range(9):
            await log.append("posture", {"posture": "siege", "number": number})
    await change(place, "UPDATE log_entries SET entry = REPLACE(entry, 'siege', 'normal') WHERE position = 5")

    async with an_open_log(records) as log:
        await until(lambda: log.standing().state is LogState.READ_ONLY)
        standing = log.standing()
        assert standing.fault is not None
        assert str(standing.fault) == "entry 5: its text is not the one that was hashed"
        assert await log.append("posture", {}) is None
        assert log.standing().lost == 1
        with pytest.raises(LogBroken, match="entry 5"):
            await log.book.append([new_entry(1.0, "posture", {})])

    assert len(await kept(records)) == 10


async def test_an_entry_forged_with_all_its_hashes_lacks_the_signature(records: Records, place: Place):
    """Who has the database but not the key can make everything fit, but for the heads' signatures."""
    async with an_open_log(records) as log:
        for number in range(3):
            await log.append("posture", {"number": number})
    rows = await kept(records)
    await change(place, "DELETE FROM log_entries")
    await change(place, "DELETE FROM tree_heads")
    forger = a_book(records, seed=bytes(32))
    await forger.append([new_entry(1.0, "posture", {"number": 7})])
    # The forger's log names the forger's key. With the true key's entry back in its place, the heads betray it.
    key = rows[0]
    await change(
        place,
        f"UPDATE log_entries SET entry = '{key.entry}', leaf_hash = '{key.leaf_hash}', at_s = {key.at_s!r} "
        "WHERE position = 0",
    )

    fault = (await audited(records)).fault

    assert fault is not None
    assert fault.position == 0


async def test_a_log_whose_last_signature_is_forged_names_the_first_entry_under_a_forged_one(
    records: Records, place: Place
):
    async with an_open_log(records) as log:
        for number in range(5):
            await log.append("posture", {"number": number})
        tree = log.book.audit.tree
        for size in (3, 4, 5, 6):
            note = Signer("seawall.log/test", bytes(32)).note(size, tree.root(size))
            await change(place, f"UPDATE tree_heads SET note = '{note}' WHERE size = {size}")

    async with an_open_log(records) as log:
        await until(lambda: log.standing().state is LogState.READ_ONLY)
        assert log.standing().fault is not None
        assert log.standing().fault.position == 2  # type: ignore[union-attr]
