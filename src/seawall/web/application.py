"""Joins the routers into one application. Knows every route; decides nothing."""

from __future__ import annotations

from time import time

from fastapi import FastAPI
from starlette.types import ASGIApp

from seawall import __version__
from seawall.accounts.joining.registration import Registration
from seawall.conversations.attachment_refusals import UPLOADS_BUSY, YOUR_UPLOADS
from seawall.web.api.addresses import COMPLETIONS, add_api
from seawall.web.api.asking import Asking
from seawall.web.api.door import ApiDoor
from seawall.web.api.shortcut import Shortcut
from seawall.web.bootstrap import bootstrap_router
from seawall.web.conversations.answers import answers_router
from seawall.web.conversations.attachments import UPLOADS_OF_ONE, attachments_router
from seawall.web.conversations.chat import chat_router
from seawall.web.conversations.conversations import conversations_router
from seawall.web.conversations.library import folders_router, prompts_router, search_router
from seawall.web.conversations.moving import (
    EXPORTS_AT_ONCE,
    EXPORTS_BUSY,
    IMPORTS_AT_ONCE,
    IMPORTS_BUSY,
    YOUR_EXPORT,
    YOUR_IMPORT,
    moving_router,
)
from seawall.web.conversations.places import Places
from seawall.web.conversations.shares import shares_router
from seawall.web.conversations.uploads import Uploads
from seawall.web.csrf import Csrf
from seawall.web.door import Door
from seawall.web.faults import say_what_is_wrong
from seawall.web.head_as_get import HeadAsGet
from seawall.web.newcomers.entrance import entrance_router
from seawall.web.newcomers.waiting_room import WaitingRoomPages
from seawall.web.operators.accounts import register_router
from seawall.web.operators.acts import OperatorActs, sign_ins
from seawall.web.operators.budgets import budgets_router
from seawall.web.operators.entrance import operators_entrance_router
from seawall.web.operators.keys import others_keys_router
from seawall.web.operators.letting_in import letting_in_router
from seawall.web.operators.live import live_router
from seawall.web.operators.networks import networks_router
from seawall.web.operators.notices import banner_router, incidents_router, maintenances_router
from seawall.web.operators.overview import overview_router
from seawall.web.operators.rehearsal import rehearsal_router
from seawall.web.operators.reports import reports_router
from seawall.web.operators.shield import shield_router
from seawall.web.pages import PREFIX, Pages
from seawall.web.parts import Web
from seawall.web.people.accounts import accounts_router
from seawall.web.people.factors import factors_router
from seawall.web.people.homes import homes_router
from seawall.web.people.keys import keys_router
from seawall.web.people.outside import outside_router
from seawall.web.people.own_account import own_account_router
from seawall.web.people.puzzles import puzzles_router
from seawall.web.people.second_factor import second_factor_router
from seawall.web.people.statement import statement_router
from seawall.web.people.terms_page import terms_router
from seawall.web.probes import Probes, probes_router
from seawall.web.public_log import PublicLogPages
from seawall.web.quick_reads import QuickReads
from seawall.web.reference.openapi import describe
from seawall.web.reference.reference import reference_router
from seawall.web.routes_built import build_routes, take_in
from seawall.web.status.subscribing import Subscribing


def web_application(web: Web) -> ASGIApp:
    """The application without its gate."""
    app = FastAPI(
        title="Seawall",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # The reference has it.
        redirect_slashes=False,  # It would redirect to the scheme that a proxy's request came with: not the client's.
    )
    pages = Pages()
    csrf = Csrf(web.secret, web.settings.public_url)
    door = Door(web.sessions, web.devices, csrf, entered=sign_ins(web.told))
    completions = _add_api(app, web)
    _add_people(app, web, door)
    _add_chat(app, web, door)
    _add_library(app, web, door)
    _add_operating(app, web, door)
    probes = Probes(web.engine, web.records, web.metrics, log_fault=lambda: web.log.standing().fault)
    take_in(app, probes_router(probes, door, web.keys))
    log = PublicLogPages(web.log)
    take_in(app, log.router())
    describe(app)  # Before the page that is drawn from it.
    take_in(app, reference_router(app.openapi))
    _add_waiting_room(app, web, door)
    take_in(app, pages.router())
    build_routes(app.routes)
    fault = say_what_is_wrong(app, web.metrics, pages)
    told = OperatorActs(HeadAsGet(app), web.told)
    reads = QuickReads({**probes.reads(), **pages.reads(), **log.reads()}, PREFIX, pages.file, told)
    return Shortcut(COMPLETIONS, completions, reads, fault)


