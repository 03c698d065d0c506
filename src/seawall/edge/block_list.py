"""Networks that the operator treats apart, and until when. Knows networks and a file; knows no request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any

FILE_NAME = "blocked.json"
# Far more than a person enters; a feed of single addresses belongs into a firewall.
MOST = 10_000
_REMEMBERED = 4_096

Network = IPv4Network | IPv6Network


class BlockListError(Exception):
    """The entry is none, or the file cannot be used; the message says what to do."""


class Treatment(StrEnum):
    """What is done with a network, the mildest first. A block is for everybody there; the others never touch a
    registered user at home.

    ``slow``: the share of its strangers is an eighth, and so is the weight in the queue of its new accounts and of
    accounts away from home. ``challenge``: whoever registers or asks as a guest solves a puzzle, however quiet it is,
    and accounts away from home solve one or confirm the place. ``block``: nothing is answered, but to operators.
    """

    SLOW = "slow"
    CHALLENGE = "challenge"
    BLOCK = "block"


_SEVERITY = {one.value: number for number, one in enumerate(Treatment)}


@dataclass(frozen=True, slots=True)
class Block:
    """``until_unix_s`` is None for what stays until it is taken back; ``treatment`` is one of `Treatment`."""

    network: str
    until_unix_s: float | None = None
    reason: str = ""
    treatment: str = Treatment.BLOCK.value


class BlockList:
    """Asked at every request, so an empty list costs nothing and an address is compared once.

    It is kept in a file, and so holds over a restart. The service alone writes it while it runs.
    """

    def __init__(self, file: Path | None, *, unix_time: Callable[[], float]) -> None:
        self._file = file
        self._unix_time = unix_time
        self._blocks: dict[Network, Block] = {}
        self._found = lru_cache(_REMEMBERED)(self._look_up)
        for block in _read(file):
            self._blocks[network_in(block.network)] = block

    def __len__(self) -> int:
        return len(self._blocks)

    def __iter__(self) -> Iterator[Block]:
        now_s = self._unix_time()
        return iter([block for block in self._blocks.values() if not _is_over(block, now_s)])

    def holds(self, address: str) -> bool:
        """Whether this address is shut out now."""
        return self.treatment_of(address) is Treatment.BLOCK

    def slows(self, address: str) -> bool:
        """Whether who is new at this address, or in this network of one, is to go slower."""
        return self.treatment_of(address) is Treatment.SLOW

    def challenges(self, address: str) -> bool:
        """Whether who is new at this address, or in this network of one, is to solve a puzzle."""
        return self.treatment_of(address) is Treatment.CHALLENGE

    def treatment_of(self, address: str) -> Treatment | None:
        """What is done with this address now: the severest of what its networks are on the list for."""
        if not self._blocks:
            return None
        found = self._found(address)
        if not found:
            return None
        now_s = self._unix_time()
        if any(_is_over(block, now_s) for block in found):
            self._forget_what_is_over()
            found = self._found(address)
        return Treatment(found[0].treatment) if found else None

    def add(
        self,
        network: str,
        *,
        for_s: float | None = None,
        reason: str = "",
        treatment: Treatment = Treatment.BLOCK,
    ) -> Block:
        """Treats a network so, at once and for good or for so long; what it was treated before ends.

        Raises BlockListError.
        """
        parsed = network_in(network)
        if len(self._blocks) >= MOST and parsed not in self._blocks:
            raise BlockListError(f"The list holds {MOST} networks already. Block wider ones, or use a firewall.")
        until_unix_s = None if for_s is None else self._unix_time() + for_s
        block = Block(str(parsed), until_unix_s, reason, treatment.value)
        self._blocks[parsed] = block
        self._changed()
        return block

    def remove(self, network: str) -> bool:
        """Lets a network in again. False where it was not on the list. Raises BlockListError."""
        self._forget_what_is_over()
        block = self._blocks.pop(network_in(network), None)
        self._changed()
        return block is not None

    def _look_up(self, address: str) -> tuple[Block, ...]:
        """The entries that hold this address, the severest first."""
        try:
            parsed = ip_address(address.partition("/")[0])
        except ValueError:
            return ()
        mapped = getattr(parsed, "ipv4_mapped", None) or parsed
        found = (block for network, block in self._blocks.items() if mapped in network)
        return tuple(sorted(found, key=lambda block: _SEVERITY[block.treatment], reverse=True))

    def _forget_what_is_over(self) -> None:
        now_s = self._unix_time()
        self._blocks = {network: block for network, block in self._blocks.items() if not _is_over(block, now_s)}
        self._found.cache_clear()

    def _changed(self) -> None:
        self._forget_what_is_over()
        if self._file is None:
            return
        draft = self._file.with_suffix(".draft")
        try:
            draft.write_text(json.dumps([asdict(block) for block in self._blocks.values()], indent=1), "utf-8")
            draft.replace(self._file)
        except OSError as error:
            raise BlockListError(
                f"It holds now, but {self._file} cannot be written ({error.strerror}), so a restart will forget it."
            ) from None


def network_in(text: str) -> Network:
    """The network or single address that was written. Raises BlockListError."""
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        raise BlockListError(f"'{text}' is no network. Write one such as 203.0.113.0/24 or 2001:db8::/48.") from None
    if network.prefixlen == 0:
        raise BlockListError(f"'{text}' is everybody. Stop the service instead, or name a network.")
    return network


def _is_over(block: Block, now_s: float) -> bool:
    return block.until_unix_s is not None and block.until_unix_s <= now_s


def _read(file: Path | None) -> list[Block]:
    if file is None or not file.exists():
        return []
    try:
        entries: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
        blocks = [Block(**entry) for entry in entries]
        return [block for block in blocks if Treatment(block.treatment)]
    except (OSError, ValueError, TypeError) as error:
        raise BlockListError(f"The block list {file} cannot be read ({error}). Mend it, or delete it.") from None
