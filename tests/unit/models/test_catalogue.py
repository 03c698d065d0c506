"""The catalogue is complete, pinned and honest about memory."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from seawall.models.catalogue import CATALOGUE, DEFAULT_MODEL, CatalogueEntry, HubSource, entry_named

PAGE = Path(__file__).parents[3] / "docs" / "models.md"
MIB = 1024 * 1024
each = pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)


@each
def test_an_entry_is_pinned_to_bytes_and_free_to_use(entry: CatalogueEntry) -> None:
    assert entry.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", entry.sha256)
    assert entry.licence in {"Apache-2.0", "MIT"}
    if isinstance(entry.source, HubSource):
        assert re.fullmatch(r"[0-9a-f]{40}", entry.source.revision), "a branch can change under its name"
        assert entry.source.repository.split("/")[0] == entry.publisher


@each
def test_the_page_on_models_names_the_entry_with_its_licence(entry: CatalogueEntry) -> None:
    row = next(line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{entry.name}`"))
    assert entry.licence in row
    assert entry.title in row


def test_names_and_hashes_are_each_used_once() -> None:
    assert len({entry.name for entry in CATALOGUE}) == len({entry.sha256 for entry in CATALOGUE}) == len(CATALOGUE)


def test_the_figure_for_memory_is_above_what_was_measured_and_near_it() -> None:
    default = entry_named(DEFAULT_MODEL)
    assert default is not None
    # What the engine's process took with the real file, plus its prompt cache of 256 MiB when full.
    for slots, context_tokens, measured_mib in ((4, 4096, 524), (2, 2048, 237)):
        said_mib = default.memory_bytes(slots, context_tokens) / MIB
        assert measured_mib + 256 <= said_mib <= 1.3 * (measured_mib + 256)


def test_context_beyond_the_models_own_is_not_counted() -> None:
    default = entry_named(DEFAULT_MODEL)
    assert default is not None
    assert default.memory_bytes(1, 1_000_000) == default.memory_bytes(1, default.context_tokens)
