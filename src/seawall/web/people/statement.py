"""``/api/usage``: what an account used, by day, key and model, and what is left to it. Decides nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from seawall.accounts.keys.keys import Keys
from seawall.admission.bounds import Bound
from seawall.answering.statement import Line, Statement, Statements
from seawall.records.entries import KeyRow
from seawall.settings.shield import BudgetSettings
from seawall.web.door import Door
from seawall.web.views import REFUSALS

# A year and its leap day: as far back as anybody compares.
LONGEST_DAYS = 366
# A month is what a plot shows at a glance, and what budgets are set by.
DEFAULT_DAYS = 30


class UsageLine(BaseModel):
    """``day`` is UTC's, as YYYY-MM-DD; ``key_id`` is empty for the chat app."""

    day: str
    key_id: str
    model: str
    requests: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    engine_s: float
    money: float

    @staticmethod
    def of(line: Line) -> UsageLine:
        count = line.count
        return UsageLine(
            day=count.day,
            key_id=count.key_id,
            model=count.model,
            requests=count.requests,
            prompt_tokens=count.prompt_tokens,
            cached_tokens=count.cached_tokens,
            completion_tokens=count.completion_tokens,
            engine_s=count.engine_ms / 1000,
            money=line.money,
        )


class BoundView(BaseModel):
    """``left`` is never below 0; ``resets_s`` is from now."""

    name: str = Field(description="Such as `tokens_per_day`.")
    quota: float
    used: float
    left: float
    resets_s: float

    @staticmethod
    def of(bound: Bound) -> BoundView:
        return BoundView(
            name=bound.name,
            quota=bound.quota,
            used=bound.used,
            left=max(0.0, bound.quota - bound.used),
            resets_s=bound.resets_s,
        )

    @staticmethod
    def by_key(statement: Statement) -> dict[str, list[BoundView]]:
        """Of who has any; the account's key id is empty."""
        return {key_id: [BoundView.of(bound) for bound in its] for key_id, its in statement.bounds.items() if its}


class UsedKey(BaseModel):
    """A key by the name that people know it by."""

    id: str
    name: str
    hint: str
    revoked: bool

    @staticmethod
    def of(row: KeyRow) -> UsedKey:
        return UsedKey(id=row.id, name=row.name, hint=row.hint, revoked=row.revoked_s is not None)


class UsageView(BaseModel):
    """``since`` and ``until`` are both included; days without use have no line."""

    since: str
    until: str
    priced: bool = Field(description="Whether the operator has named a price; else every `money` is 0.")
    lines: list[UsageLine]
    bounds: dict[str, list[BoundView]] = Field(description="By key id; the empty one is the account's.")
    keys: list[UsedKey]

    @staticmethod
    def told(statement: Statement, keys: tuple[KeyRow, ...], *, priced: bool) -> UsageView:
        return UsageView(
            since=statement.since.isoformat(),
            until=statement.until.isoformat(),
            priced=priced,
            lines=[UsageLine.of(line) for line in statement.lines],
            bounds=BoundView.by_key(statement),
            keys=[UsedKey.of(row) for row in keys],
        )


def statement_router(door: Door, statements: Statements, keys: Keys, prices: BudgetSettings) -> APIRouter:
    """One's own use."""
    router = APIRouter(prefix="/api", tags=["accounts"], responses=REFUSALS)

    @router.get("/usage", summary="What the account used, by day, key and model, and what is left")
    async def usage(request: Request, days: Annotated[int, Query(ge=1, le=LONGEST_DAYS)] = DEFAULT_DAYS) -> UsageView:
        who = await door.signed_in(request)
        statement = await statements.of(who.account_id, days)
        return UsageView.told(statement, await keys.of(who.account_id), priced=prices.names_prices)

    return router
