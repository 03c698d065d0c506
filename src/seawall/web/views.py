"""What the web app is told. Knows the JSON's shape; decides nothing."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from seawall.accounts.keys.keys import NewKey
from seawall.engines.port import EngineReport, ModelOffer
from seawall.records.entries import KeyRow
from seawall.records.status_entries import BannerRow
from seawall.settings.shield import BudgetSettings
from seawall.values.budget import NAMES, Budget
from seawall.web.conversations.conversation_views import ConversationView
from seawall.web.conversations.library_shapes import FolderView
from seawall.web.people.account_views import MyProfile, ProviderView, TermsView

# For the API's documentation: every route may refuse, always in this form.
REFUSALS: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": 'Refused: `{"error": {message, type, code, param}}`'},
    "5XX": {"description": "Not possible now: the same form, often with `Retry-After`"},
}
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "Server-sent events, told in `docs/api.md`", "content": {"text/event-stream": {}}}
}


class KeyView(BaseModel):
    """Empty ``scopes`` or ``models`` stand for all of them."""

    id: str
    name: str
    hint: str
    created_at: float
    revoked_at: float | None
    front_end: bool
    scopes: list[str]
    models: list[str]
    expires_at: float | None
    last_used_at: float | None = Field(description="To the minute; null where it never was.")

    @staticmethod
    def of(row: KeyRow) -> KeyView:
        return KeyView(
            id=row.id,
            name=row.name,
            hint=row.hint,
            created_at=row.created_s,
            revoked_at=row.revoked_s,
            front_end=row.front_end,
            scopes=row.scopes.split(),
            models=row.models.split(),
            expires_at=row.expires_s,
            last_used_at=row.last_used_s,
        )


class KeyList(BaseModel):
    keys: list[KeyView]


class NewKeyView(KeyView):
    key: str = Field(description="The key itself. It is shown this once and kept nowhere.")

    @staticmethod
    def made(new: NewKey) -> NewKeyView:
        return NewKeyView(key=new.secret, **KeyView.of(new.row).model_dump())


class ModelView(BaseModel):
    """``vision``: it takes images."""

    id: str
    context_tokens: int | None
    vision: bool

    @staticmethod
    def of(offer: ModelOffer) -> ModelView:
        return ModelView(id=offer.id, context_tokens=offer.context_tokens, vision=offer.vision)


class Notice(BaseModel):
    """What an operator tells everybody; where one language is empty the other is shown."""

    text_en: str
    text_zh: str

    @staticmethod
    def of(row: BannerRow | None) -> Notice | None:
        return None if row is None else Notice(text_en=row.text_en, text_zh=row.text_zh)


class Bootstrap(BaseModel):
    """All that the first screen needs, in one answer.

    ``signup`` is `open`, `approval`, `invite`, `domain` or `closed`; ``mail`` whether the service sends any, so that
    a forgotten password can be set anew; ``terms`` is null where there are none; ``sharing`` whether links may be made.
    """

    me: MyProfile | None
    csrf_token: str | None
    needs_owner: bool
    signup: str
    signup_domains: list[str]
    mail: bool
    outside: list[ProviderView]
    guests: bool = Field(description="Whether people without an account are answered.")
    terms: TermsView | None
    signup_busy: bool
    signup_puzzle: bool
    posture: str
    models: list[ModelView]
    model: str
    conversations: list[ConversationView]
    folders: list[FolderView]
    sharing: bool
    engine_ready: bool
    demonstration: bool
    history_saved: bool
    banner: Notice | None
    version: str


class BudgetView(BaseModel):
    """A bound that is null is the settings'; 0 is none."""

    requests_per_day: float | None
    requests_per_month: float | None
    tokens_per_day: float | None
    tokens_per_month: float | None
    engine_s_per_day: float | None
    engine_s_per_month: float | None
    money_per_day: float | None
    money_per_month: float | None

    @staticmethod
    def of(budget: Budget) -> BudgetView:
        return BudgetView(**{name: getattr(budget, name) for name in NAMES})


class OwnBudget(BaseModel):
    """``key_id`` is empty for the account's own budget."""

    account_id: str
    key_id: str
    budget: BudgetView


class PricesView(BaseModel):
    """Of a million tokens and of an hour of one slot, in any one currency; 0 where none is named."""

    prompt: float
    cached: float
    completion: float
    engine_hour: float

    @staticmethod
    def of(settings: BudgetSettings) -> PricesView:
        return PricesView(
            prompt=settings.price_prompt,
            cached=settings.price_cached,
            completion=settings.price_completion,
            engine_hour=settings.price_engine_hour,
        )


class Budgets(BaseModel):
    """The settings' default with its prices, and every budget that differs from it."""

    default: BudgetView
    prices: PricesView
    own: list[OwnBudget]


class EngineView(BaseModel):
    name: str
    ready: bool
    slots: int
    in_flight: int
    restarts: int
    trouble: str | None
    models: list[str]

    @staticmethod
    def of(report: EngineReport) -> EngineView:
        return EngineView(
            name=report.name,
            ready=report.ready,
            slots=report.slots,
            in_flight=report.in_flight,
            restarts=report.restarts,
            trouble=report.trouble,
            models=[offer.id for offer in report.models],
        )


class QueueView(BaseModel):
    waiting: int


class RecordsView(BaseModel):
    healthy: bool
    lag_s: float


class Overview(BaseModel):
    engine: EngineView
    queue: QueueView
    records: RecordsView
