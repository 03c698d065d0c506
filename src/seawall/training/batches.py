"""Documents laid into rows that all have one length. Knows token numbers; knows no text and no loss.

Documents are packed, so that few places are padding, and numbered, so that none is read from within another. What comes
next depends on the seed and the position alone: who remembers the position goes on exactly where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor

from seawall.training.data.example import DataError

IGNORED = -100


@dataclass(frozen=True, slots=True)
class Document:
    """Tokens, of which those from ``taught_from`` on are to be learnt: a reply, but not its question."""

    name: str
    tokens: Sequence[int]
    taught_from: int = 1


@dataclass(frozen=True, slots=True)
class Position:
    """Where in the data: which time through all documents, and how many rows of it are read."""

    epoch: int = 0
    row: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Shapes as in model.py. ``target_BT`` is each place's next token, or IGNORED; ``document_BT`` is 0 for padding.

    ``names`` are the documents in each row.
    """

    tokens_BT: Tensor
    target_BT: Tensor
    document_BT: Tensor
    names: tuple[tuple[str, ...], ...]

    def part(self, rows: slice) -> Batch:
        return Batch(self.tokens_BT[rows], self.target_BT[rows], self.document_BT[rows], self.names[rows])

    def to(self, device: torch.device) -> Batch:
        return Batch(self.tokens_BT.to(device), self.target_BT.to(device), self.document_BT.to(device), self.names)

    def target_ahead(self, further: int) -> Tensor:
        """The tokens ``further`` places after the next, where they are of the same document and to be learnt."""
        places = self.tokens_BT.shape[1] - further
        same_BT = self.document_BT[:, :places] == self.document_BT[:, further:]
        target_BT = torch.full_like(self.target_BT, IGNORED)
        target_BT[:, :places] = torch.where(same_BT, self.target_BT[:, further:], IGNORED)
        return target_BT

    def tokens_ahead(self, further: int) -> Tensor:
        """The tokens ``further`` places later; the last places, which have none, repeat the row's first ones."""
        return self.tokens_BT.roll(-further, dims=1)


class Batches:
    """Batches without end: all documents in a new order, again and again."""

    def __init__(
        self,
        documents: Sequence[Document],
        *,
        rows: int,
        length: int,
        seed: int,
        cut: bool,
        start: Position | None = None,
    ) -> None:
        """``cut``: a document that fills a row goes on in the next, without what came before; else one longer than
        ``length`` is refused. Raises DataError where nothing is to be learnt."""
        if not any(len(document.tokens) > document.taught_from for document in documents):
            raise DataError("There is nothing to learn: the data has no document of two tokens or more.")
        longest = max(documents, key=lambda document: len(document.tokens))
        if not cut and len(longest.tokens) > length + 1:
            raise DataError(
                f"{longest.name} has {len(longest.tokens)} tokens, but a row has context_tokens = {length}: "
                "raise it, or leave the document out."
            )
        self._documents, self._rows, self._length = documents, rows, length
        self._seed, self._cut = seed, cut
        self.position = start or Position()

    def __iter__(self) -> Iterator[Batch]:
        while True:
            epoch, first = list(self._lay(self.position.epoch)), self.position.row
            if len(epoch) < self._rows:
                epoch = [epoch[row % len(epoch)] for row in range(self._rows)]
            # An epoch's last rows, too few for a batch, are left to other orders.
            for start in range(first, len(epoch) - self._rows + 1, self._rows):
                self.position = Position(self.position.epoch, start + self._rows)
                yield self._batch(epoch[start : start + self._rows])
            self.position = Position(self.position.epoch + 1)

    def _lay(self, epoch: int) -> Iterator[list[Document]]:
        """The pieces of documents in each row, in this epoch's order."""
        order = list(self._documents)
        Random(f"{self._seed} {epoch}").shuffle(order)
        row, free = list[Document](), self._length
        for document in order:
            tokens, taught_from = document.tokens, document.taught_from
            while len(tokens) > 1:
                if len(tokens) - 1 > free and (free == 0 or not self._cut):
                    yield row
                    row, free = [], self._length
                # The last token of a piece takes no place: it is a target, and begins the next piece if there is one.
                places = min(len(tokens) - 1, free)
                row.append(Document(document.name, tokens[: places + 1], taught_from))
                tokens, taught_from, free = tokens[places:], max(taught_from - places, 1), free - places
        if row:
            yield row

    def _batch(self, rows: Sequence[Sequence[Document]]) -> Batch:
        shape = (len(rows), self._length)
        tokens_BT, document_BT = torch.zeros(shape, dtype=torch.long), torch.zeros(shape, dtype=torch.long)
        target_BT = torch.full(shape, IGNORED)
        for number, row in enumerate(rows):
            at = 0
            for document, piece in enumerate(row, start=1):
                places = slice(at, at + len(piece.tokens) - 1)
                tokens = torch.tensor(piece.tokens)
                tokens_BT[number, places], document_BT[number, places] = tokens[:-1], document
                target_BT[number, at + piece.taught_from - 1 : places.stop] = tokens[piece.taught_from :]
                at = places.stop
        return Batch(tokens_BT, target_BT, document_BT, tuple(tuple(piece.name for piece in row) for row in rows))
