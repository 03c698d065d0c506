"""``/api/bootstrap``: all that the first screen needs. Knows who holds which fact; decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from seawall.accounts.joining.enrolment import Enrolment
from seawall.accounts.joining.first_owner import FirstOwner
from seawall.accounts.outside.outside import KnownProvider
from seawall.accounts.own_account import NO_PROFILE, OwnAccount, Profile
from seawall.admission.signup_gate import SignupGate
from seawall.conversations.conversations import Conversations
from seawall.conversations.library import Library
from seawall.engines.port import EngineReport
from seawall.records.port import RecordsReport, RecordsUnavailable
from seawall.records.status_entries import BannerRow
from seawall.values.identity import Identity
from seawall.values.refusal import Refusal
from seawall.web.conversations.conversation_views import ConversationView
from seawall.web.conversations.library_shapes import FolderView
from seawall.web.door import Door
from seawall.web.people.account_views import MyProfile, ProviderView, TermsView
from seawall.web.views import REFUSALS, Bootstrap, ModelView, Notice

FIRST_PAGE = 50


@dataclass(frozen=True, slots=True)
class Facts:
    """What does not change while the service runs. ``demonstration`` is True for the small default model."""

    version: str
    model: str
    demonstration: bool


class _OwnThings:
    """What of the first screen is the person's own; empty for nobody, and while the records are down."""

    def __init__(self, own: OwnAccount, conversations: Conversations, library: Library) -> None:
        self._own = own
        self._conversations = conversations
        self._library = library

    async def profile(self, who: Identity | None) -> MyProfile | None:
        if who is None:
            return None
        try:
            profile = await self._own.profile(who)
        except RecordsUnavailable:
            profile = NO_PROFILE
        return MyProfile.known(who, profile if isinstance(profile, Profile) else NO_PROFILE)

    async def conversations(self, who: Identity | None) -> list[ConversationView]:
        if who is None:
            return []
        try:
            page = await self._conversations.page(who.account_id, FIRST_PAGE)
        except RecordsUnavailable:
            return []
        return [] if isinstance(page, Refusal) else [ConversationView.of(row) for row in page.conversations]

    async def folders(self, who: Identity | None) -> list[FolderView]:
        if who is None:
            return []
        try:
            return [FolderView.of(row) for row in await self._library.folders.all(who.account_id)]
        except RecordsUnavailable:
            return []


def bootstrap_router(
    door: Door,
    conversations: Conversations,
    first_owner: FirstOwner,
    own: OwnAccount,
    enrolment: Enrolment,
    facts: Facts,
    *,
    posture: Callable[[], str],
    signup: SignupGate,
    engine: Callable[[], EngineReport],
    records: Callable[[], RecordsReport],
    mail: bool,
    library: Library,
    outside: Collection[KnownProvider],
    guests: bool,
    banner: Callable[[], BannerRow | None],
) -> APIRouter:
    """Answers while the records are down too: then without conversations, and it says that nothing is saved."""
    terms, own_things = enrolment.terms, _OwnThings(own, conversations, library)
    router = APIRouter(prefix="/api", tags=["accounts"], responses=REFUSALS)

    @router.get("/bootstrap", summary="All that the first screen needs")
    async def bootstrap(request: Request, response: Response) -> Bootstrap:
        who = await door.visitor(request)
        listed = await own_things.conversations(who)
        needs_owner = await first_owner.needed()
        report = engine()
        response.headers["cache-control"] = "no-store"
        return Bootstrap(
            me=await own_things.profile(who),
            csrf_token=door.csrf_token(who) if who else None,
            needs_owner=needs_owner,
            signup=enrolment.rules.mode,
            signup_domains=sorted(enrolment.rules.domains),
            mail=mail,
            outside=[ProviderView(name=one.name, title=one.title) for one in outside],
            guests=guests,
            terms=TermsView(version=terms.version, url="/terms") if terms.text else None,
            signup_busy=signup.is_busy,
            signup_puzzle=signup.asks,
            posture=posture(),
            models=[ModelView.of(offer) for offer in report.models if offer.answers],
            model=next((offer.id for offer in report.models if offer.answers), facts.model),
            conversations=listed,
            folders=await own_things.folders(who),
            sharing=library.shares.allowed,
            engine_ready=report.ready,
            demonstration=facts.demonstration,
            history_saved=records().healthy,
            banner=Notice.of(banner()),
            version=facts.version,
        )

    return router
