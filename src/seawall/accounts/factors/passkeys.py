"""Passkeys (WebAuthn): made, shown, counted. Knows what they sign and where; knows no sign-in and no HTTP."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from seawall.accounts.factors import passkey_signing as signing
from seawall.accounts.factors.ceremonies import Ceremonies
from seawall.accounts.factors.sites import Site
from seawall.accounts.refusals import NO_SUCH_FACTOR
from seawall.observing.logs import logger
from seawall.records.entries import AccountRow
from seawall.records.factor_entries import (
    AddPasskey,
    FactorsOf,
    PasskeyById,
    PasskeyRow,
    RemovePasskey,
    RenamePasskey,
    UsePasskey,
)
from seawall.records.port import Records, RecordsConflict
from seawall.values.refusal import Reason, Refusal

# A laptop, a phone, a key at home and one at work, and as much again.
MOST_PASSKEYS = 10
LONGEST_NAME = 60
Options = dict[str, Any]

NOT_THIS_PASSKEY = Refusal(
    Reason.PASSKEY_REFUSED,
    "This passkey was not taken: it is not known here, or the page was open for too long. Please try again.",
    param="credential",
)
_COPIED = Refusal(
    Reason.PASSKEY_REFUSED,
    "This passkey was not taken, because its counter went back: there may be a copy of it. Sign in another way, remove "
    "it in your settings and add it anew.",
    param="credential",
)
_ENOUGH = Refusal(
    Reason.CONFLICT, f"An account has at most {MOST_PASSKEYS} passkeys. Remove one that you do not use any more."
)
_KNOWN = Refusal(Reason.CONFLICT, "This passkey is known here already.", param="credential")


@dataclass(frozen=True, slots=True)
class ShownPasskey:
    """What the browser answered, as JSON, and the site that it was asked at."""

    credential: Mapping[str, Any]
    site: Site


class Passkeys:
    """Every method that asks the records raises RecordsUnavailable where they do not answer."""

    def __init__(
        self, records: Records, ceremonies: Ceremonies, *, service: str, unix_time: Callable[[], float]
    ) -> None:
        self._records = records
        self._ceremonies = ceremonies
        self._service = service
        self._unix_time = unix_time

    async def begin(self, account_id: str, email: str, site: Site) -> Options:
        """What a browser makes a passkey from. Those that the account has are not made twice on one device."""
        kept = await self._records.read(FactorsOf(account_id))
        challenge = self._ceremonies.new("register", account_id, site.name)
        person = signing.Person(account_id, email)
        return await asyncio.to_thread(
            signing.registration_options, site, self._service, person, challenge, kept.passkeys
        )

    async def add(self, account_id: str, shown: ShownPasskey, name: str) -> PasskeyRow | Refusal:
        """The passkey that the browser made."""
        site = shown.site
        challenge = _challenge_of(shown.credential)
        if challenge is None or not self._ceremonies.take(challenge, "register", account_id, site.name):
            return NOT_THIS_PASSKEY
        made = await asyncio.to_thread(signing.made_passkey, shown.credential, challenge, site)
        if made is None:
            return NOT_THIS_PASSKEY
        row = PasskeyRow(
            made.id, account_id, _name(name), made.public_key, made.sign_count, made.transports, self._unix_time()
        )
        try:
            added = await self._records.write(AddPasskey(row, MOST_PASSKEYS))
        except RecordsConflict as conflict:
            if conflict.field != "passkey":
                raise
            return _KNOWN
        return row if added else _ENOUGH

    async def ask(self, purpose: str, site: Site, account_id: str = "") -> Options:
        """What a browser shows a passkey for; of any account where none is named."""
        kept = await self._records.read(FactorsOf(account_id)) if account_id else None
        challenge = self._ceremonies.new(purpose, account_id, site.name)
        return await asyncio.to_thread(signing.showing_options, site, challenge, kept.passkeys if kept else None)

    async def check(self, purpose: str, shown: ShownPasskey, account_id: str = "") -> AccountRow | Refusal:
        """Whose passkey it is: that account's, where one is named.

        Where none is named the passkey stands for the password too; so the device must have looked who it is.
        """
        challenge, passkey_id = _challenge_of(shown.credential), str(shown.credential.get("id"))
        if challenge is None or not self._ceremonies.take(challenge, purpose, account_id, shown.site.name):
            return NOT_THIS_PASSKEY
        found = await self._records.read(PasskeyById(passkey_id))
        if found is None or (account_id and found[1].id != account_id):
            return NOT_THIS_PASSKEY
        row, account = found
        count = await asyncio.to_thread(
            signing.count_signed, shown.credential, challenge, shown.site, row.public_key, alone=not account_id
        )
        if isinstance(count, Refusal):
            return count
        if await self._records.write(UsePasskey(row.id, count, self._unix_time())):
            return account
        logger("accounts").warning("passkey_counter_went_back", account_id=account.id, passkey=row.name)
        return _COPIED

    async def rename(self, account_id: str, passkey_id: str, name: str) -> Refusal | None:
        """Under another name from now on."""
        renamed = await self._records.write(RenamePasskey(account_id, passkey_id, _name(name)))
        return None if renamed else NO_SUCH_FACTOR

    async def remove(self, account_id: str, passkey_id: str) -> Refusal | None:
        """It opens nothing any more; on the device it stays until it is deleted there."""
        return None if await self._records.write(RemovePasskey(account_id, passkey_id)) else NO_SUCH_FACTOR


def _name(given: str) -> str:
    return " ".join(given.split())[:LONGEST_NAME] or "Passkey"


def _challenge_of(credential: Mapping[str, Any]) -> bytes | None:
    """What the browser says it was asked. The signature is over it; whether it is ours, the ceremony tells."""
    try:
        encoded = credential["response"]["clientDataJSON"]
        challenge = json.loads(_bytes(encoded))["challenge"]
        return _bytes(challenge)
    except (KeyError, TypeError, ValueError, AttributeError, NotBase64, RecursionError):
        return None


def _bytes(encoded: str) -> bytes:
    return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
