"""A service of one's own to be besieged: accounts of every age, a stub engine, a door. Knows how they start and end."""

from __future__ import annotations

import asyncio
import http.client
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seawall import __version__
from seawall.ground import lay_records
from seawall.people import account_rooms
from seawall.records.entries import AccountRow, AddAccount, AddUsage, UsageCount
from seawall.records.port import Records
from seawall.records.standing_entries import UsePlace
from seawall.settings.listing import all_settings
from seawall.settings.loading import load_settings
from seawall.siege.cast import DAY_S, Account
from seawall.siege.processes import free_port, program
from seawall.siege.stub_engine import EngineSpec
from seawall.siege.stub_server import MODEL
from seawall.siege.target import Target
from seawall.values.arrival import Place
from seawall.values.home import NamesOf
from seawall.values.identity import Role
from seawall.values.refusal import Refusal

PASSWORD = "a keeper of the harbour"  # noqa: S105 - of accounts that live as long as the siege
READY_S = 60.0
GOOD_DAYS = 10


class NotStarted(Exception):
    """A program of the siege is not there; the message says why."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A running engine: the stub, unless it ``is_real``."""

    port: int
    spec: EngineSpec
    pid: int
    is_real: bool = False

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A data folder in which the accounts are, and their keys by mail address."""

    data: Path
    keys: dict[str, str]


@contextmanager
def stub_engine(spec: EngineSpec, folder: Path, core: int | None = None) -> Generator[Engine]:
    """A stub engine in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "seawall.siege.stub_server", "--port", str(port), "--spec", str(spec)]
    with program(command, folder / f"engine-{port}.txt", core=core) as process:
        wait_ready(port, "/health", process)
        yield Engine(port, spec, process.pid)


@dataclass(frozen=True, slots=True)
class EngineKind:
    """What stands behind every door. ``start`` is told the timing, a folder and a core.

    A real one has the slots that it has, whatever a mix is known for.
    """

    name: str = "stub"
    start: Callable[[EngineSpec, Path, int | None], AbstractContextManager[Engine]] = stub_engine
    is_real: bool = False


def prepare(folder: Path, accounts: tuple[Account, ...], config: Path) -> Prepared:
    """Writes the accounts with their ages, homes and keys into a fresh data folder."""
    data = folder / "prepared"
    data.mkdir(parents=True)
    return Prepared(data, asyncio.run(_settle(data, accounts, config)))


def data_of(folder: Path, port: int) -> Path:
    """The data folder of the service at that port."""
    return folder / f"data-{port}"


@contextmanager
def seawall(
    prepared: Prepared,
    engine: Engine,
    folder: Path,
    config: Path,
    core: int | None = None,
    *,
    name: str = "Seawall",
    own_model: Path | None = None,
) -> Generator[Target]:
    """``seawall serve`` on a copy of the prepared data, as a person starts it; with its own engine given a model."""
    port = free_port()
    data = data_of(folder, port)
    shutil.copytree(prepared.data, data)
    command = [sys.executable, "-m", "seawall", "serve", "--data", str(data), "--config", str(config)]
    command += ["--port", str(port), "--no-browser"]
    command += ["--engine", "local", "--model", str(own_model)] if own_model else ["--engine", engine.base]
    with program(command, folder / f"seawall-{port}.txt", core=core) as process:
        wait_ready(port, "/readyz", process)
        target = Target(
            name,
            port,
            keys=prepared.keys,
            password=PASSWORD,
            pid=process.pid,
            model=own_model.stem if own_model else MODEL,
            engine=None if own_model else engine.port,
            slots=engine.spec.slots,
            real_engine=engine.is_real,
            version=__version__,
        )
        yield replace(target, status_path="/status" if _status(port, "/status") == 200 else "/readyz")


def write_config(file: Path, spec: EngineSpec, more: Mapping[str, Any]) -> Path:
    """Settings for the siege: strangers may ask, the engine's slots are told. ``more`` overrides, by dotted path.

    Raises SettingsError where one of them is unknown or wrong.
    """
    wanted: dict[str, Any] = {"engine.slots": spec.slots, "log_level": "error", "entrance.guests": "on", **more}
    known = {setting.path for setting in all_settings()}
    chosen = {path: value for path, value in wanted.items() if path in known or path in more}
    load_settings(None, {}, chosen)
    file.write_text("".join(f"{path} = {_toml(value)}\n" for path, value in chosen.items()), encoding="utf-8")
    return file


def wait_ready(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    """Returns once a GET is answered with 200. Raises NotStarted."""
    deadline_s = time.monotonic() + READY_S
    while _status(port, path) != 200:
        if process.poll() is not None:
            raise NotStarted(f"It ended with status {process.returncode}.")
        if time.monotonic() > deadline_s:
            raise NotStarted(f"Nothing answers at port {port} within {READY_S:g} s.")
        time.sleep(0.05)


async def _settle(data: Path, accounts: tuple[Account, ...], config: Path) -> dict[str, str]:
    settings = load_settings(config, {}, {}).settings
    records, secret = lay_records(settings, data)
    await records.start()
    rooms = account_rooms(settings, records, secret)
    try:
        # One hash for all: what a sign-in costs is the same, and a thousand of them would take half a minute.
        hashed = await rooms.passwords.hash(PASSWORD)
        assert not isinstance(hashed, Refusal)
        names_of = rooms.homes.names_of
        await asyncio.gather(*(_add(records, account, hashed, names_of) for account in accounts))
        made = await asyncio.gather(*(rooms.keys.create(_id_of(account), "siege") for account in accounts))
        return {account.email: new.secret for account, new in zip(accounts, made, strict=True)}
    finally:
        rooms.passwords.close()
        await records.close()


async def _add(records: Records, account: Account, hashed: str, names_of: NamesOf) -> None:
    """One account as time would have made it: its age, its home since its first day, ten good days of use."""
    name, now_s = _id_of(account), time.time()
    created_s = now_s - account.age_days * DAY_S
    await records.write(AddAccount(AccountRow(name, account.email, Role.MEMBER, hashed, created_s)))
    if not account.home:
        return
    for address in (account.home, *account.further):
        home = names_of(Place(address))
        await records.write(UsePlace(name, home, created_s))
        await records.write(UsePlace(name, home, now_s - DAY_S))
    days = (datetime.fromtimestamp(now_s - ago * DAY_S, UTC).date().isoformat() for ago in range(1, GOOD_DAYS + 1))
    counts = (UsageCount(name, "", MODEL, day, 20, 20_000, 0, 4_000, engine_ms=80_000) for day in days)
    await records.write(AddUsage(tuple(counts)))


def _id_of(account: Account) -> str:
    return account.email.partition("@")[0]


def _toml(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, str) else str(value)


def _status(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
