"""How full the service is, as the queue publishes it. Knows classes, counts and times; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from seawall.values.ticket import ServiceClass

_LAST = max(one.rank for one in ServiceClass)


@dataclass(frozen=True, slots=True)
class ClassLoad:
    """One class: ``expected_wait_s`` is what an ordinary request of a new asker, entering now, would wait."""

    waiting: int = 0
    held: int = 0
    oldest_wait_s: float = 0.0
    expected_wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Load:
    """All classes. ``slots`` is what may be held now, ``kv_use`` the used part of the engine's KV cache (0 to 1).

    ``told_kv_use`` and ``inside`` are what the engine tells by itself, other programs' questions too: the used part of
    its cache, and how many wait inside it.
    """

    by_class: Mapping[ServiceClass, ClassLoad] = field(default_factory=dict[ServiceClass, ClassLoad])
    slots: int = 0
    kv_use: float = 0.0
    told_kv_use: float = 0.0
    inside: int = 0

    def of(self, service_class: ServiceClass) -> ClassLoad:
        """The load of one class; nothing at all where none was told."""
        return self.by_class.get(service_class, _IDLE)

    @property
    def held(self) -> int:
        """Slots held by all classes together."""
        return sum(one.held for one in self.by_class.values())

    @property
    def waiting(self) -> int:
        """Questions that wait, of all classes together."""
        return sum(one.waiting for one in self.by_class.values())


_IDLE = ClassLoad()


@dataclass(frozen=True, slots=True)
class Threshold:
    """Who need not come now, because the queue would refuse them anyway.

    Classes above ``rank`` enter, those below do not, and of the class at ``rank`` the part ``level`` of its askers:
    whose ``name`` (account, or network of a stranger) hashes below it. ``salt`` is drawn anew every hour, so that for
    an hour it is always the same ones who get in, instead of everybody now and then.
    """

    rank: int = _LAST
    level: float = 1.0
    salt: bytes = b""

    @property
    def is_open(self) -> bool:
        """True while nobody is kept out."""
        return self.rank >= _LAST and self.level >= 1.0

    def admits(self, service_class: ServiceClass, name: str) -> bool:
        """Whether an asker of this class and name may try its luck at the queue."""
        if service_class.rank != self.rank:
            return service_class.rank < self.rank
        return self.level >= 1.0 or level_of(name, self.salt) < self.level


OPEN = Threshold()


def level_of(name: str, salt: bytes) -> float:
    """Where in [0, 1) this name stands while this salt holds."""
    return int.from_bytes(blake2b(name.encode(), key=salt, digest_size=7).digest(), "big") / (1 << 56)
