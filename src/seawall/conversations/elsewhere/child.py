"""The program that reads conversations out of a file. Knows JSON; is started, never imported.

Reads the file from standard input and writes lines of JSON: ``library`` (folders and saved prompts) first where there
is one, then each conversation or why it is left out, with the ``share`` of the file that is read by then. The files of
its messages follow it: ``file``, its ``data`` in blocks and ``whole``, or ``unread`` and why. The last line is
``{"end": true}``, or ``{"no": reason}`` where the file as a whole cannot be taken: then nothing of it counts.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from typing import IO, Any

from seawall.conversations.confinement import OUT_OF_MEMORY, confine
from seawall.conversations.elsewhere import chatgpt, open_webui, ours
from seawall.conversations.elsewhere.found import Unfit, listing, mapping, name
from seawall.conversations.elsewhere.package import Package, Refused
from seawall.conversations.elsewhere.trees import messages_of

FORMATS = (ours, chatgpt, open_webui)
_SPACE = re.compile(r"[\s,]*")
_Line = dict[str, Any]


def main(order: dict[str, Any], file: IO[bytes], out: IO[str]) -> None:
    """Raises Refused."""
    with ExitStack() as exits:
        package = Package(file, order["unpacked_bytes"], order["files_bytes"], exits)
        for line in _lines(package, order):
            out.write(json.dumps(line) + "\n")


def _lines(package: Package, order: dict[str, Any]) -> Iterator[_Line]:
    library = {key: _listed(package, f"{key}.json") for key in ("folders", "prompts")}
    if any(library.values()):
        yield {"library": ours.library(**library)}
    told = 0
    behind = 0.0
    for document, share in package.conversations():
        for value, part in _values(document):
            if told >= order["conversations"]:
                raise Refused("too_many")
            carried = ours.carried(mapping(value), package.holds)
            line = _told(value, told)
            yield {**line, "share": behind + part * (share - behind)}
            told += 1
            if "conversation" in line:
                yield from _files(package, carried, order["file_bytes"])
        behind = share
    if not told and not any(library.values()):
        raise Refused("nothing")


def _listed(package: Package, name: str) -> list[Any]:
    document = package.document(name)
    return [] if document is None else listing(_decoder().decode(document))


def _files(package: Package, carried: list[ours.Carried], most_bytes: int) -> Iterator[_Line]:
    for one in carried:
        if package.size_bytes(one.file) > most_bytes:
            yield {"unread": {"name": one.name, "why": "This file is larger than a file may be here."}}
            continue
        yield {"file": {"message": one.message, "id": one.id, "name": one.name}}
        for block in package.blocks(one.file, most_bytes):
            yield {"data": b64encode(block).decode()}
        yield {"whole": True}


def _values(document: str) -> Iterator[tuple[Any, float]]:
    """One conversation at a time, and how much of the document is behind it: all of them as objects would take ten
    times the file in memory.
    """
    decoder = _decoder()
    at = _after_space(document, 0)
    if document[at : at + 1] != "[":
        for value in _in_object(decoder.decode(document)):
            yield value, 1.0
        return
    at = _after_space(document, at + 1)
    while document[at : at + 1] != "]":
        value, at = decoder.raw_decode(document, at)
        yield value, at / len(document)
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


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_constant=_no_constant)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _told(value: Any, number: int) -> _Line:
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
