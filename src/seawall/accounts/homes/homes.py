"""Where accounts are at home: noted, listed, settled, forgotten. Knows names of places; knows no HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from seawall.accounts.bounded import Bounded
from seawall.accounts.forgetful import Forgetful
from seawall.observing.logs import logger
from seawall.records.port import Records, RecordsConflict, RecordsError
from seawall.records.standing_entries import BeginFirstDay, ForgetHome, HomeRow, HomesOf, UsePlace
from seawall.values.arrival import Place
from seawall.values.home import FORGOTTEN_AFTER_S, NamesOf
from seawall.values.identity import Identity, Role

# A place's last use is told in days, so an hour is exact enough; it spares a write a turn.
NOTED_EVERY_S = 3600.0
FLUSH_S = 1.0
# Places noted lately, so that they are not noted again; past it the least recently used are noted once more.
MOST_NOTED = 8_192
# Waiting for the records. They cost 500 bytes each; whoever comes on top is noted at the next use.
MOST_WAITING = 4_096
# At most this many in one commit, so that no other change waits behind them for long.
AT_ONCE = 200

_Key = tuple[str, tuple[str, ...]]


class Homes:
    """Noting costs a dictionary look-up and is made durable within ``FLUSH_S``; while the records are away it waits.

    A kill loses the last second: then the next use is noted. All other methods raise RecordsUnavailable where the
    records do not answer. ``forgetful`` are told when an account's homes change by a decision.
    """

    def __init__(
        self,
        records: Records,
        names_of: NamesOf,
        *,
        unix_time: Callable[[], float],
        forgetful: Sequence[Forgetful] = (),
    ) -> None:
        self.names_of = names_of
        self._records = records
        self._unix_time = unix_time
        self._forgetful = tuple(forgetful)
        self._noted: Bounded[_Key, float] = Bounded(MOST_NOTED)
        self._waiting: dict[_Key, UsePlace] = {}
        self._task: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    def used(self, identity: Identity, place: Place) -> None:
        """Notes that this account was answered there. Neither blocks nor raises."""
        if identity.role is Role.GUEST:
            return
        key = (identity.account_id, self.names_of(place))
        now_s = self._unix_time()
        noted_s = self._noted.get(key)
        if (noted_s is not None and now_s - noted_s < NOTED_EVERY_S) or len(self._waiting) >= MOST_WAITING:
            return
        self._noted.put(key, now_s)
        self._waiting[key] = UsePlace(*key, now_s)

    @property
    def waiting(self) -> int:
        """Places noted and not written down yet."""
        return len(self._waiting)

    async def of(self, account_id: str) -> tuple[HomeRow, ...]:
        """Every place of the account's, last used first; a home once it is settled."""
        return await self._records.read(HomesOf(account_id))

    async def here(self, account_id: str, place: Place) -> frozenset[str]:
        """The names of the account's homes that are at this place."""
        now_s, names = self._unix_time(), self.names_of(place)
        return frozenset(
            row.name
            for row in await self.of(account_id)
            if row.name in names and row.settled_s <= now_s <= row.last_used_s + FORGOTTEN_AFTER_S
        )

    async def settle(self, account_id: str, place: Place) -> None:
        """The place is a home at once: whoever is there has shown that the account is theirs."""
        await self._records.write(UsePlace(account_id, self.names_of(place), self._unix_time(), settled=True))
        self._changed(account_id)

    async def begin_first_day(self, account_id: str) -> bool:
        """The places of the day before are homes, and those of the day from the next use on. False for no account."""
        begun = await self._records.write(BeginFirstDay(account_id, self._unix_time()))
        self._changed(account_id)
        return begun

    async def forget(self, account_id: str, name: str) -> bool:
        """The place is none any more. False where the account has none of this name."""
        forgotten = await self._records.write(ForgetHome(account_id, name))
        self._changed(account_id)
        return forgotten

    async def start(self) -> None:
        """Begins to write down what is noted."""
        self._task = asyncio.create_task(self._run(), name="homes")

    async def close(self) -> None:
        """Writes down what is noted."""
        self._closing.set()
        if self._task is not None:
            await self._task
            await self.flush()

    def _changed(self, account_id: str) -> None:
        self._noted.drop_where(lambda key, _: key[0] == account_id)
        for each in self._forgetful:
            each.forget_account(account_id)

    async def _run(self) -> None:
        while not self._closing.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), FLUSH_S)
            await self.flush()

    async def flush(self) -> None:
        """Writes down what is noted, as far as the records take it."""
        while self._waiting:
            keys = list(self._waiting)[:AT_ONCE]
            told = await asyncio.gather(*map(self._write, keys))
            if not all(told):
                logger("accounts").warning("homes_wait", places=len(self._waiting))
                return  # The records are away: what waits is tried again at the next flush.

    async def _write(self, key: _Key) -> bool:
        use = self._waiting[key]
        try:
            await self._records.write(use)
        except RecordsConflict:
            pass  # The account is gone, or a proxy's address is no text: there is nothing to try again.
        except RecordsError:
            return False
        if self._waiting.get(key) is use:
            del self._waiting[key]
        return True
