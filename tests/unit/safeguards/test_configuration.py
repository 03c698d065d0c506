"""Settings in the log: values where everybody is concerned, digests elsewhere, and of a secret nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from fresh_records import FreshRecords
from log_rooms import an_open_log
from seawall.safeguards.configuration import changed, settings_told, since_last
from seawall.safeguards.log_entry import EntryKind

KEY = b"key"


def told(**values: object) -> dict[str, object]:
    paths = {name.replace("_", ".", 1): value for name, value in values.items()}
    return dict(settings_told(paths, {path: str(value) for path, value in paths.items()}, KEY))


def test_numbers_of_the_rules_are_told_and_words_and_other_sections_are_not():
    facts = told(
        queue_waiting=10, queue_deadline=True, queue_name="secret words", engine_slots=4, mail_host="mx.example.org"
    )

    assert facts["values"] == {"queue.waiting": 10, "queue.deadline": True}
    assert isinstance(facts["digests"], dict)
    assert set(facts["digests"]) == {"queue.name", "engine.slots", "mail.host"}
    assert "secret words" not in str(facts)
    assert "example.org" not in str(facts)


def test_a_digest_shows_a_change_and_needs_the_key():
    assert told(mail_host="a") != told(mail_host="b")
    assert told(mail_host="a") == told(mail_host="a")
    other = settings_told({"mail.host": "a"}, {"mail.host": "a"}, b"another")
    assert dict(other) != told(mail_host="a")


def test_a_setting_that_is_left_out_is_nowhere():
    facts = settings_told({"mail.password": "hunter2", "queue.waiting": 1}, {"queue.waiting": "1"}, KEY)

    assert "password" not in str(facts)


def test_what_changed_is_named_wherever_it_is():
    before, now = told(queue_waiting=10, mail_host="a", port=1), told(queue_waiting=20, mail_host="b", port=1)

    assert changed(before, now) == ["mail.host", "queue.waiting"]


@pytest.mark.parametrize("again", [True, False])
async def test_a_start_says_only_what_is_new(tmp_path: Path, fresh_records: FreshRecords, again: bool):
    records = fresh_records(tmp_path)
    await records.start()
    first, second = told(queue_waiting=10), told(queue_waiting=10 if again else 20)
    async with an_open_log(records) as log:
        said = await since_last(records, EntryKind.SETTINGS, first)
        assert said is not None
        assert said["changed"] == []
        await log.append(EntryKind.SETTINGS, said)

    said = await since_last(records, EntryKind.SETTINGS, second)
    await records.close()

    assert said == (None if again else {**second, "changed": ["queue.waiting"]})