def _add_people(app: FastAPI, web: Web, door: Door) -> None:
    coming_in = accounts_router(
        door, web.entrance, _registration(web), web.enrolment, web.resets, web.sessions, web.tried
    )
    take_in(app, coming_in)
    take_in(app, own_account_router(door, web.own, web.sessions))
    take_in(app, terms_router(web.enrolment.terms))
    banner = web.status.parts.banner.now
    take_in(app, entrance_router(lambda: web.admission.posture, web.challenges, web.signup, web.guests, banner))
    take_in(app, keys_router(door, web.keys, unix_time=time))
    take_in(app, statement_router(door, web.statements, web.keys, web.settings.budget))
    public_url = web.settings.public_url
    take_in(app, second_factor_router(door, web.factor_entrance, public_url))
    take_in(app, factors_router(door, web.own_factors, public_url))
    take_in(app, outside_router(door, web.outside, web.own_identities, public_url))
    take_in(app, homes_router(door, web.homes, web.step_up, web.admission, public_url, unix_time=time))
    take_in(app, puzzles_router(door, web.challenges, web.challenged))


def _add_chat(app: FastAPI, web: Web, door: Door) -> None:
    keep_alive_s = web.settings.queue.keep_alive_s
    take_in(app, conversations_router(door, web.conversations, web.jobs))
    uploads = Places(web.settings.files.uploads, UPLOADS_OF_ONE, busy=UPLOADS_BUSY, yours=YOUR_UPLOADS)
    take_in(app, attachments_router(door, web.attachments, Uploads(uploads)))
    exports = Places(EXPORTS_AT_ONCE, 1, busy=EXPORTS_BUSY, yours=YOUR_EXPORT)
    incoming = Uploads(Places(IMPORTS_AT_ONCE, 1, busy=IMPORTS_BUSY, yours=YOUR_IMPORT))
    take_in(app, moving_router(door, web.conversations, web.archiving, web.imports, incoming, exports))
    take_in(app, answers_router(door, web.conversations, web.jobs, web.events, keep_alive_s=keep_alive_s))
    chat = chat_router(
        door,
        web.conversations,
        web.answering,
        web.jobs,
        web.events,
        web.settings.limits,
        engine=web.engine,
        model=web.settings.engine.model,
        keep_alive_s=keep_alive_s,
    )
    take_in(app, chat)
    bootstrap = bootstrap_router(
        door,
        web.conversations,
        web.first_owner,
        web.own,
        web.enrolment,
        web.facts,
        posture=lambda: web.admission.posture,
        signup=web.signup,
        engine=web.engine,
        records=web.records,
        mail=web.letters.are_sent,
        library=web.library,
        outside=web.outside.providers.values(),
        guests=web.guests is not None,
        banner=web.status.parts.banner.now,
    )
    take_in(app, bootstrap)


def _add_library(app: FastAPI, web: Web, door: Door) -> None:
    library = web.library
    take_in(app, search_router(door, library.searching))
    take_in(app, folders_router(door, library.folders))
    take_in(app, prompts_router(door, library.prompts))
    take_in(app, shares_router(door, library.shares, web.letters.home))


def _add_operating(app: FastAPI, web: Web, door: Door) -> None:
    overview = overview_router(door, engine=web.engine, queue_waiting=lambda: web.queue().waiting, records=web.records)
    take_in(app, overview)
    budget = web.settings.budget
    take_in(app, register_router(door, web.accounts, web.keys, web.statements, budget))
    take_in(app, others_keys_router(door, web.accounts, web.keys))
    take_in(app, budgets_router(door, web.accounts, budget))
    take_in(app, shield_router(door, web.desk))
    take_in(app, reports_router(door, web.reports))
    take_in(app, networks_router(door, web.networks))
    take_in(app, operators_entrance_router(door, web.entrance_desk))
    take_in(app, rehearsal_router(door, web.rehearsals))
    for notices in (incidents_router, maintenances_router, banner_router):
        take_in(app, notices(door, web.status))
    take_in(app, Subscribing(door, web.subscribers, web.board).router())
    take_in(app, live_router(door, web.instruments, keep_alive_s=web.settings.queue.keep_alive_s))
    take_in(app, letting_in_router(door, web.approvals, web.invites, web.letters.home))


def _add_waiting_room(app: FastAPI, web: Web, door: Door) -> None:
    pages = WaitingRoomPages(door, web.signup, web.guests, _registration(web), web.enrolment)
    take_in(app, pages.router())


def _registration(web: Web) -> Registration:
    return Registration(web.signup, web.enrolment, web.entrance.comings)


def _add_api(app: FastAPI, web: Web) -> Asking:
    door = ApiDoor(web.keys, web.guests, web.admission, web.metrics)
    return add_api(app, door, web.answering, web.settings, lambda: web.engine().models)
