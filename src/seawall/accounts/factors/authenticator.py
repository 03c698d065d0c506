"""Authenticator apps: codes of six digits that change every half minute (RFC 6238). Knows codes; knows no sign-in."""

from __future__ import annotations

import asyncio
import secrets
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from io import BytesIO

from seawall.accounts.factors.sealing import Sealing
from seawall.accounts.refusals import NO_SUCH_FACTOR
from seawall.observing.logs import logger
from seawall.records.factor_entries import AuthenticatorRow, BeginAuthenticator, FactorsOf, UseStep
from seawall.records.port import Records
from seawall.values.refusal import Reason, Refusal

# What every app takes for granted (RFC 6238, 5.2, and Google's key URI format): no app can be told otherwise for sure.
STEP_S = 30
DIGITS = 6
# One step before and after: a clock that is half a minute off, or a code typed slowly (RFC 6238, 5.2).
SKEW_STEPS = 1
# As long as the hash of HMAC-SHA-1 (RFC 4226, 4).
SECRET_BYTES = 20

WRONG_CODE = Refusal(
    Reason.WRONG_CODE,
    "This code is not right, or its half minute is over. Type the one that your app shows now; if it still is not "
    "taken, see that your phone sets its clock by itself.",
    param="code",
)
USED_CODE = Refusal(
    Reason.WRONG_CODE, "This code was used already. Wait until your app shows the next one.", param="code"
)
_HAS_ONE = Refusal(Reason.CONFLICT, "Your account has an authenticator app. Remove it first, then add another one.")


@dataclass(frozen=True, slots=True)
class NewAuthenticator:
    """All three say the same: ``secret`` is to be typed, ``svg`` to be scanned, ``uri`` is what the picture holds."""

    secret: str
    uri: str
    svg: str


class Authenticators:
    """One an account. Every method raises RecordsUnavailable where the records do not answer."""

    def __init__(
        self,
        records: Records,
        sealing: Sealing,
        *,
        service: str,
        unix_time: Callable[[], float],
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._records = records
        self._sealing = sealing
        self._service = service
        self._unix_time = unix_time
        self._random = random

    async def begin(self, account_id: str, email: str) -> NewAuthenticator | Refusal:
        """A new secret, which counts for nothing until a code of it was shown. The one before it is forgotten."""
        drawn = self._random(SECRET_BYTES)
        row = AuthenticatorRow(account_id, self._sealing.seal(drawn, account_id), self._unix_time())
        if not await self._records.write(BeginAuthenticator(row)):
            return _HAS_ONE
        # In a thread: the picture's library is loaded at its first use, and a drawing takes milliseconds.
        return await asyncio.to_thread(_pictured, b32encode(drawn).decode(), email, self._service)

    async def confirm(self, account_id: str, code: str) -> Refusal | None:
        """Takes the first code; from then on the authenticator counts."""
        kept = await self._records.read(FactorsOf(account_id))
        if kept.authenticator is None:
            return NO_SUCH_FACTOR
        return _HAS_ONE if kept.confirmed else await self._take(kept.authenticator, code)

    async def check(self, account_id: str, code: str) -> Refusal | None:
        """Takes a code, once: None where it is right."""
        row = (await self._records.read(FactorsOf(account_id))).confirmed
        return NO_SUCH_FACTOR if row is None else await self._take(row, code)

    async def _take(self, row: AuthenticatorRow, code: str) -> Refusal | None:
        secret = self._sealing.opened(row.sealed_secret, row.account_id)
        if secret is None:
            # The service's secret is another one than when it was sealed: nobody's guess, and no code helps.
            logger("accounts").error("authenticator_unreadable", account_id=row.account_id)
            return WRONG_CODE
        now_s = self._unix_time()
        step = _step_of(code, secret, now_s)
        if step is None:
            return WRONG_CODE
        confirms = row.confirmed_s is None
        taken = await self._records.write(UseStep(row.account_id, step, now_s, confirms=confirms))
        return None if taken else USED_CODE


def _step_of(code: str, secret: bytes, now_s: float) -> int | None:
    """The time step that this is the code of, where it is one of those around now."""
    from pyotp.totp import TOTP

    given = "".join(code.split())
    if len(given) != DIGITS or not given.isascii():
        return None
    totp, now = TOTP(b32encode(secret).decode(), digits=DIGITS, interval=STEP_S), int(now_s // STEP_S)
    steps = range(now - SKEW_STEPS, now + SKEW_STEPS + 1)
    return next((step for step in steps if compare_digest(totp.generate_otp(step), given)), None)


def _pictured(secret: str, email: str, service: str) -> NewAuthenticator:
    import segno
    from pyotp.totp import TOTP

    uri = TOTP(secret, digits=DIGITS, interval=STEP_S).provisioning_uri(name=email, issuer_name=service)
    # On white whatever the theme: half of all cameras do not read a light code on dark.
    # With its namespace, which segno's svg_inline leaves out: without it no browser shows the picture as an image.
    drawn = BytesIO()
    code = segno.make(uri, error="m", micro=False)
    code.save(drawn, kind="svg", xmldecl=False, scale=5, border=4, light="#fff", omitsize=True)
    return NewAuthenticator(secret, uri, drawn.getvalue().decode().strip())
