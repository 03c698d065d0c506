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
from seawall.accounts.joining.signup_rules import SignupRules
from seawall.accounts.joining.terms import read_terms
from seawall.admission.posture import Posture
from seawall.app import Service, join_rooms
from seawall.edge.protocol import protocol_under
from seawall.engines.building import engine_from_settings
from seawall.engines.port import Engine
from seawall.ground import Ground
from seawall.mail.smtp import SmtpMailer
from seawall.people import known_providers
from seawall.settings.accounts import AccountSettings
from seawall.settings.tree import EngineSettings, Settings
from seawall.truth import Truth
from settable_clock import SettableClock

LOOPBACK = "127.0.0.1"


@dataclass
class WebApp:
    """``engine`` and ``records`` may be looked at and, as to the records, taken away."""

    url: str
    house: House
    records: SwitchedRecords
    engine: Engine
    truth: Truth

    def client(self) -> httpx.AsyncClient:
        """A browser that nobody has signed in with yet. Without TLS, whose certificates take 50 ms to read."""
        return httpx.AsyncClient(base_url=self.url, trust_env=False, verify=False, timeout=60)

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
async def web_app(
    records: SwitchedRecords, script: str = "", *, posture: str | None = "normal", server: str = "", **settings: Any
) -> AsyncGenerator[WebApp]:
    """``script`` is the scripted engine's, such as ``slots=1,token_ms=10``. A busy machine must not tighten the posture
    of a test that is about something else, so it is pinned unless it is None. ``server`` is a model server's address to
    use instead.
    """
    use = server or (f"echo:{script}" if script else "echo")
    tree = Settings(engine=EngineSettings(use=(use,)), **settings)
    engine = engine_from_settings(
        tree.engine, model_path=None, model_name="echo", clock=time.monotonic, random=Random(1)
    )
    limits = tree.accounts
    house = house_over(
        records,
        SettableClock(time.time()),
        rules=SignupRules(limits.signup, limits.signup_domains),
        terms=read_terms(limits.terms_file, limits.terms_version),
        mailer=SmtpMailer(tree.mail) if tree.mail.host else None,
        providers=known_providers(tree),
    )
    ground = Ground(engine, records, SECRET, "echo", demonstration=False)
    async with AsyncExitStack() as exits:
        await ground.start()
        service = join_rooms(tree, ground, house)
        if posture is not None:
            service.desk.pin(Posture(posture), None, by="the test")
        exits.push_async_callback(service.close)
        await service.start()
        url = await exits.enter_async_context(_served(service))
        yield WebApp(url, house, records, engine, service.truth)


@asynccontextmanager
async def _served(service: Service) -> AsyncGenerator[str]:
    config = uvicorn.Config(
        service.asgi,
        host=LOOPBACK,
        port=0,
        http=protocol_under(service.terms),
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    # Else the server takes the test runner's signals for its own.
    server.capture_signals = _no_signals
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(60):
        while not server.started:
            await asyncio.sleep(0.001)
    try:
        yield f"http://{LOOPBACK}:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


def _no_signals() -> Any:
    return nullcontext()


CLOSED = AccountSettings(signup="closed")
