"""Joins all rooms on their ground. Knows every room; holds no logic of its own."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random, SystemRandom

from seawall import __version__
from seawall.accounts.accounts import Accounts
from seawall.accounts.devices import Devices
from seawall.accounts.entrance import Entrance
from seawall.accounts.first_owner import FirstOwner
from seawall.accounts.homes import Homes
from seawall.accounts.keys import Keys
from seawall.accounts.passwords import Passwords
from seawall.accounts.sessions import Sessions
from seawall.accounts.step_up import MailedCode, StepUp
from seawall.accounts.throttle import Throttle
from seawall.admission.guests import Guests
from seawall.answering.answer import Answering
from seawall.answering.ledger import Ledger
from seawall.answering.meter import UsageMeter
from seawall.block_desk import VERB as BLOCK
from seawall.block_desk import BlockDesk
from seawall.control import ControlDoor
from seawall.conversations.conversations import Conversations
from seawall.edge.address import AddressResolver
from seawall.edge.block_list import BlockListError
from seawall.edge.front import Front, raise_front
from seawall.edge.gate import App, Gate
from seawall.edge.judge import GuestRules
from seawall.edge.terms import Terms
from seawall.engines.port import Engine
from seawall.forecourt import Forecourt, open_forecourt
from seawall.ground import Ground, StartError, lay_ground, lay_records
from seawall.models import ModelFile
from seawall.observing.metrics import Metrics
from seawall.observing.watch import Condition, Watch
from seawall.posture_desk import FILE_NAME as PIN_FILE
from seawall.posture_desk import PostureDesk
from seawall.records.port import Records, RecordsError
from seawall.scheduling.queue import FairQueue
from seawall.screening.shape import Screening
from seawall.settings import Settings
from seawall.shield import Shield, raise_shield
from seawall.shield_readings import AccountReadings, QueueReadings, ShieldReadings
from seawall.values.arrival import Place
from seawall.values.home import keyed_names
from seawall.values.network import site_of
from seawall.values.refusal import Refusal


@dataclass(frozen=True, slots=True)
class AccountRooms:
    """The services around accounts, over one set of records."""

    accounts: Accounts
    keys: Keys
    sessions: Sessions
    passwords: Passwords
    entrance: Entrance
    first_owner: FirstOwner
    homes: Homes
    devices: Devices
    step_up: StepUp


class Service:
    """The whole on its started ground. ``asgi`` is what a server calls, ``terms`` what our protocol class works by."""

    def __init__(
        self,
        gate: Gate,
        terms: Terms,
        front: Front,
        ground: Ground,
        meter: UsageMeter,
        ledger: Ledger,
        conversations: Conversations,
        accounts: AccountRooms,
        forecourt: Forecourt,
        shield: Shield,
        control: ControlDoor | None,
    ) -> None:
        self.asgi: App = gate
        self.terms = terms
        self.front = front
        self._meter = meter
        self._ledger = ledger
        self._watch = Watch(lambda: _conditions(ground))
        self._accounts = accounts
        self._shield = shield
        self._control = control
        self._exits = AsyncExitStack()
        self._exits.push_async_callback(ground.close)
        self._exits.callback(accounts.passwords.close)
        self._exits.callback(forecourt.close)
        self._exits.push_async_callback(conversations.close)
        self._exits.push_async_callback(accounts.homes.close)
        self._exits.push_async_callback(meter.close)
        self._exits.push_async_callback(ledger.close)
        self._exits.push_async_callback(self._watch.close)
        self._exits.push_async_callback(front.close)
        self._exits.callback(shield.close)
        if control is not None:
            self._exits.push_async_callback(control.close)

    async def start(self) -> None:
        """Begins what goes on by itself."""
        await self._meter.start()
        await self._ledger.start()
        await self._accounts.homes.start()
        await self._watch.start()
        self.front.start()
        self._shield.start()
        if self._control is not None:
            await self._control.open()

    async def close(self) -> None:
        """Ends the rooms, then their ground. Idempotent."""
        await self._exits.aclose()

    async def owner_token(self) -> str | None:
        """The end of the one-time link at which the owner is made; None once there is one."""
        return await self._accounts.first_owner.token()


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


def join_rooms(settings: Settings, ground: Ground, accounts: AccountRooms, data: Path | None = None) -> Service:
    """Joins the rooms on their ground; without ``data`` the block list is kept in memory alone. Raises StartError."""
    # Imported late: it is half of all that starting imports, and by now the model is loading beside it.
    from seawall.web.application import Web, web_application
    from seawall.web.bootstrap import Facts
    from seawall.web.credentials import recognition
    from seawall.web.openai_api import NO_KEY
    from seawall.web.standing import standing_headers

    engine, records = ground.engine, ground.records
    metrics = Metrics()
    meter = UsageMeter(records, unix_time=time.time)
    shield = raise_shield(settings, engine, random=SystemRandom(), names_of=accounts.homes.names_of)
    admission, queue = shield.admission, shield.queue
    ledger = Ledger(records, shield.budgets, unix_time=time.time)
    desk = PostureDesk(admission, queue.load, data and data / PIN_FILE, unix_time=time.time)
    screening = Screening(lambda: engine.report().models)
    metrics.watch(_Readings(engine, records, queue))
    metrics.watch(ShieldReadings(admission, queue.load))
    metrics.watch(QueueReadings(queue.report))
    metrics.watch(AccountReadings(accounts.homes, accounts.step_up, shield.budgets))
    forecourt = open_forecourt(
        settings.entrance,
        ground.secret,
        posture=lambda: admission.posture,
        spare=lambda: _spare(engine, queue),
        random=SystemRandom(),
    )
    metrics.watch(forecourt)
    conversations = Conversations(records, unix_time=time.time)
    web = Web(
        settings=settings,
        facts=Facts(__version__, ground.model_name, ground.demonstration, settings.accounts.signup),
        secret=ground.secret,
        accounts=accounts.accounts,
        keys=accounts.keys,
        sessions=accounts.sessions,
        entrance=accounts.entrance,
        challenges=forecourt.challenges,
        signup=forecourt.signup,
        guests=forecourt.guests,
        homes=accounts.homes,
        devices=accounts.devices,
        step_up=accounts.step_up,
        first_owner=accounts.first_owner,
        conversations=conversations,
        answering=Answering(admission, screening, queue, engine, meter, metrics, time.monotonic, accounts.homes.used),
        admission=admission,
        desk=desk,
        metrics=metrics,
        engine=engine.report,
        records=records.report,
        queue=queue.report,
    )
    addresses = AddressResolver(settings.trusted_proxies)
    try:
        front = raise_front(
            settings.edge,
            addresses,
            data,
            recognise=recognition(accounts.keys, accounts.sessions),
            threshold=lambda: queue.threshold,
            guests=_guest_rules(forecourt.guests, NO_KEY),
            random=Random(),
        )
    except BlockListError as error:
        raise StartError(str(error)) from error
    metrics.watch(front)
    gate = Gate(
        web_application(web),
        judge=front.judge,
        addresses=addresses,
        body_bytes=settings.limits.body_bytes,
        clock=time.monotonic,
        random=Random(),  # A request's id is no secret, and the system's own randomness costs a call into it.
        api_headers=lambda: standing_headers(admission, None, Place()),
        device_of=accounts.devices.named_by,
    )
    terms = Terms(
        connections=front.connections,
        trusts=addresses.trusts,
        first_look=gate.first_look,
        header_bytes=settings.edge.header_bytes,
        linger_s=settings.edge.linger_s,
        proxy_protocol=settings.edge.proxy_protocol,
        random=Random(),
        api_headers=lambda: standing_headers(admission, None, Place()),
        refused=metrics.refused,
    )
    control = (
        None if data is None else ControlDoor(data, {"posture": desk.answer, BLOCK: BlockDesk(front.blocked).answer})
    )
    return Service(gate, terms, front, ground, meter, ledger, conversations, accounts, forecourt, shield, control)


@asynccontextmanager
async def open_accounts(settings: Settings, data: Path) -> AsyncGenerator[AccountRooms, None]:
    """The account services alone, for the command line; works while the service runs. Raises StartError."""
    records, secret = lay_records(settings, data)
    try:
        await records.start()
    except RecordsError as error:
        raise StartError(str(error)) from error
    rooms = account_rooms(settings, records, secret)
    try:
        yield rooms
    finally:
        rooms.passwords.close()
        await records.close()


def account_rooms(settings: Settings, records: Records, secret: bytes) -> AccountRooms:
    """The account services over these records."""
    limits = settings.accounts
    keys = Keys(records, verdict_s=limits.verdict_s, clock=time.monotonic, unix_time=time.time)
    sessions = Sessions(
        records,
        secret,
        lifetime_s=limits.session_days * 86400,
        verdict_s=limits.verdict_s,
        clock=time.monotonic,
        unix_time=time.time,
    )
    passwords = Passwords(threads=limits.hashing_threads, waiting=limits.hashing_waiting)
    homes = Homes(records, keyed_names(secret), unix_time=time.time, forgetful=(keys, sessions))
    accounts = Accounts(records, passwords, homes, unix_time=time.time, forgetful=(keys, sessions))
    first_owner = FirstOwner(records)
    entrance = Entrance(
        records,
        accounts,
        passwords,
        sessions,
        Throttle(clock=time.monotonic),
        first_owner,
        homes,
        signup_open=limits.signup == "open",
    )
    devices, stepping = Devices(secret), step_up(settings, homes)
    return AccountRooms(accounts, keys, sessions, passwords, entrance, first_owner, homes, devices, stepping)


def step_up(settings: Settings, homes: Homes) -> StepUp:
    """The ways to show away from home that an account is one's own: a code by mail where a server is named."""
    if not settings.mail.host:
        return StepUp(homes, ())
    from seawall.mail.smtp import SmtpMailer  # Imported late: most services, and all of the command line, send none.

    service = settings.public_url or "Seawall"
    return StepUp(homes, (MailedCode(SmtpMailer(settings.mail), service=service, clock=time.monotonic),))


