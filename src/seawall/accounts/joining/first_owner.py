"""The one-time link at which the owner is made. Knows its token; knows neither address nor password."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hmac import compare_digest

from seawall.records.entries import OwnerExists
from seawall.records.port import Records, RecordsUnavailable


class FirstOwner:
    """A token of this process while there is no owner. It is in memory only: the next start prints another."""

    def __init__(self, records: Records, *, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._records = records
        self._token = random(16).hex()
        self._settled = False

    async def token(self) -> str | None:
        """What the link ends in; None once there is an owner. Raises RecordsUnavailable."""
        return None if await self._exists() else self._token

    async def needed(self) -> bool:
        """Whether the service still waits for its owner; False where the records cannot tell."""
        try:
            return not await self._exists()
        except RecordsUnavailable:
            return False

    def opens(self, token: str) -> bool:
        """Whether this is the link's token and it is still good."""
        return not self._settled and compare_digest(token.encode(errors="replace"), self._token.encode())

    def settle(self) -> None:
        """There is an owner: the link is dead."""
        self._settled = True

    async def _exists(self) -> bool:
        if not self._settled:
            # Asked each time, as the command line may make the owner in another process; afterwards never again.
            self._settled = await self._records.read(OwnerExists())
        return self._settled
