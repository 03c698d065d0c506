"""Recommends a model for this machine. Knows its memory and whether a hub answers; chooses nothing by itself."""

from __future__ import annotations

import os
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from seawall.models.catalogue import CATALOGUE, DEFAULT_MODEL, CatalogueEntry, entry_named
from seawall.models.hub_source import endpoint_of
from seawall.models.model_file import size_text

# Half the memory stays for the database, the page cache and whatever else lives there.
_SHARE = 0.5
# Without an accelerator a token costs one reading of the weights: past this size an answer is read faster than it is
# written, whatever the memory. Larger models are for who names them.
_LARGEST_BYTES = 3_000_000_000
_HOW_TO_DO_BETTER = (
    "For better answers copy a stronger GGUF file to this machine and give its path with --model, "
    "or give the URL of an OpenAI-compatible server with --engine."
)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """``sentence`` is for the operator; ``entry`` is the default model where nothing better can be had."""

    entry: CatalogueEntry
    sentence: str


def recommend(memory_bytes: int, hub_answers: bool) -> Recommendation:
    """The strongest entry that answers briskly within half of ``memory_bytes``."""
    default = entry_named(DEFAULT_MODEL)
    assert default is not None
    demonstration = f"`{default.name}` is a demonstration model: it chats, but knows little."
    if not hub_answers:
        return Recommendation(default, f"{demonstration} No model hub answers from here. {_HOW_TO_DO_BETTER}")
    fitting = [
        entry
        for entry in CATALOGUE
        if entry.size_bytes <= _LARGEST_BYTES and entry.memory_bytes() <= memory_bytes * _SHARE
    ]
    best = max(fitting, key=_strength, default=default)
    if best.demonstration:
        return Recommendation(
            default, f"{demonstration} This machine's memory suits no larger one. {_HOW_TO_DO_BETTER}"
        )
    needs = f"{size_text(best.size_bytes)} to fetch, up to {size_text(best.memory_bytes())} of memory"
    return Recommendation(
        best, f"{demonstration} This machine suits `{best.name}` ({needs}): `seawall serve --model {best.name}`."
    )


def machine_memory_bytes(root: Path = Path("/")) -> int:
    """Memory this process may use: the machine's, or its control group's limit where that is lower."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for file in _limit_files(root):
        try:
            text = file.read_text(encoding="ascii").strip()
        except OSError:
            continue
        if text.isdigit():  # "max" is no limit
            limits.append(int(text))
    return min(limits)


def hub_answers(environment: Mapping[str, str] = os.environ, timeout_s: float = 1.5) -> bool:
    """Whether a hub can be reached, found out within ``timeout_s``; any HTTP answer counts."""
    if environment.get("HF_HUB_OFFLINE", "").strip().lower() in {"1", "true", "yes", "on"}:
        return False
    endpoint = endpoint_of(environment)
    if not endpoint.startswith(("http://", "https://")):
        return False
    found: SimpleQueue[bool] = SimpleQueue()
    # A thread of its own, for a resolver that hangs heeds no timeout.
    threading.Thread(target=lambda: found.put(_answers(endpoint, timeout_s)), daemon=True).start()
    try:
        return found.get(timeout=timeout_s)
    except Empty:
        return False


def _answers(endpoint: str, timeout_s: float) -> bool:
    try:
        asked = urllib.request.Request(endpoint, method="HEAD")  # noqa: S310 - the caller checked that it is HTTP
        with urllib.request.urlopen(asked, timeout=timeout_s):  # noqa: S310
            return True
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return True
    except (OSError, ValueError):
        return False


def _strength(entry: CatalogueEntry) -> float:
    """Parameters, in their text's own unit."""
    number, unit = float(entry.parameters[:-1]), entry.parameters[-1]
    return number if unit == "B" else number / 1000


def _limit_files(root: Path) -> list[Path]:
    """Control groups of version 2 and 1: as a container sees its own at the top, and by the path of this process."""
    groups = root / "sys/fs/cgroup"
    files = [groups / "memory.max", groups / "memory/memory.limit_in_bytes"]
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="ascii").splitlines()
    except OSError:
        return files
    for line in lines:
        _, controllers, own = line.split(":", 2)
        place = Path(own.lstrip("/"))
        if controllers == "":
            files += [groups / above / "memory.max" for above in (place, *place.parents)]
        elif "memory" in controllers.split(","):
            files.append(groups / "memory" / place / "memory.limit_in_bytes")
    return files
