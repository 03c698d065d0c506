"""Whether somebody shows a secret on a device of the account's own, so that only their own guesses count there.

Knows homes and marks; knows no secret, and counts nothing.
"""

from __future__ import annotations

from collections.abc import Collection

from seawall.accounts.homes.devices import Devices
from seawall.accounts.homes.homes import Homes
from seawall.values.arrival import Place
from seawall.values.home import is_network


class OwnDevices:
    """A device is the account's own if it is one of its homes, or if the account was signed in to on it before: both
    are signed by us, and bound to this account. Whoever attacks has devices of their own, and none of another's.
    """

    def __init__(self, homes: Homes, devices: Devices) -> None:
        self._homes = homes
        self._devices = devices

    async def name_at(self, account_id: str, place: Place) -> str | None:
        """The name under which it is counted; None for a stranger's. Raises RecordsUnavailable."""
        marked = self.marked_at(account_id, place)
        return marked if marked is not None else self.home_among(await self._homes.here(account_id, place))

    def marked_at(self, account_id: str, place: Place) -> str | None:
        """The same as far as it is known without a look-up."""
        if not self._devices.has_signed_in(place, account_id):
            return None
        return self.home_among(self._homes.names_of(place))

    @staticmethod
    def home_among(names: Collection[str]) -> str | None:
        """The one of them that is a device's."""
        return next((name for name in names if not is_network(name)), None)
