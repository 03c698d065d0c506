"""How much of one kind of work goes on at once, in all and of one account. Knows counts; knows no work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager

from seawall.values.refusal import Refusal
from seawall.web.responses import Refused


class Places:
    """``busy`` is told where all are taken, ``yours`` where one account has its part of them."""

    def __init__(self, most: int, per_account: int, *, busy: Refusal, yours: Refusal) -> None:
        self._most = most
        self._per_account = per_account
        self._busy = busy
        self._yours = yours
        self._of = Counter[str]()

    def take(self, account_id: str) -> AbstractContextManager[None]:
        """A place, held from the entry into it to its exit. Raises Refused at once where none is free."""
        if self._of[account_id] >= self._per_account:
            raise Refused(self._yours)
        if self._of.total() >= self._most:
            raise Refused(self._busy)
        return self._held(account_id)

    @contextmanager
    def _held(self, account_id: str) -> Generator[None]:
        self._of[account_id] += 1
        try:
            yield
        finally:
            self._of[account_id] -= 1
            if not self._of[account_id]:
                del self._of[account_id]
