"""The program that reads conversations out of a file. Knows JSON and ZIP; is started, never imported.

Reads the file from standard input and writes a line of JSON for each conversation: it, or why it is left out. The last
line is ``{"end": true}``, or ``{"no": reason}`` where the file as a whole cannot be taken: then nothing of it counts.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO, Any

from seawall.conversations.confinement import OUT_OF_MEMORY, confine
from seawall.conversations.elsewhere import chatgpt, open_webui, ours
from seawall.conversations.elsewhere.found import Unfit, listing, mapping, name
from seawall.conversations.elsewhere.trees import messages_of

FORMATS = (ours, chatgpt, open_webui)
# ChatGPT's is one file, or several of many conversations; ours has one for each conversation.
_WANTED = re.compile(r"(?:^|/)conversations(?:-\d+)?\.json$|(?:^|/)conversations/[^/]+\.json$")
_SPACE = re.compile(r"[\s,]*")
# A ZIP file's list is read before anything in it.
_MOST_ENTRIES = 200_000


class Refused(Exception):
    """The file as a whole cannot be taken."""


def main(order: dict[str, Any], file: IO[bytes], out: IO[str]) -> None:
    """Raises Refused."""
    told = 0
    for document in _documents(file, order["unpacked_bytes"]):
        for value in _values(document):
            if told >= order["conversations"]:
                raise Refused("too_many")
            out.write(json.dumps(_told(value, told)) + "\n")
            told += 1
    if not told:
        raise Refused("nothing")


def _documents(file: IO[bytes], most_bytes: int) -> Iterator[str]:
    beginning = file.read(4)
    file.seek(0)
    if beginning != b"PK\x03\x04":
        data = file.read(most_bytes + 1)
        if len(data) > most_bytes:
            raise Refused("bomb")
        yield data.decode("utf-8-sig")
        return
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_ENTRIES:
            raise Refused("bomb")
        wanted = [entry for entry in entries if _WANTED.search(entry.filename)]
        if sum(entry.file_size for entry in wanted) > most_bytes:
            raise Refused("bomb")
        for entry in wanted:
            with archive.open(entry) as opened:
                # What the list says of sizes is the sender's word: this is what is read.
                data = opened.read(most_bytes + 1)
            most_bytes -= len(data)
            if most_bytes < 0:
                raise Refused("bomb")
            yield data.decode("utf-8-sig")


def _values(document: str) -> Iterator[Any]:
    """One conversation at a time: all of them as objects would take ten times the file in memory."""
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    at = _after_space(document, 0)
    if document[at : at + 1] != "[":
        yield from _in_object(decoder.decode(document))
        return
    at = _after_space(document, at + 1)
    while document[at : at + 1] != "]":
        value, at = decoder.raw_decode(document, at)
        yield value
        at = _after_space(document, at)


def _in_object(value: Any) -> Iterator[Any]:
    """A conversation by itself, or a list under a name."""
    for key in ("conversations", "chats", "data"):
        if listing(mapping(value).get(key)):
            yield from listing(value[key])
            return
    yield value


def _after_space(document: str, at: int) -> int:
    found = _SPACE.match(document, at)
    return found.end() if found else at


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _told(value: Any, number: int) -> dict[str, Any]:
    value = mapping(value)
    form = next((form for form in FORMATS if form.is_one(value)), None)
    title = name(value.get("title")) or name(mapping(value.get("conversation")).get("title"))
    if form is None:
        return {"skipped": {"title": title, "why": "It is no conversation of a known form."}}
    try:
        found = form.read(value, f"number-{number}")
        messages, leaf = messages_of(found.nodes, found.leaf, found.created_s)
    except Unfit as unfit:
        return {"skipped": {"title": title, "why": str(unfit)}}
    found.nodes, found.leaf = [], leaf
    conversation = asdict(found)
    del conversation["nodes"]
    return {"conversation": conversation, "messages": [asdict(message) for message in messages]}


def _run() -> dict[str, Any]:
    order = json.loads(sys.argv[1])
    confine(order["memory_bytes"], order["cpu_s"])
    try:
        main(order, sys.stdin.buffer, sys.stdout)
    except Refused as refused:
        return {"no": str(refused)}
    except RecursionError:
        return {"no": "deep"}
    except (ValueError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return {"no": "broken"}
    return {"end": True}


if __name__ == "__main__":
    try:
        last = _run()
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    sys.stdout.write(json.dumps(last) + "\n")
