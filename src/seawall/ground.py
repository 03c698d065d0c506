"""What the rooms stand on: the engine, the records, the secret. Knows every adapter; knows no room and no HTTP."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import SystemRandom

from seawall.accounts.secret_file import SecretFileError, service_secret
from seawall.data_folder import prepare
from seawall.engines.building import engine_from_settings
from seawall.engines.port import Engine, EngineError
from seawall.models import ModelFile
from seawall.records.addresses import database_at
from seawall.records.archive import backup, restore
from seawall.records.conversation_entries import InterruptOpenAnswers
from seawall.records.opening import open_records
from seawall.records.port import Records, RecordsError
from seawall.settings.tree import Settings
from seawall.values.question import Question


class StartError(Exception):
    """The service cannot be built or started; the message says why and what to do."""


@dataclass(frozen=True)
class Ground:
    """Started before any room and ended after all of them. ``model_name`` is asked where nothing names a model."""

    engine: Engine
    records: Records
    secret: bytes
    model_name: str
    demonstration: bool
    model_sha256: str | None = None
    _exits: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        """Returns while the engine still loads its model; answers of a life before are marked. Raises StartError."""
        try:
            self._exits.push_async_callback(self.engine.close)
            await self.engine.start()
            self._exits.push_async_callback(self.records.close)
            await self.records.start()
            await self.records.write(InterruptOpenAnswers())
        except (RecordsError, EngineError) as error:
            await self.close()
            raise StartError(str(error)) from error

    async def close(self) -> None:
        """Makes what waits durable and lets go. Idempotent."""
        await self._exits.aclose()


def lay_ground(settings: Settings, data: Path, model: ModelFile | None) -> Ground:
    """The ground of these settings, not started. Raises StartError."""
    name = settings.engine.model if model is None else model.name
    try:
        engine = engine_from_settings(
            settings.engine,
            model_path=None if model is None else model.path,
            model_name=name,
            clock=time.monotonic,
            random=SystemRandom(),
        )
        records, secret = lay_records(settings, data, serves=True)
    except EngineError as error:
        raise StartError(str(error)) from error
    demonstration, digest = (False, None) if model is None else (model.demonstration, model.sha256)
    return Ground(engine, records, secret, name, demonstration=demonstration, model_sha256=digest)


async def one_answer(settings: Settings, model: ModelFile, question: Question) -> tuple[str, str]:
    """Reasoning and answer of the local engine with this model, started for it and closed after. Raises EngineError."""
    local = settings.engine.model_copy(update={"use": ("local",), "slots": 1})
    engine = engine_from_settings(
        local, model_path=model.path, model_name=model.name, clock=time.monotonic, random=SystemRandom()
    )
    try:
        await engine.start()
        pieces = [piece async for piece in engine.ask(question)]
    finally:
        await engine.close()
    return "".join(piece.reasoning for piece in pieces), "".join(piece.text for piece in pieces)


def lay_records(settings: Settings, data: Path, *, serves: bool = False) -> tuple[Records, bytes]:
    """The records, not started, and the service's secret; ``serves`` is for the service itself. Raises StartError."""
    try:
        return open_records(settings.database, data, serves=serves), service_secret(data)
    except (RecordsError, SecretFileError, OSError) as error:
        raise StartError(str(error)) from error


def backup_records(settings: Settings, data: Path, file: Path) -> str:
    """Writes everything to the file, while the service runs too; tells what was written. Raises RecordsError."""
    return str(backup(database_at(settings.database, data), file))


def restore_records(settings: Settings, data: Path, file: Path, force: bool) -> str:
    """Puts a backup in place, while the service runs too; tells what was restored. Raises RecordsError."""
    prepare(data)
    return str(restore(database_at(settings.database, data), file, force=force))
