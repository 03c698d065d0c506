"""Who holds open connections, how many, and who makes room for whom. Knows networks; knows no deadline, no socket."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from seawall.edge.deadlines import CLOSING, Due, Pace
from seawall.values.network import network_of

# The connection of a request, in its ASGI scope. Absent under servers that are not ours.
SCOPE_KEY = "seawall.connection"
# A connection this young makes no room for another. Without it, a hundred honest clients behind one address that
# connect in the same moment would push each other out before a byte of theirs is read.
NEWBORN_S = 1.0


class Line(Protocol):
    """The other end of a connection: what the registry asks of the protocol that serves it."""

    def held(self) -> bool:
        """True while it is we who keep the body from coming."""
        ...

    def unsent_bytes(self) -> int:
        """What the client has not taken yet."""
        ...

    def cut(self, due: Due) -> None:
        """Ends it, with an answer where one can still be given."""
        ...

    def abort(self) -> None:
        """Ends it at once; what is unsent is lost."""
        ...


class _Gone:
    """The line of a connection that is no more."""

    def held(self) -> bool:
        return False

    def unsent_bytes(self) -> int:
        return 0

    def cut(self, due: Due) -> None:
        pass

    def abort(self) -> None:
        pass


GONE = _Gone()


@dataclass(frozen=True, slots=True)
class Caps:
    """``strangers`` and ``all`` are a network's, without and with the known ones; ``room`` is everybody's together."""

    strangers: int
    all: int
    room: int


class Network:
    """One network's connections. ``waiting`` holds its strangers that are not being answered, longest waiting first."""

    __slots__ = ("members", "name", "strangers", "waiting")

    def __init__(self, name: str) -> None:
        self.name = name
        self.members = 0
        self.strangers = 0
        self.waiting: OrderedDict[Connection, None] = OrderedDict()


class Connection(Pace):
    """One open connection, as the application finds it in its scope.

    ``is_known`` once a credential that is valid came over it: it makes no room for others any more.
    """

    __slots__ = ("is_known", "line", "network", "registry")

    def __init__(self, registry: Connections, line: Line, network: Network | None, now_s: float) -> None:
        super().__init__(now_s)
        self.registry = registry
        self.line = line
        self.network = network
        self.is_known = network is None

    def known(self) -> None:
        """A valid credential came over it."""
        if not self.is_known:
            self.registry.proven(self)


class Connections:
    """All open connections.

    There is no bound on their number that keeps newcomers out, as whoever fills it first would have the service: at a
    network's cap, and where descriptors run short, the stranger that has waited longest makes room. Whoever is known
    stays. Connections of trusted proxies belong to no network.
    """

    def __init__(self, caps: Caps, *, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._caps = caps
        self._open: set[Connection] = set()
        self._networks: dict[str, Network] = {}
        self._waiting: OrderedDict[Connection, None] = OrderedDict()
        self.evicted = 0

    @property
    def count(self) -> int:
        """How many are open."""
        return len(self._open)

    def __iter__(self) -> Iterator[Connection]:
        return iter(self._open)

    def opened(self, line: Line, address: str, *, exempt: bool = False) -> Connection:
        """A new one, for which room is made. Where there is none to be made, the newcomer itself is aborted."""
        now_s = self.clock()
        if exempt:
            connection = Connection(self, line, None, now_s)
            self._open.add(connection)
            return connection
        if len(self._open) >= self._caps.room:
            self.evict_unknown(1)
        name = network_of(address)
        network = self._networks.get(name) or Network(name)
        connection = Connection(self, line, network, now_s)
        if not self._make_room(network, now_s):
            self.evicted += 1
            connection.stage = CLOSING
            line.abort()
            return connection
        self._networks[name] = network
        network.members += 1
        network.strangers += 1
        self._open.add(connection)
        self.waits(connection)
        return connection

    def closed(self, connection: Connection) -> None:
        """It is gone, or has become something else (an upgrade). Idempotent."""
        if connection not in self._open:
            return
        self._open.remove(connection)
        network = connection.network
        if network is None:
            return
        network.members -= 1
        if not connection.is_known:
            network.strangers -= 1
            self.answering(connection)
        if network.members == 0:
            del self._networks[network.name]

    def proven(self, connection: Connection) -> None:
        """From now on it makes no room for others."""
        connection.is_known = True
        if connection.network is not None and connection in self._open:
            connection.network.strangers -= 1
            self.answering(connection)

    def waits(self, connection: Connection) -> None:
        """A stranger that is not being answered: it may have to make room."""
        if connection.network is not None and not connection.is_known and connection in self._open:
            connection.network.waiting[connection] = None
            self._waiting[connection] = None

    def answering(self, connection: Connection) -> None:
        """It is being answered, and makes no room meanwhile."""
        if connection.network is not None:
            connection.network.waiting.pop(connection, None)
            self._waiting.pop(connection, None)

    def evict_unknown(self, number: int) -> int:
        """Aborts the strangers that have waited longest; tells how many there were."""
        victims = [connection for connection, _ in zip(self._waiting, range(number), strict=False)]
        for victim in victims:
            self._evict(victim)
        return len(victims)

    def _make_room(self, network: Network, now_s: float) -> bool:
        """Evicts for one more of this network where it is at a cap; False where the newcomer must go instead."""
        oldest = next(iter(network.waiting), None)
        if network.members >= self._caps.all:
            if oldest is None:
                return False
            self._evict(oldest)
        elif network.strangers >= self._caps.strangers and oldest is not None and now_s - oldest.since_s > NEWBORN_S:
            self._evict(oldest)
        return True

    def _evict(self, victim: Connection) -> None:
        self.evicted += 1
        self.closed(victim)
        victim.line.abort()
