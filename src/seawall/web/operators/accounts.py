"""``/api/operator`` for those who run the service. Knows reports and accounts; decides nothing."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from seawall.accounts.accounts import Accounts, Standing
from seawall.conversations.jobs import Jobs
from seawall.engines.port import EngineReport
from seawall.records.port import RecordsReport
from seawall.settings.shield import BudgetSettings
from seawall.values.budget import Budget
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal
from seawall.web.bodies import BudgetBody, PathId, StandingChange
from seawall.web.door import Door
from seawall.web.people.account_views import AccountView
from seawall.web.responses import Refused
from seawall.web.views import (
    REFUSALS,
    Budgets,
    BudgetView,
    EngineView,
    Overview,
    OwnBudget,
    PricesView,
    QueueView,
    RecordsView,
)

_FOR_OPERATORS = Refusal(Reason.NOT_ALLOWED, "This is for the operators of the service.")


def operator_router(
    door: Door,
    accounts: Accounts,
    jobs: Jobs,
    *,
    engine: Callable[[], EngineReport],
    queue_waiting: Callable[[], int],
    records: Callable[[], RecordsReport],
    budget: BudgetSettings,
) -> APIRouter:
    """The overview, and the standing of accounts."""
    router = APIRouter(prefix="/api/operator", tags=["operator"], responses=REFUSALS)

    @router.get("/overview", summary="How the service is")
    async def overview(request: Request) -> Overview:
        operating(await door.signed_in(request))
        report = records()
        return Overview(
            engine=EngineView.of(engine()),
            queue=QueueView(waiting=queue_waiting()),
            records=RecordsView(healthy=report.healthy, lag_s=report.lag_s),
            accounts=[AccountView.of(row) for row in await accounts.all()],
        )

    @router.post("/accounts/{account_id}", summary="Disable, promote or vouch for an account")
    async def change(account_id: PathId, body: StandingChange, request: Request) -> AccountView:
        actor = operating(await door.changing(request))
        changed = await accounts.change_as(
            actor, account_id, Standing(body.disabled, body.role, body.vouched, body.first_day)
        )
        if isinstance(changed, Refusal):
            raise Refused(changed)
        if changed.disabled:
            # Nobody listens any more, and a job does not need anybody to: it would hold its slot to the end.
            await jobs.stop_of(account_id)
        return AccountView.of(changed)

    _add_budgets(router, door, accounts, budget)
    return router


def _add_budgets(router: APIRouter, door: Door, accounts: Accounts, budget: BudgetSettings) -> None:
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


def operating(who: Identity) -> Identity:
    """The same, who may run the service. Raises Refused for whom may not."""
    if not who.role.operates:
        raise Refused(_FOR_OPERATORS)
    return who
