"""Which keys exist, asked in bundles. Knows names, networks and the records; knows neither accounts nor HTTP."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from seawall.records.entries import KnownKeys
from seawall.records.port import Records, RecordsUnavailable
from seawall.values.refusal import Reason, Refusal

# So many names in one question: it costs the records no more than three single ones did.
BUNDLE = 256
# The next question waits so long after the one before, and gathers. A flood of invented keys costs at most fifty
# questions a second, whatever its size; a key that comes alone is asked for at once.
PACE_S = 0.02
# Four bundles: whoever waits here waits a tenth of a second, or is told to come again.
MOST_WAITING = 4 * BUNDLE
# A database that hangs is as good as one that is gone.
PATIENCE_S = 2.0

_FULL = Refusal(
    Reason.TOO_MANY_ATTEMPTS,
    "Very many keys that are not known yet come from your network. Please try again in a moment.",
    retry_after_s=1.0,
)

Waiting = dict[str, "asyncio.Future[bool | Refusal]"]


class Roll:
    """Asked before a key's account is: an invented key ends here.

    Networks take turns, and of each the name that came last goes first: who waits least is the likeliest to be there
    still. Where all places are taken, the network with the most names gives one up, so that a flood from one network
    costs no other one a place.
    """

    def __init__(self, records: Records, *, clock: Callable[[], float]) -> None:
        self._records = records
        self._clock = clock
        self._networks: OrderedDict[str, Waiting] = OrderedDict()
        self._waiting = 0
        self._next_s = 0.0
        self._asking: asyncio.Task[None] | None = None

    async def holds(self, name: str, network: str) -> bool | Refusal:
        """Whether there may be a key with this hash. Raises RecordsUnavailable.

        True without asking where nobody else asks: then the account is looked up right away.
        """
        if not self._waiting and self._clock() >= self._next_s:
            self._next_s = self._clock() + PACE_S
            return True
        names = self._networks.setdefault(network, {})
        future = names.get(name)
        if future is None:
            future = names[name] = asyncio.get_running_loop().create_future()
            self._waiting += 1
            if self._waiting > MOST_WAITING:
                self._turn_one_away()
            if self._asking is None:
                self._asking = asyncio.create_task(self._ask_all(), name="roll")
        # Shielded, as the one who asked first may leave while others wait for the same answer.
        return await asyncio.shield(future)

    async def _ask_all(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(max(0.0, self._next_s - self._clock()))
                self._next_s = self._clock() + PACE_S
                await self._ask(self._bundle())
        finally:
            self._asking = None

    async def _ask(self, bundle: Waiting) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                known = await self._records.read(KnownKeys(tuple(bundle)))
        except (RecordsUnavailable, TimeoutError) as error:
            fault = RecordsUnavailable(str(error) or "The records did not answer in time.")
            for future in bundle.values():
                _fail(future, fault)
        else:
            for name, future in bundle.items():
                _settle(future, name in known)

    def _bundle(self) -> Waiting:
        """One name of each network in turn, until the bundle is full."""
        bundle: Waiting = {}
        while self._networks and len(bundle) < BUNDLE:
            network, names = self._networks.popitem(last=False)
            name, future = names.popitem()
            self._waiting -= 1
            bundle[name] = future
            if names:
                self._networks[network] = names
        return bundle

    def _turn_one_away(self) -> None:
        """The oldest of the network with the most."""
        network = max(self._networks, key=lambda each: len(self._networks[each]))
        names = self._networks[network]
        _settle(names.pop(next(iter(names))), _FULL)
        self._waiting -= 1
        if not names:
            del self._networks[network]


def _settle(future: asyncio.Future[bool | Refusal], said: bool | Refusal) -> None:
    if not future.done():
        future.set_result(said)


def _fail(future: asyncio.Future[bool | Refusal], fault: RecordsUnavailable) -> None:
    if not future.done():
        future.set_exception(fault)
        future.exception()  # Everyone who waited may have left; then nobody else looks at it.
