"""Rows of packed documents: nothing lost, nothing read across a border, and the same again from a position."""

from __future__ import annotations

from itertools import islice

import pytest
import torch

from seawall.training.batches import IGNORED, Batch, Batches, Document, Position
from seawall.training.data.example import DataError


def documents(*lengths: int) -> list[Document]:
    start = 1
    made: list[Document] = []
    for number, length in enumerate(lengths):
        made.append(Document(f"document {number}", range(start, start + length)))
        start += length
    return made


def pairs(batches: list[Batch]) -> list[tuple[int, int]]:
    """Every token that is read with the one that is to be learnt after it."""
    return [
        (int(token), int(target))
        for batch in batches
        for token, target in zip(batch.tokens_BT.flatten(), batch.target_BT.flatten(), strict=True)
        if target != IGNORED
    ]


def test_cut_documents_teach_every_token_once_and_none_across_a_border() -> None:
    one = documents(7, 30, 4, 11, 2)
    batches = Batches(one, rows=1, length=8, seed=0, cut=True)
    epoch = [batch for batch in islice(batches, 12) if batches.position.epoch == 0]
    wanted = [(a, b) for document in one for a, b in zip(document.tokens, document.tokens[1:], strict=False)]
    assert sorted(pairs(epoch)) == sorted(wanted)


def test_whole_documents_are_never_cut_and_only_the_reply_is_taught() -> None:
    two = [Document("first", [1, 2, 3, 4, 5], taught_from=3), Document("second", [6, 7, 8, 9], taught_from=2)]
    (batch,) = islice(Batches(two, rows=1, length=10, seed=0, cut=False), 1)
    assert sorted(pairs([batch])) == [(3, 4), (4, 5), (7, 8), (8, 9)]
    assert sorted(batch.names[0]) == ["first", "second"]
    assert batch.document_BT.tolist()[0][:7] in ([1, 1, 1, 1, 2, 2, 2], [1, 1, 1, 2, 2, 2, 2])
    assert batch.document_BT.tolist()[0][7:] == [0, 0, 0]


def test_targets_further_ahead_stay_inside_their_document() -> None:
    two = [Document("first", [1, 2, 3, 4]), Document("second", [5, 6, 7, 8])]
    (batch,) = islice(Batches(two, rows=1, length=6, seed=0, cut=False), 1)
    learnt = zip(batch.tokens_BT[0].tolist(), batch.target_ahead(1)[0].tolist(), strict=True)
    assert sorted(pair for pair in learnt if pair[1] != IGNORED) == [(1, 3), (2, 4), (5, 7), (6, 8)]


def test_from_a_position_the_same_batches_follow() -> None:
    one = documents(*range(2, 30))
    batches = Batches(one, rows=3, length=16, seed=4, cut=True)
    list(islice(batches, 7))
    rest = list(islice(Batches(one, rows=3, length=16, seed=4, cut=True, start=batches.position), 9))
    again = list(islice(batches, 9))
    assert batches.position.epoch > 0
    assert all(torch.equal(a.tokens_BT, b.tokens_BT) for a, b in zip(again, rest, strict=True))


def test_another_seed_and_another_epoch_have_another_order() -> None:
    one = documents(*[8] * 40)
    first, other, later = (
        next(iter(Batches(one, rows=4, length=8, seed=seed, cut=True, start=Position(epoch))))
        for seed, epoch in ((0, 0), (1, 0), (0, 1))
    )
    assert not torch.equal(first.tokens_BT, other.tokens_BT)
    assert not torch.equal(first.tokens_BT, later.tokens_BT)


def test_few_documents_fill_a_batch_by_being_read_twice_and_the_position_moves_on() -> None:
    batches = Batches(documents(4), rows=3, length=8, seed=0, cut=False)
    first, _ = islice(batches, 2)
    assert first.names == (("document 0",),) * 3
    assert batches.position.epoch == 1


def test_data_that_teaches_nothing_or_does_not_fit_is_refused_by_name() -> None:
    with pytest.raises(DataError, match="nothing to learn"):
        Batches([], rows=1, length=8, seed=0, cut=True)
    with pytest.raises(DataError, match="nothing to learn"):
        Batches([Document("all question", [1, 2, 3], taught_from=3)], rows=1, length=8, seed=0, cut=True)
    with pytest.raises(DataError, match="document 1 has 20 tokens, but a row has context_tokens = 8"):
        Batches(documents(4, 20), rows=1, length=8, seed=0, cut=False)
