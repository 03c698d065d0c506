"""Where an answer stops being repeatable. Knows pieces; knows no engine."""

from __future__ import annotations

from collections.abc import AsyncIterator

from seawall.values.piece import Piece


async def until_first_token(pieces: AsyncIterator[Piece]) -> list[Piece]:
    """The pieces up to the first that carries a token (or ends the answer), that one included.

    OpenAI's streams open with a chunk that carries only a role. Held back until there is more, it lets an answer
    that dies on its doorstep be asked for again elsewhere, and the asker sees one stream with one id.
    """
    head: list[Piece] = []
    async for piece in pieces:
        head.append(piece)
        if piece.tokens or piece.finish is not None:
            break
    return head
