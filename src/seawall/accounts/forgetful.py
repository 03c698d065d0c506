"""Whoever remembers facts of accounts. Knows the one thing they are told; knows none of them."""

from __future__ import annotations

from typing import Protocol


class Forgetful(Protocol):
    """Sessions and keys, in whose verdicts the facts stand."""

    def forget_account(self, account_id: str) -> None:
        """The account changed: ask again."""
        ...
