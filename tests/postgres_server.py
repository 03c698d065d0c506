"""A real PostgreSQL for tests and benches, in a folder of its own. Knows how to run it; knows no tables."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

# What a crash left is replayed from a disk that others use too.
_PATIENCE_S = 120.0


class NoPostgres(Exception):
    """There is none on this machine; the message says what was looked for."""


class PostgresServer:
    """Settings as installed, a unix socket only, and no password within its private folder.

    Tests let it leave the syncing of the disk to the kernel: when a process ends, however it does, nothing is lost by
    that; and to sync every file of every test's database is what would make a start after a crash take minutes.
    """

    def __init__(self, *, syncs: bool = True) -> None:
        self._binaries = _binaries()
        self._options = [] if syncs else ["-c", "fsync=off"]
        # As root it must run as somebody else, who cannot look into pytest's private folders.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="seawall-pg-"))
        self._data = self._folder / "data"
        if self._user:
            who = pwd.getpwnam(self._user)
            os.chown(self._folder, who.pw_uid, who.pw_gid)
        self._run("initdb", "-D", self._data, "-U", "seawall", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)

    def start(self) -> None:
        """Returns once it takes connections."""
        command = [self._binaries / "postgres", "-D", self._data, "-k", self._folder, "-c", "listen_addresses="]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *self._options],
                stdout=log,
                stderr=log,
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user else None,
                cwd=self._folder,
            )
        deadline_s = time.monotonic() + _PATIENCE_S
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline_s or self._process.poll() is not None:
                    raise
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """Ends it at once, as a crash would: what was not synced is gone."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(_PATIENCE_S)
            self._process = None

    def freeze(self) -> None:
        """Stops it from answering without ending it, backends included."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_all(signal.SIGCONT)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql://seawall@/{database}?host={self._folder}"

    def new_database(self, like: str = "") -> str:
        """The address of a database that nobody else uses: empty, or a copy of one that nobody is connected to."""
        name = f"seawall_{next(self._numbers)}"
        template = urlsplit(like).path.removeprefix("/") or "template1"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            # Since version 15 a copy goes through the log, which without syncing costs ten times the CPU time.
            strategy = "STRATEGY FILE_COPY" if connection.info.server_version >= 150000 else ""
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} {strategy}".encode())
        return self.url(name)

    def execute(self, statement: str, url: str | None = None) -> None:
        with psycopg.connect(url or self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _signal_all(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        postmaster = self._process.pid
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for process in (postmaster, *map(int, children)):
            with suppress(ProcessLookupError):  # A child that goes on first may end before its turn.
                os.kill(process, number)

    def _run(self, program: str, *arguments: str | Path) -> None:
        subprocess.run(
            [self._binaries / program, *arguments],
            check=True,
            capture_output=True,
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
            cwd=self._folder,
        )


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        raise NoPostgres("no initdb in /usr/lib/postgresql/*/bin or on the PATH: install the package `postgresql`")
    return found[-1].parent if found else Path(str(on_path)).parent


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Running when a test gets it; a test that stops it starts it again."""
    try:
        server = PostgresServer(syncs=False)
    except NoPostgres as error:
        pytest.skip(str(error))
    try:
        server.start()
        yield server
    finally:
        server.remove()
