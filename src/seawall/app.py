"""Joins all rooms on their ground. Knows every room; holds no logic of its own."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from seawall import __version__
from seawall.admission.guests import Guests
from seawall.alarms import Alarms, open_alarms
from seawall.answering.statement import Statements
from seawall.edge.address import AddressResolver
from seawall.edge.asgi import App
from seawall.edge.block_list import FILE_NAME as BLOCK_FILE
from seawall.edge.block_list import BlockList, BlockListError
from seawall.edge.front import Front, raise_front
from seawall.edge.gate import Gate
from seawall.edge.judge import GuestRules
from seawall.edge.terms import Terms
from seawall.ground import Ground, StartError, lay_ground
from seawall.inside import Inside, open_inside
from seawall.models import ModelFile
from seawall.observing.watch import Condition, Watch
from seawall.operating.account_desk import VERB as ACCOUNT
from seawall.operating.account_desk import AccountDesk
from seawall.operating.block_desk import VERB as BLOCK
from seawall.operating.control import ControlDoor
from seawall.operating.notice_desk import VERB as NOTICE
from seawall.operating.notice_desk import NoticeDesk
from seawall.people import AccountRooms, account_rooms
from seawall.safeguards.reading import LogReader
from seawall.settings.tree import Settings
from seawall.testimony import VERB as LOG
from seawall.values.network import site_of
from seawall.values.refusal import Refusal

if TYPE_CHECKING:
    from seawall.notice_board import NoticeBoard


class Service:
    """The whole on its started ground. ``asgi`` is what a server calls, ``terms`` what our protocol class works by."""

    def __init__(
        self,
        gate: Gate,
        terms: Terms,
        front: Front,
        ground: Ground,
        people: AccountRooms,
        inside: Inside,
        notices: NoticeBoard,
        alarms: Alarms,
        control: ControlDoor | None,
    ) -> None:
        self.asgi: App = gate
        self.terms = terms
        self.front = front
        self.desk = inside.desk
        self.truth = inside.truth
        self._inside = inside
        self._watch = Watch(lambda: _conditions(ground))
        self._people = people
        self._notices = notices
        self._alarms = alarms
        self._control = control
        self._exits = AsyncExitStack()
        self._exits.push_async_callback(ground.close)
        self._exits.push_async_callback(people.close)
        self._exits.push_async_callback(inside.testimony.close)
        self._exits.callback(inside.forecourt.close)
        self._exits.push_async_callback(inside.conversations.close)
        self._exits.push_async_callback(inside.belongings.close)
        self._exits.push_async_callback(people.homes.close)
        self._exits.push_async_callback(people.keys.use.close)
        self._exits.push_async_callback(people.roll_call.close)
        self._exits.push_async_callback(inside.meter.close)
        self._exits.push_async_callback(inside.ledger.close)
        self._exits.push_async_callback(self._watch.close)
        self._exits.push_async_callback(notices.close)
        self._exits.push_async_callback(alarms.close)
        self._exits.push_async_callback(front.close)
        self._exits.push_async_callback(inside.truth.close)
        self._exits.callback(inside.shield.close)
        self._exits.push_async_callback(inside.jobs.close)
        self._exits.callback(inside.events.close)
        self._exits.callback(inside.bridge.close)
        self._exits.push_async_callback(inside.rehearsals.stop)
        if control is not None:
            self._exits.push_async_callback(control.close)

    async def start(self) -> None:
        """Begins what goes on by itself."""
        self._inside.testimony.start()
        await self._inside.meter.start()
        await self._inside.ledger.start()
        self._inside.conversations.start()
        self._inside.belongings.attachments.start()
        await self._people.homes.start()
        await self._people.keys.use.start()
        await self._people.roll_call.start(self._inside.answering.running)
        await self._watch.start()
        await self._notices.start()
        self.front.start()
        self._inside.shield.start()
        self._inside.truth.start()
        self._inside.bridge.start()
        self._alarms.start()
        if self._control is not None:
            await self._control.open()

    async def drain(self, within_s: float) -> None:
        """Begins nothing more; returns once the answers in progress have ended, or after so long."""
        self._inside.events.close()
        self._inside.bridge.close()
        await self._inside.jobs.drain(within_s)

    async def close(self) -> None:
        """Ends the rooms, then their ground. Idempotent."""
        await self._exits.aclose()

    async def owner_token(self) -> str | None:
        """The end of the one-time link at which the owner is made; None once there is one."""
        return await self._people.first_owner.token()


async def start_service(settings: Settings, data: Path, model: ModelFile | None) -> Service:
    """The running service of these settings. Raises StartError.

    The ground is started first, so that the model loads on one core while the rooms are joined on another.
    """
    ground = lay_ground(settings, data, model)
    await ground.start()
    try:
        service = join_rooms(settings, ground, account_rooms(settings, ground.records, ground.secret), data)
        await service.start()
    except BaseException:
        await ground.close()
        raise
    return service


def join_rooms(settings: Settings, ground: Ground, people: AccountRooms, data: Path | None = None) -> Service:
    """Joins the rooms on their ground; without ``data`` the block list is kept in memory alone. Raises StartError."""
    from seawall.web.credentials import standing_at_sight

    blocked = _block_list(data)
    inside = open_inside(settings, ground, people, data, blocked)
    addresses = AddressResolver(settings.trusted_proxies)
    front = _front(settings, inside, people, addresses, blocked)
    letters, testimony = people.letters, inside.testimony
    inside.metrics.watch(testimony)
    inside.metrics.watch(people.entrance.comings)
    notices = _notices(settings, ground, people, inside, front)
    alarms = open_alarms(
        settings,
        data,
        inside.bridge.instruments,
        mailer=people.mailer,
        home=letters.home,
        log_trouble=testimony.trouble,
    )
    inside.metrics.watch(alarms)
    testimony.keep_windows(
        inside.truth, inside.metrics.totals, lambda: front.judge.refused, notices.room.parts.incidents.all
    )
    gate = Gate(
        _routes(settings, ground, people, inside, notices),
        judge=front.judge,
        addresses=addresses,
        body_bytes=settings.limits.body_bytes,
        uploads=_uploads(settings),
        clock=time.monotonic,
        random=Random(),  # A request's id is no secret, and the system's own randomness costs a call into it.
        api_headers=inside.api_headers,
        device_of=people.devices.named_by,
        standing_of=standing_at_sight(people.keys, inside.shield.admission),
        stills=front.stills,
        seen=inside.truth.signals,
    )
    terms = Terms(
        connections=front.connections,
        trusts=addresses.trusts,
        first_look=gate.first_look,
        header_bytes=settings.edge.header_bytes,
        linger_s=settings.edge.linger_s,
        proxy_protocol=settings.edge.proxy_protocol,
        random=Random(),
        api_headers=inside.api_headers,
        refused=inside.metrics.refused,
    )
    return Service(gate, terms, front, ground, people, inside, notices, alarms, _control(inside, people, notices, data))


def _notices(settings: Settings, ground: Ground, people: AccountRooms, inside: Inside, front: Front) -> NoticeBoard:
    from seawall.notice_board import Witness, open_notice_board

    testimony = inside.testimony
    return open_notice_board(
        settings,
        ground,
        inside.metrics,
        inside.shield,
        inside.forecourt,
        front.stills,
        home=people.letters.home,
        mailer=people.mailer,
        entries=people.entrance.comings.counts,
        witness=Witness(
            verdict=inside.truth.verdict,
            log_head=testimony.head,
            log_trouble=testimony.trouble_told,
            noted=testimony.noted,
        ),
    )


def _block_list(data: Path | None) -> BlockList:
    try:
        return BlockList(data and data / BLOCK_FILE, unix_time=time.time)
    except BlockListError as error:
        raise StartError(str(error)) from error


def _front(
    settings: Settings, inside: Inside, people: AccountRooms, addresses: AddressResolver, blocked: BlockList
) -> Front:
    from seawall.web.api.door import NO_KEY
    from seawall.web.credentials import recognition

    front = raise_front(
        settings.edge,
        addresses,
        blocked,
        recognise=recognition(people.keys, people.sessions),
        threshold=lambda: inside.shield.queue.threshold,
        guests=_guest_rules(inside.forecourt.guests, NO_KEY),
        was_cut=inside.truth.was_cut,
        random=Random(),
    )
    inside.metrics.watch(front)
    return front


def _routes(settings: Settings, ground: Ground, people: AccountRooms, inside: Inside, notices: NoticeBoard) -> App:
    # Imported late: it is half of all that starting imports, and by now the model is loading beside it.
    from seawall.web.application import web_application
    from seawall.web.bootstrap import Facts
    from seawall.web.parts import Web

    forecourt, shield = inside.forecourt, inside.shield
    web = Web(
        settings=settings,
        facts=Facts(__version__, ground.model_name, ground.demonstration),
        secret=ground.secret,
        accounts=people.accounts,
        keys=people.keys,
        sessions=people.sessions,
        entrance=people.entrance,
        enrolment=people.enrolment,
        resets=people.resets,
        own=people.own,
        approvals=people.approvals,
        invites=people.invites,
        letters=people.letters,
        challenges=forecourt.challenges,
        challenged=inside.challenged,
        signup=forecourt.signup,
        guests=forecourt.guests,
        homes=people.homes,
        devices=people.devices,
        step_up=people.step_up,
        own_factors=people.own_factors,
        factor_entrance=people.factor_entrance,
        outside=people.outside,
        own_identities=people.own_identities,
        first_owner=people.first_owner,
        conversations=inside.conversations,
        attachments=inside.belongings.attachments,
        archiving=inside.belongings.archiving,
        imports=inside.belongings.imports,
        library=inside.library,
        jobs=inside.jobs,
        events=inside.events,
        answering=inside.answering,
        statements=Statements(ground.records, shield.budgets, inside.meter, unix_time=time.time),
        admission=shield.admission,
        desk=inside.desk,
        instruments=inside.bridge.instruments,
        log=LogReader(inside.testimony.log, ground.records),
        tried=inside.truth.tried,
        told=inside.testimony.told,
        reports=inside.testimony.reports(notices.room.parts.incidents.find),
        networks=inside.networks,
        rehearsals=inside.rehearsals,
        entrance_desk=inside.entrance_desk,
        status=notices.room,
        subscribers=notices.subscribers,
        board=notices.board,
        metrics=inside.metrics,
        engine=ground.engine.report,
        records=ground.records.report,
        queue=shield.queue.report,
    )
    return web_application(web)


def _control(inside: Inside, people: AccountRooms, notices: NoticeBoard, data: Path | None) -> ControlDoor | None:
    if data is None:
        return None
    verbs = {
        "posture": inside.desk.answer,
        BLOCK: inside.networks.answer,
        ACCOUNT: AccountDesk(people.accounts.forget, people.letters.home).answer,
        LOG: inside.testimony.answer,
        NOTICE: NoticeDesk(notices.room).answer,
    }
    return ControlDoor(data, verbs)


def _guest_rules(guests: Guests | None, no_key: Refusal) -> GuestRules:
    """The gate's rules for who asks without an account: where no guests are taken, nothing but a key would help."""
    if guests is None:
        return GuestRules(turned_away=no_key)
    return GuestRules(
        are_directed=lambda challenged: challenged or guests.are_directed,
        holder=lambda token, address: guests.holder(token, site_of(address)),
    )


def _uploads(settings: Settings) -> dict[str, int]:
    """The paths whose bodies are files, and how large those may be."""
    from seawall.web.conversations.attachments import PATH as ATTACHMENTS
    from seawall.web.conversations.moving import IMPORT

    return {ATTACHMENTS: settings.files.file_bytes, IMPORT: settings.files.import_bytes}


def _conditions(ground: Ground) -> Iterable[Condition]:
    """How engine and records are; of a pool each member, as the whole is well while one of them is."""
    engine, records = ground.engine.report(), ground.records.report()
    for one in engine.members or (engine,):
        trouble = None if one.ready else one.trouble or "It is not ready."
        yield Condition(f"engine {one.name}", trouble, one.restarts)
    yield Condition("records", None if records.healthy else records.trouble or "They are not healthy.")
