"""Receives a file from a Hugging Face hub. Knows its metadata, ranges and faults; knows no folder.

``hf_hub_download`` is not used: since huggingface_hub 2 it throws an interrupted download away, while a model of
gigabytes over a slow line must go on where it ended. The library still says where a file is, what its hash is, and
how to sign in; xet, its own transfer, is left out because it cannot go on either.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.models.catalogue import HubSource
from seawall.models.incoming import Incoming
from seawall.models.model_file import ModelProblem, Progress

if TYPE_CHECKING:
    import httpx2

_TIMEOUT_S = 20.0
_TRIES_WITHOUT_A_BYTE = 5
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9][\w.\-]*")
_SPLIT = re.compile(r"-\d{5}-of-\d{5}\.gguf$")


@dataclass(frozen=True, slots=True)
class HubStatement:
    """What the hub says of a file: its hash, its size and where the bytes are."""

    url: str
    sha256: str
    size_bytes: int


def hub_source(text: str) -> HubSource | ModelProblem:
    """Reads ``hf:owner/repo/folder/file.gguf@revision``; folder and revision may be left out."""
    place, _, revision = text.removeprefix("hf:").partition("@")
    parts = place.split("/")
    if len(parts) < 3 or not all(_NAME.fullmatch(part) for part in parts) or not place.endswith(".gguf"):
        return ModelProblem(
            f"`{text}` names no file on a hub: write hf:owner/repo/file.gguf, or .../file.gguf@revision."
        )
    if _SPLIT.search(place):
        return ModelProblem(f"`{text}` is one part of a split model: choose a file that holds the whole model.")
    if revision and not _NAME.fullmatch(revision):
        return ModelProblem(f"`{revision}` is no revision: give a commit, a tag or a branch without slashes.")
    return HubSource("/".join(parts[:2]), "/".join(parts[2:]), revision or "main")


def endpoint_of(environment: Mapping[str, str]) -> str:
    """The hub's address: ``HF_ENDPOINT`` (a mirror), else the public one."""
    if given := environment.get("HF_ENDPOINT", "").strip().rstrip("/"):
        return given
    from huggingface_hub.constants import ENDPOINT

    return ENDPOINT


def state(source: HubSource, environment: Mapping[str, str]) -> HubStatement | ModelProblem:
    """Asks the hub about the file."""
    # Read while the library is imported: it would tell the hub which machine-learning packages are installed here.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import httpx2
    from huggingface_hub import (
        errors,
        get_hf_file_metadata,  # pyright: ignore[reportUnknownVariableType]
        hf_hub_url,
    )

    endpoint = endpoint_of(environment)
    url = hf_hub_url(source.repository, source.file, revision=source.revision, endpoint=endpoint)
    try:
        told = get_hf_file_metadata(url, token=environment.get("HF_TOKEN"), endpoint=endpoint, timeout=_TIMEOUT_S)
    except errors.GatedRepoError:
        return ModelProblem(
            f"{source.repository} asks you to accept its terms: do so at {endpoint}, then set HF_TOKEN."
        )
    except errors.RepositoryNotFoundError:
        return ModelProblem(
            f"The hub at {endpoint} shows no {source.repository}: check its name; a private one needs HF_TOKEN."
        )
    except (errors.RevisionNotFoundError, errors.EntryNotFoundError):
        return ModelProblem(
            f"{source.repository} has no {source.file} at {source.revision}: check the name and the revision."
        )
    except (httpx2.HTTPError, OSError) as fault:
        return _unreachable(endpoint, fault)
    if told.etag is None or _SHA256.fullmatch(told.etag) is None or told.size is None:
        return ModelProblem(
            f"The hub at {endpoint} states no SHA-256 for {source.file}, so it cannot be checked: it is not fetched."
        )
    # The commit, not the branch: the bytes must be those that the hash was stated for.
    pinned = hf_hub_url(source.repository, source.file, revision=told.commit_hash, endpoint=endpoint)
    return HubStatement(pinned, told.etag, told.size)


def receive_from_hub(
    statement: HubStatement,
    incoming: Incoming,
    progress: Progress,
    environment: Mapping[str, str],
    sleep: Callable[[float], None] = time.sleep,
) -> ModelProblem | None:
    """Writes what is missing into ``incoming``, asking again after breaks for as long as bytes keep coming."""
    import httpx2
    from huggingface_hub.utils import build_hf_headers  # pyright: ignore[reportUnknownVariableType]

    if incoming.received_bytes > statement.size_bytes:
        incoming.restart()
    headers = build_hf_headers(token=environment.get("HF_TOKEN"), library_name="seawall")
    tries = 0
    while incoming.received_bytes < statement.size_bytes:
        before = incoming.received_bytes
        try:
            problem = _receive_once(statement, incoming, progress, headers)
            if problem is not None:
                return problem
            fault: Exception | None = None
        except httpx2.HTTPError as broken:
            fault = broken
        tries = 0 if incoming.received_bytes > before else tries + 1
        if tries >= _TRIES_WITHOUT_A_BYTE:
            return _unreachable(endpoint_of(environment), fault)
        if incoming.received_bytes < statement.size_bytes:
            sleep(min(2.0**tries - 1, 10.0))  # at once after a break, later after a failure
    return None


def _receive_once(
    statement: HubStatement, incoming: Incoming, progress: Progress, headers: dict[str, str]
) -> ModelProblem | None:
    from huggingface_hub import get_session

    asked = {**headers, "Accept-Encoding": "identity", "Range": f"bytes={incoming.received_bytes}-"}
    with get_session().stream("GET", statement.url, headers=asked, timeout=_TIMEOUT_S) as answer:
        if answer.status_code in (408, 416, 429) or answer.status_code >= 500:
            if answer.status_code == 416:
                incoming.restart()
            return None
        if answer.status_code >= 400:
            return ModelProblem(f"The hub answered {answer.status_code} instead of {statement.url}: try again later.")
        if not _goes_on(answer, incoming.received_bytes):
            incoming.restart()
        for chunk in answer.iter_bytes():
            incoming.write(chunk)
            progress(incoming.received_bytes, statement.size_bytes)
    return None


def _goes_on(answer: httpx2.Response, received_bytes: int) -> bool:
    """Whether the bytes continue ours: a server may ignore a range and begin anew."""
    span = answer.headers.get("Content-Range", "")
    return answer.status_code == 206 and span.startswith(f"bytes {received_bytes}-")


def _unreachable(endpoint: str, fault: Exception | None) -> ModelProblem:
    reason = f" ({str(fault).splitlines()[0]})" if fault is not None and str(fault) else ""
    return ModelProblem(
        f"The hub at {endpoint} does not answer{reason}: check the network and HF_ENDPOINT and run the same again, "
        "or copy a GGUF file to this machine and give its path with --model."
    )