def _guest_rules(guests: Guests | None, no_key: Refusal) -> GuestRules:
    """The gate's rules for who asks without an account: where no guests are taken, nothing but a key would help."""
    if guests is None:
        return GuestRules(turned_away=no_key)
    return GuestRules(
        are_directed=lambda: guests.are_directed,
        holder=lambda token, address: guests.holder(token, site_of(address)),
    )


def _spare(engine: Engine, queue: FairQueue) -> float:
    """The part of the engine that nobody uses or waits for."""
    report, slots = queue.report(), engine.report().slots
    return 0.0 if report.waiting or not slots else max(0.0, 1 - report.held / slots)


def _conditions(ground: Ground) -> Iterable[Condition]:
    """How engine and records are; of a pool each member, as the whole is well while one of them is."""
    engine, records = ground.engine.report(), ground.records.report()
    for one in engine.members or (engine,):
        trouble = None if one.ready else one.trouble or "It is not ready."
        yield Condition(f"engine {one.name}", trouble, one.restarts)
    yield Condition("records", None if records.healthy else records.trouble or "They are not healthy.")


class _Readings:
    """What a scrape reads from the rooms' own reports."""

    def __init__(self, engine: Engine, records: Records, queue: FairQueue) -> None:
        self._engine = engine
        self._records = records
        self._queue = queue

    def readings(self) -> Iterable[tuple[str, str, str, float]]:
        engine, records, queue = self._engine.report(), self._records.report(), self._queue.report()
        yield "gauge", "seawall_engine_ready", "1 when the engine can answer.", float(engine.ready)
        yield "gauge", "seawall_engine_slots", "Questions the engine answers at once.", engine.slots
        yield "gauge", "seawall_engine_in_flight", "Questions the engine is answering.", engine.in_flight
        yield "counter", "seawall_engine_restarts", "Times the engine was started again.", engine.restarts
        yield "gauge", "seawall_queue_waiting", "Questions waiting for a slot.", queue.waiting
        yield "gauge", "seawall_queue_held", "Slots held.", queue.held
        yield "gauge", "seawall_recorder_lag_seconds", "Age of the oldest change not durable yet.", records.lag_s
        yield "gauge", "seawall_recorder_waiting", "Changes that wait to become durable.", records.waiting
        yield "gauge", "seawall_records_healthy", "1 when the records can be written.", float(records.healthy)
        yield "counter", "seawall_recorder_commits", "Commits by the recorder.", records.commits
        yield "counter", "seawall_recorder_changes", "Changes made durable by the recorder.", records.changes
