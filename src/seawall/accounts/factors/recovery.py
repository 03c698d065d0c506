"""Recovery codes: what comes in when the phone is lost. Knows their form and that each works once; knows no sign-in."""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Callable
from hashlib import sha256

from seawall.records.factor_entries import SetRecoveryCodes, UseRecoveryCode
from seawall.records.port import Records
from seawall.values.refusal import Reason, Refusal

# As many as everybody gives out: a page in a drawer that lasts for years.
HOW_MANY = 10
# 80 bits: no throttle is needed against guesses, and a plain hash is enough. So they work when the service's own
# secret, by which the authenticators are sealed, was lost.
_BYTES = 10
_GROUP = 4

WRONG_RECOVERY_CODE = Refusal(
    Reason.WRONG_CODE,
    "This is none of your unused recovery codes. Each works once, and new ones put an end to those before them.",
    param="code",
)


class RecoveryCodes:
    """Every method raises RecordsUnavailable where the records do not answer."""

    def __init__(
        self,
        records: Records,
        *,
        unix_time: Callable[[], float],
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._records = records
        self._unix_time = unix_time
        self._random = random

    async def renew(self, account_id: str) -> tuple[str, ...]:
        """Ten new ones, to be shown this once; all before them are void."""
        codes = tuple(_written(self._random(_BYTES)) for _ in range(HOW_MANY))
        await self._records.write(SetRecoveryCodes(account_id, tuple(_hash(account_id, code) for code in codes)))
        return codes

    async def use(self, account_id: str, code: str) -> Refusal | None:
        """None for an unused one, which is used from now on."""
        used = await self._records.write(UseRecoveryCode(account_id, _hash(account_id, code), self._unix_time()))
        return None if used else WRONG_RECOVERY_CODE


def _written(drawn: bytes) -> str:
    """``abcd-efgh-ijkl-mnop``: base32 has no 0 and no 1, so nothing is mistaken for O or l."""
    text = b32encode(drawn).decode().lower()
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def _hash(account_id: str, code: str) -> str:
    plain = "".join(character for character in code.casefold() if character.isalnum())
    return sha256(f"{account_id}:{plain}".encode(errors="replace")).hexdigest()
