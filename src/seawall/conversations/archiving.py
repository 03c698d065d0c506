"""All that is kept of an account, as one ZIP file that is made while it is sent. Knows the records; knows no HTTP.

In memory are the list of conversations, and of the rest one conversation or one file at a time.
"""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from datetime import UTC, datetime
from io import RawIOBase
from typing import Any

from seawall import __version__
from seawall.conversations.conversations import Opened
from seawall.conversations.exporting import as_json, as_markdown, attachment_in_archive, name_in_archive
from seawall.records.attachment_entries import AttachmentById
from seawall.records.conversation_entries import (
    AttachedIn,
    ConversationRow,
    ConversationsOf,
    ConversationWithMessages,
)
from seawall.records.entrance_entries import SessionsOf
from seawall.records.entries import AccountById, KeysOf, UsageOf
from seawall.records.factor_entries import FactorsOf
from seawall.records.library_entries import FolderRow, FoldersOf, PromptRow, PromptsOf, SharesOf
from seawall.records.outside_entries import IdentitiesOf
from seawall.records.port import Records
from seawall.records.standing_entries import BudgetsOf, HomesOf

_PAGE = 200
_README = """This is what Seawall {version} keeps of {email}, written on {now}. Import it in the settings of any
Seawall: conversations, files, folders and saved prompts come in, the rest is for you to read.

conversations/  each as JSON (every branch) and as Markdown (the branch that was shown)
attachments/    the files that messages carry
folders.json    the folders that conversations are in
prompts.json    saved prompts
account.json    the account, with its language and theme
sessions.json   where you are signed in
factors.json    second factors and passkeys, without their secrets
identities.json who you are at an organisation that you sign in with
homes.json      the places that you are known at, by the names under which they are kept; no address is
shares.json     the links that are open, without their secrets
keys.json       API keys, without their secrets, which are kept nowhere
usage.json      what was used, by day, key and model
budgets.json    bounds that an operator set for you, by key
"""


class Archiving:
    """``unix_time`` dates the files."""

    def __init__(self, records: Records, *, unix_time: Callable[[], float]) -> None:
        self._records = records
        self._unix_time = unix_time

    async def stream(self, account_id: str) -> AsyncGenerator[bytes, None]:
        """The ZIP file in blocks. Raises RecordsUnavailable: then what was sent is no whole file, and opens as none."""
        out = _Out()
        made = datetime.fromtimestamp(self._unix_time(), UTC).timetuple()[:6]
        with zipfile.ZipFile(out, "w") as archive:  # type: ignore[arg-type] # It is never read or sought in.
            async for name, content in self._entries(account_id):
                entry = zipfile.ZipInfo(name, made)
                is_file = name.startswith("attachments/")
                # Pictures and PDFs are packed already.
                entry.compress_type = zipfile.ZIP_STORED if is_file else zipfile.ZIP_DEFLATED
                await asyncio.to_thread(archive.writestr, entry, content)
                yield out.taken()
        yield out.taken()

    async def _entries(self, account_id: str) -> AsyncIterator[tuple[str, bytes | str]]:
        account = await self._records.read(AccountById(account_id))
        email = account.email if account else ""
        now = datetime.fromtimestamp(self._unix_time(), UTC).strftime("%Y-%m-%d")
        yield "README.txt", _README.format(version=__version__, email=email, now=now)
        yield "account.json", _json(_of(account, "password_hash"))
        async for name, content in self._beside(account_id):
            yield f"{name}.json", _json(content)
        for row in await self._conversations(account_id):
            found = await self._records.read(ConversationWithMessages(account_id, row.id))
            if found is None:  # Deleted meanwhile.
                continue
            opened = Opened(*found, await self._records.read(AttachedIn(account_id, row.id)))
            yield name_in_archive(row, "json"), as_json(opened)
            yield name_in_archive(row, "md"), as_markdown(opened)
            for carried in opened.attached:
                file = await self._records.read(AttachmentById(account_id, carried.id))
                if file is not None:
                    yield attachment_in_archive(file), file.data

    async def _beside(self, account_id: str) -> AsyncIterator[tuple[str, Any]]:
        """What is neither a conversation nor a file, without anything that opens something."""
        read, of = self._records.read, _each
        # First, as whoever reads the file needs to know them before the conversations that are in them.
        yield "folders", [_library(row) for row in await read(FoldersOf(account_id))]
        yield "prompts", [_library(row) for row in await read(PromptsOf(account_id))]
        yield "sessions", of(await read(SessionsOf(account_id, self._unix_time())), "id_hash")
        factors = await read(FactorsOf(account_id))
        yield (
            "factors",
            {
                "authenticator_since": factors.confirmed.confirmed_s if factors.confirmed else None,
                "passkeys": of(factors.passkeys, "public_key"),
                "recovery_codes_left": factors.codes_left,
            },
        )
        yield "identities", of(await read(IdentitiesOf(account_id)))
        yield "homes", of(await read(HomesOf(account_id)))
        yield "shares", of(await read(SharesOf(account_id)))
        yield "keys", of(await read(KeysOf(account_id)), "secret_hash")
        yield "usage", of(await read(UsageOf(account_id, "")))
        budgets = await read(BudgetsOf(account_id))
        yield "budgets", {key_id or "account": _of(budget) for key_id, budget in budgets.items()}

    async def _conversations(self, account_id: str) -> list[ConversationRow]:
        """All of them, each once though they move in the list meanwhile."""
        found: dict[str, ConversationRow] = {}
        for archived in (False, True):
            before = None
            while True:
                page = await self._records.read(ConversationsOf(account_id, _PAGE, before, archived))
                found |= {row.id: row for row in page}
                if len(page) < _PAGE:
                    break
                before = (page[-1].pinned, page[-1].updated_s, page[-1].id)
        return list(found.values())


class _Out(RawIOBase):
    """What the archive writes, until it is taken. It cannot be sought in, so the archive never asks to."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, block: Any) -> int:
        self._blocks.append(bytes(block))
        return len(self._blocks[-1])

    def taken(self) -> bytes:
        """What was written since."""
        blocks, self._blocks = self._blocks, []
        return b"".join(blocks)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)


def _of(row: Any, *without: str) -> dict[str, Any]:
    return {} if row is None else {name: getattr(row, name) for name in row.__slots__ if name not in without}


def _each(rows: Iterable[Any], *without: str) -> list[dict[str, Any]]:
    return [_of(row, *without, "account_id") for row in rows]


def _library(row: FolderRow | PromptRow) -> dict[str, Any]:
    """With the names that the app's HTTP has for its times."""
    told = _of(row, "account_id")
    return {name.replace("_s", "_at") if name.endswith("_s") else name: value for name, value in told.items()}
