"""``/api/operator``: what accounts and keys may use of a day and a month. Decides nothing."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from seawall.accounts.accounts import Accounts
from seawall.settings.shield import BudgetSettings
from seawall.values.budget import Budget
from seawall.web.bodies import BudgetBody, PathId
from seawall.web.door import Door
from seawall.web.operators.accounts import operating
from seawall.web.responses import Refused
from seawall.web.views import REFUSALS, Budgets, BudgetView, OwnBudget, PricesView


def budgets_router(door: Door, accounts: Accounts, budget: BudgetSettings) -> APIRouter:
    """Told of all, told of one, set."""
    router = APIRouter(prefix="/api/operator", tags=["operator"], responses=REFUSALS)

    @router.get("/budgets", summary="The default budget, and every budget that differs from it")
    async def all_budgets(request: Request) -> Budgets:
        operating(await door.signed_in(request))
        own = await accounts.all_budgets()
        return Budgets(
            default=BudgetView.of(budget.budget()),
            prices=PricesView.of(budget),
            own=[
                OwnBudget(account_id=whose[0], key_id=whose[1], budget=BudgetView.of(one)) for whose, one in own.items()
            ],
        )

    @router.get("/accounts/{account_id}/budgets", summary="The budgets of an account and its keys")
    async def budgets(account_id: PathId, request: Request) -> dict[str, BudgetView]:
        operating(await door.signed_in(request))
        found = await accounts.budgets(account_id)
        return {key_id: BudgetView.of(one) for key_id, one in found.items()}

    @router.put("/accounts/{account_id}/budgets", status_code=204, summary="Bound an account, or one of its keys")
    async def bound(account_id: PathId, body: BudgetBody, request: Request) -> Response:
        actor = operating(await door.changing(request))
        bounds = Budget(**body.model_dump(exclude={"key_id"}))
        refusal = await accounts.set_budget_as(actor, account_id, body.key_id or "", bounds)
        if refusal is not None:
            raise Refused(refusal)
        return Response(status_code=204)

    return router
