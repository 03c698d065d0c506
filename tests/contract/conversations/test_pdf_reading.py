"""PDFs of every temper, read by the real reader in its own process."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from contextlib import aclosing
from pathlib import Path
from typing import IO, Any

import pytest

from pdf_files import deflate_bomb, endless_object_stream, endless_pages, locked_pdf, pdf
from seawall.conversations.confined import Bounds, Confined, ConfinedFailed, Exhausted, TooBusy
from seawall.conversations.file_reading import PDF_BOUNDS

MODULE = "seawall.conversations.pdf_child"
ORDER = {"pages": 50, "text_bytes": 1000}


async def read(data: bytes, bounds: Bounds = PDF_BOUNDS, **order: Any) -> dict[str, Any]:
    with as_file(data) as file:
        async with aclosing(Confined(MODULE, bounds, at_once=1, waiting=0).lines(file, ORDER | order)) as lines:
            told = [json.loads(line) async for line in lines]
    assert len(told) == 1
    return told[0]


def as_file(data: bytes) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever asked for it.
    file.write(data)
    file.flush()
    return file


async def test_the_text_of_all_pages_is_told():
    assert await read(pdf("High tide is at noon.", "Low tide is at six.")) == {
        "text": "High tide is at noon.\n\nLow tide is at six.",
        "pages": 2,
        "shortened": False,
    }


async def test_a_long_text_is_cut_and_said_to_be():
    told = await read(pdf("a" * 600, "b" * 600))

    assert told["shortened"]
    assert len(told["text"]) <= 1002
    assert told["text"].startswith("a" * 600 + "\n\nb")


async def test_a_locked_one_is_told_apart_from_one_that_only_forbids_printing():
    assert await read(locked_pdf("secret")) == {"no": "encrypted"}
    assert (await read(locked_pdf("")))["text"] == "The treasure is under the oak."


async def test_one_of_pictures_alone_has_no_text():
    assert await read(pdf("")) == {"no": "empty", "pages": 1}


async def test_thousands_of_pages_are_counted_and_not_read():
    assert await read(pdf(*["page"] * 3000)) == {"no": "pages", "pages": 3000}


@pytest.mark.parametrize("data", [b"%PDF-1.4\nDear diary", b"%PDF-", pdf("cut short")[:150]])
async def test_a_damaged_one_is_said_to_be(data: bytes):
    assert await read(data) == {"no": "broken"}


async def test_a_bomb_hurts_nobody_but_its_own_reader():
    bomb = deflate_bomb(2000)
    assert len(bomb) < 100_000

    try:
        told = await read(bomb)
    except Exhausted:
        return
    assert told["no"] in ("heavy", "broken", "empty")


@pytest.mark.parametrize("data", [endless_pages(), endless_object_stream()])
async def test_one_that_leads_in_circles_comes_to_an_end(data: bytes):
    try:
        told = await read(data)
    except ConfinedFailed:
        return
    assert told["no"] in ("heavy", "broken", "empty", "pages")


async def test_a_reader_that_takes_too_long_is_ended():
    slow = Bounds(PDF_BOUNDS.memory_bytes, 20, 0.01, 1024, 1024)

    with pytest.raises(Exhausted):
        await read(pdf("slow"), slow)


async def test_a_reader_that_needs_too_much_memory_is_ended():
    with pytest.raises(ConfinedFailed):
        await read(pdf("large"), Bounds(16 * 1024 * 1024, 20, 20.0, 1024, 1024))


async def test_a_reader_that_says_too_much_is_ended():
    with pytest.raises(Exhausted):
        await read(pdf("x" * 500), Bounds(PDF_BOUNDS.memory_bytes, 20, 20.0, 64, 10_000))
    with pytest.raises(Exhausted):
        await read(pdf("x" * 500), Bounds(PDF_BOUNDS.memory_bytes, 20, 20.0, 10_000, 64))


async def test_so_many_are_read_at_once_and_so_many_wait():
    confined = Confined(MODULE, PDF_BOUNDS, at_once=1, waiting=1)

    async def one() -> list[bytes]:
        with as_file(pdf("tide")) as file:
            async with aclosing(confined.lines(file, ORDER)) as lines:
                return [line async for line in lines]

    told = await asyncio.gather(*(one() for _ in range(4)), return_exceptions=True)

    assert sum(isinstance(each, TooBusy) for each in told) == 2
    assert sum(isinstance(each, list) for each in told) == 2
    assert await one()  # Whoever came to the end left its place.


def test_the_reader_has_neither_network_nor_pen(tmp_path: Path):
    """In a process of its own, as what it gives up is never had back."""
    program = (
        "import sys; from seawall.conversations.confinement import confine, Forbidden\n"
        "confine(2**29, 5)\n"
        "def tried(what):\n"
        "    try: what()\n"
        "    except Forbidden: return 'forbidden'\n"
        "    return 'done'\n"
        "import socket, subprocess\n"
        "print(tried(lambda: socket.socket()), tried(lambda: open(sys.argv[1], 'w')),"
        " tried(lambda: subprocess.Popen(['true'])), tried(lambda: open('/dev/null')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "out")], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["forbidden", "forbidden", "forbidden", "done"]
    assert not (tmp_path / "out").exists()
