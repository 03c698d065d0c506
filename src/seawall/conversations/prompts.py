"""Texts that are kept to be sent again. Knows their bounds; knows no model."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from seawall.conversations.events import AccountEvent, AccountEvents
from seawall.records.library_entries import AddPrompt, DeletePrompt, PromptRow, PromptsOf, SettlePrompt
from seawall.records.port import Records
from seawall.values.refusal import Reason, Refusal

# A list that can still be searched by eye, and with the longest texts 1.6 million characters an account.
MOST_PROMPTS = 100
LONGEST_TITLE = 100
# As long as a conversation's instructions may be.
LONGEST_TEXT = 16_384
TOO_MANY_PROMPTS = Refusal(
    Reason.CONFLICT, f"You have {MOST_PROMPTS} saved prompts, and no more fit. Delete one that you do not need."
)
NO_SUCH_PROMPT = Refusal(Reason.NOT_FOUND, "There is no such prompt. It may have been deleted.")


class Prompts:
    """One person's. Every method raises RecordsUnavailable where the records do not answer."""

    def __init__(self, records: Records, events: AccountEvents, *, unix_time: Callable[[], float]) -> None:
        self._records = records
        self._events = events
        self._unix_time = unix_time

    async def all(self, account_id: str) -> tuple[PromptRow, ...]:
        """By title."""
        rows = await self._records.read(PromptsOf(account_id))
        return tuple(sorted(rows, key=lambda row: (row.title.casefold(), row.id)))

    async def add(self, account_id: str, title: str, text: str) -> PromptRow | Refusal:
        """One more."""
        now_s = self._unix_time()
        row = PromptRow(uuid4().hex, account_id, " ".join(title.split()), text, now_s, now_s)
        if not await self._records.write(AddPrompt(row, MOST_PROMPTS)):
            return TOO_MANY_PROMPTS
        return self._changed(row)

    async def settle(self, account_id: str, prompt_id: str, title: str | None, text: str | None) -> PromptRow | Refusal:
        """Sets what is given; None stays."""
        title = None if title is None else " ".join(title.split())
        row = await self._records.write(SettlePrompt(account_id, prompt_id, title, text, self._unix_time()))
        return NO_SUCH_PROMPT if row is None else self._changed(row)

    async def delete(self, account_id: str, prompt_id: str) -> Refusal | None:
        """Takes it away."""
        if not await self._records.write(DeletePrompt(account_id, prompt_id)):
            return NO_SUCH_PROMPT
        self._events.tell(account_id, AccountEvent("account"))
        return None

    def _changed(self, row: PromptRow) -> PromptRow:
        self._events.tell(row.account_id, AccountEvent("account"))
        return row
