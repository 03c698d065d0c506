"""``/api/operator/accounts``: the register, and what an operator may change of each account. Decides nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from seawall.accounts.accounts import Accounts, Standing
from seawall.accounts.keys.keys import Keys
from seawall.answering.statement import Statements
from seawall.records.register_entries import FindAccounts, Kind
from seawall.settings.shield import BudgetSettings
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal
from seawall.web.bodies import PathId, StandingChange
from seawall.web.door import Door
from seawall.web.operators.acts import say
from seawall.web.people.account_views import AccountList, AccountView
from seawall.web.people.statement import BoundView
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS, BudgetView, KeyView

# As many as one reads before one searches; the most that one answer tells.
PAGE, LONGEST_PAGE = 50, 200
# No list is read so far by hand: who looks for one account searches.
FARTHEST = 1_000_000
_FOR_OPERATORS = Refusal(Reason.NOT_ALLOWED, "This is for the operators of the service.")
_NO_SUCH_ACCOUNT = Refusal(Reason.NOT_FOUND, "There is no such account; it may have been deleted.")


class AccountPage(AccountList):
    total: int = Field(description="On all pages; 0 beyond the last.")


class OneAccount(AccountView):
    """``keys`` are those that are not revoked; ``bounds`` is what is used of budgets, by key id ("" is the account)."""

    keys: list[KeyView]
    budgets: dict[str, BudgetView] = Field(description="The account's own and its keys', where they have any.")
    default: BudgetView = Field(description="The settings', which hold where the account's own is null.")
    bounds: dict[str, list[BoundView]]
    priced: bool = Field(description="Whether the settings name a price; else nothing costs anything.")


def register_router(
    door: Door, accounts: Accounts, keys: Keys, statements: Statements, budget: BudgetSettings
) -> APIRouter:
    """Found, looked at, changed."""
    router = APIRouter(prefix="/api/operator/accounts", tags=["operator"], responses=REFUSALS)

    @router.get("", summary="Accounts that were let in, newest first, page by page")
    async def find(
        request: Request,
        q: Annotated[str, Query(max_length=320, description="A part of the address.")] = "",
        kind: Kind = Kind.ALL,
        limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
        offset: Annotated[int, Query(ge=0, le=FARTHEST)] = 0,
    ) -> AccountPage:
        operating(await door.signed_in(request))
        found = await accounts.find(FindAccounts(q.strip(), kind, limit, offset))
        return AccountPage(accounts=[AccountView.of(row) for row in found.rows], total=found.total)

    @router.get("/{account_id}", summary="One account, its keys, and what it has used of its budgets")
    async def one(account_id: PathId, request: Request) -> OneAccount:
        operating(await door.signed_in(request))
        row = await accounts.by_id(account_id)
        if row is None:
            raise Refused(_NO_SUCH_ACCOUNT)
        statement = await statements.of(account_id, 1)
        return OneAccount(
            **AccountView.of(row).model_dump(),
            keys=[KeyView.of(key) for key in await keys.of(account_id) if key.revoked_s is None],
            budgets={key_id: BudgetView.of(its) for key_id, its in (await accounts.budgets(account_id)).items()},
            default=BudgetView.of(budget.budget()),
            bounds=BoundView.by_key(statement),
            priced=budget.names_prices,
        )

    @router.post("/{account_id}", summary="Disable, promote or vouch for an account")
    async def change(account_id: PathId, body: StandingChange, request: Request) -> AccountView:
        actor = operating(await door.changing(request))
        changed = await accounts.change_as(
            actor, account_id, Standing(body.disabled, body.role, body.vouched, body.first_day)
        )
        if isinstance(changed, Refusal):
            raise Refused(changed)
        say(request, **body.model_dump(mode="json", exclude_defaults=True))
        return AccountView.of(changed)

    return router


def operating(who: Identity) -> Identity:
    """The same, who may run the service. Raises Refused for whom may not."""
    if not who.role.operates:
        raise Refused(_FOR_OPERATORS)
    return who
