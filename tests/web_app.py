"""The web application over real rooms, on a real socket, with records that can be taken away. Knows no test."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx
import uvicorn

from account_house import SECRET, House, house_over
from records_that_fail import SwitchedRecords
from seawall.admission.admission import Admission
from seawall.answering.answer import Answering
from seawall.answering.meter import UsageMeter
from seawall.conversations.conversations import Conversations
from seawall.edge.address import AddressResolver
from seawall.edge.gate import Gate
from seawall.engines.building import engine_from_settings
from seawall.engines.port import Engine
from seawall.observing.metrics import Metrics
from seawall.scheduling.queue import FairQueue
from seawall.screening.shape import Screening
from seawall.settings import AccountSettings, EngineSettings, Settings
from seawall.web.application import Web, web_application
from seawall.web.bootstrap import Facts
from settable_clock import SettableClock

LOOPBACK = "127.0.0.1"


@dataclass
class WebApp:
    """``engine`` and ``records`` may be looked at and, as to the records, taken away."""

    url: str
    house: House
    records: SwitchedRecords
    engine: Engine

    def client(self) -> httpx.AsyncClient:
        """A browser that nobody has signed in with yet."""
        return httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=20)

    def member(self, email: str = "ada@example.org") -> AbstractAsyncContextManager[httpx.AsyncClient]:
        """A browser with a new account."""
        return self._entered("/api/auth/signup", email=email)

    @asynccontextmanager
    async def owner(self) -> AsyncGenerator[httpx.AsyncClient]:
        """A browser that came by the one-time link."""
        token = await self.house.first_owner.token()
        async with self._entered("/api/setup", email="owner@example.org", token=token) as browser:
            yield browser

    @asynccontextmanager
    async def _entered(self, path: str, **body: Any) -> AsyncGenerator[httpx.AsyncClient]:
        async with self.client() as browser:
            answer = await browser.post(path, json={"password": "a good password", **body})
            assert answer.is_success, answer.text
            browser.headers["x-csrf-token"] = answer.json()["csrf_token"]
            yield browser


@asynccontextmanager
async def web_app(records: SwitchedRecords, script: str = "", **settings: Any) -> AsyncGenerator[WebApp]:
    """``script`` is the scripted engine's, such as ``slots=1,token_ms=10``."""
    tree = Settings(engine=EngineSettings(use=(f"echo:{script}" if script else "echo",)), **settings)
    engine = engine_from_settings(
        tree.engine, model_path=None, model_name="echo", clock=time.monotonic, random=Random(1)
    )
    house = house_over(records, SettableClock(time.time()), signup_open=tree.accounts.signup == "open")
    async with AsyncExitStack() as exits:
        await records.start()
        exits.push_async_callback(records.close)
        exits.callback(house.passwords.close)
        conversations = Conversations(records, unix_time=time.time)
        exits.push_async_callback(conversations.close)
        await engine.start()
        exits.push_async_callback(engine.close)
        gate = _gate(tree, house, records, engine, conversations)
        url = await exits.enter_async_context(_served(gate))
        yield WebApp(url, house, records, engine)


def _gate(
    settings: Settings, house: House, records: SwitchedRecords, engine: Engine, conversations: Conversations
) -> Gate:
    metrics = Metrics()
    admission = Admission(patience_s=settings.queue.patience_s, clock=time.monotonic, unix_time=time.time)
    queue = FairQueue(
        lambda: engine.report().slots,
        waiting_limit=settings.queue.waiting,
        waiting_per_flow=settings.queue.waiting_per_account,
        clock=time.monotonic,
        random=Random(1),
    )
    meter = UsageMeter(records, unix_time=time.time)
    screening = Screening(lambda: engine.report().models)
    application = web_application(
        Web(
            settings=settings,
            facts=Facts("0", "echo", demonstration=False, signup=settings.accounts.signup),
            secret=SECRET,
            accounts=house.accounts,
            keys=house.keys,
            sessions=house.sessions,
            entrance=house.entrance,
            first_owner=house.first_owner,
            conversations=conversations,
            answering=Answering(admission, screening, queue, engine, meter, metrics, time.monotonic),
            admission=admission,
            metrics=metrics,
            engine=engine.report,
            records=records.report,
            queue=queue.report,
        )
    )
    return Gate(
        application,
        addresses=AddressResolver(settings.trusted_proxies),
        body_bytes=settings.limits.body_bytes,
        clock=time.monotonic,
        random=Random(1),
        api_headers=lambda: [(b"x-seawall-class", b"C4")],
    )


@asynccontextmanager
async def _served(application: Any) -> AsyncGenerator[str]:
    config = uvicorn.Config(
        application, host=LOOPBACK, port=0, lifespan="off", log_config=None, timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    # Else the server takes the test runner's signals for its own.
    server.capture_signals = _no_signals
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(5):
        while not server.started:
            await asyncio.sleep(0.001)
    yield f"http://{LOOPBACK}:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


def _no_signals() -> Any:
    return nullcontext()


CLOSED = AccountSettings(signup="closed")
