"""Showing away from home that an account is one's own. Knows codes and their bounds; knows no mail and no HTTP.

What shows it is a ``Proof``: a code by mail, or a second factor of the account.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest
from typing import Protocol

from seawall.accounts.bounded import Bounded
from seawall.accounts.factors.factors import PROOF, Factors, Shown
from seawall.accounts.homes.homes import Homes
from seawall.accounts.refusals import wrong
from seawall.mail.port import Mailer, MailError
from seawall.values.arrival import Place
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal

# Time to open a mail on another device. NIST SP 800-63B-4 allows a code ten minutes as well.
CODE_LIVES_S = 600.0
# Eight digits and five tries: one guess in twenty million, ten thousand times less than a stolen password needs.
DIGITS = 8
TRIES = 5
# A code at once, another when the first was lost, and then one every five minutes: nobody's mailbox is filled by us.
SENT_AT_ONCE = 3
SENT_EVERY_S = 300.0
# Codes and allowances in memory, 300 bytes each; whoever is pushed out asks for another code.
MOST_ACCOUNTS = 4_096

_WRONG = wrong("This code is not right, or not good any more. Look at the newest mail, or have a new one sent.", "code")
_TOO_NEW = wrong("This second factor is new: it makes a place a home from tomorrow on.", "way")


class Proof(Protocol):
    """One way to show that an account is one's own."""

    @property
    def kind(self) -> str:
        """How pages name it: ``mail``."""
        ...

    async def is_open_to(self, identity: Identity) -> bool:
        """Whether this account can give it."""
        ...

    async def begin(self, identity: Identity) -> Refusal | None:
        """Asks for it, as by sending a code."""
        ...

    async def check(self, identity: Identity, shown: Shown, place: Place) -> Refusal | None:
        """None where it was shown. It shows it once."""
        ...


class StepUp:
    """Makes the place at which a proof was given a home at once."""

    def __init__(self, homes: Homes, proofs: tuple[Proof, ...]) -> None:
        self._homes = homes
        self.proofs = {proof.kind: proof for proof in proofs}
        self._outcomes = {"asked": 0, "confirmed": 0, "wrong": 0}

    async def ways(self, identity: Identity) -> tuple[str, ...]:
        """The kinds of proof that this account can give here; none where an operator's word is the only one."""
        return tuple([kind for kind, proof in self.proofs.items() if await proof.is_open_to(identity)])

    @property
    def outcomes(self) -> Mapping[str, int]:
        """How many proofs were asked for, and how many answers confirmed or were wrong, since the start."""
        return self._outcomes

    async def begin(self, identity: Identity, kind: str) -> Refusal | None:
        """Asks for a proof of this kind."""
        proof = self.proofs.get(kind)
        if proof is None:
            return _no_such_way(kind)
        self._outcomes["asked"] += 1
        return await proof.begin(identity)

    async def confirm(self, identity: Identity, place: Place, shown: Shown) -> Refusal | None:
        """Takes the proof; from then on the account is at home here. Raises RecordsUnavailable."""
        proof = self.proofs.get(shown.way)
        if proof is None:
            return _no_such_way(shown.way)
        refusal = await proof.check(identity, shown, place)
        self._outcomes["wrong" if refusal else "confirmed"] += 1
        if refusal is None:
            await self._homes.settle(identity.account_id, place)
        return refusal


class FactorProof:
    """A second factor of the account: ``totp`` or ``passkey``. Nothing is sent; a passkey is asked for elsewhere."""

    def __init__(self, kind: str, factors: Factors) -> None:
        self.kind = kind
        self._factors = factors

    async def is_open_to(self, identity: Identity) -> bool:
        """Whether the account has it, from an earlier day on."""
        has = self.kind in await self._factors.ways(identity.account_id)
        return has and await self._factors.make_homes(identity.account_id)

    async def begin(self, identity: Identity) -> Refusal | None:
        """There is nothing to do before."""
        return None

    async def check(self, identity: Identity, shown: Shown, place: Place) -> Refusal | None:
        """Counted as at a sign-in."""
        if not await self._factors.make_homes(identity.account_id):
            return _TOO_NEW
        return await self._factors.prove(identity.account_id, shown, place, PROOF)


@dataclass(slots=True)
class _Sent:
    """A code's keyed hash, until when it is good, and how many tries are left."""

    hashed: bytes
    expires_s: float
    tries: int


class MailedCode:
    """A code sent to the account's own address. In memory: a restart forgets it, and another can be had."""

    kind = "mail"

    def __init__(
        self,
        mailer: Mailer,
        *,
        service: str,
        clock: Callable[[], float],
        random: Callable[[int], int] = secrets.randbelow,
        key: bytes | None = None,
    ) -> None:
        self._mailer = mailer
        self._service = service
        self._clock = clock
        self._random = random
        self._key = key or secrets.token_bytes(32)
        self._sent: Bounded[str, _Sent] = Bounded(MOST_ACCOUNTS)
        self._allowances: Bounded[str, tuple[float, float]] = Bounded(MOST_ACCOUNTS)

    async def begin(self, identity: Identity) -> Refusal | None:
        """Sends a code; the ones before it are void. A 503 where the mail is not taken."""
        wait_s = self._take(identity.account_id)
        if wait_s > 0:
            sentence = f"Enough codes were sent for now. Look into your mail, or ask again in {_minutes(wait_s)}."
            return Refusal(Reason.TOO_MANY_ATTEMPTS, sentence, retry_after_s=wait_s)
        code = f"{self._random(10**DIGITS):0{DIGITS}d}"
        sent = _Sent(self._hash(identity, code), self._clock() + CODE_LIVES_S, TRIES)
        self._sent.put(identity.account_id, sent)
        try:
            await self._mailer.send(identity.email, *_words(code, self._service))
        except MailError:
            sent.tries = 0
            return Refusal(
                Reason.MAIL_UNAVAILABLE,
                "The code could not be sent. Please try again in a minute; an operator can vouch for you meanwhile.",
                retry_after_s=60.0,
            )
        return None

    async def is_open_to(self, identity: Identity) -> bool:
        """Whether the address is known: it is not while the records are down."""
        return bool(identity.email)

    async def check(self, identity: Identity, shown: Shown, place: Place) -> Refusal | None:
        """Counts the try before it compares, so that many at once are no more than ``TRIES``."""
        sent = self._sent.get(identity.account_id)
        if sent is None or sent.expires_s <= self._clock() or sent.tries <= 0:
            return _WRONG
        sent.tries -= 1
        digits = "".join(character for character in shown.code if character.isascii() and character.isdigit())
        if not compare_digest(sent.hashed, self._hash(identity, digits)):
            return _WRONG
        self._sent.drop(identity.account_id)
        return None

    def _hash(self, identity: Identity, code: str) -> bytes:
        return blake2b(f"{identity.account_id}:{code}".encode(), key=self._key, digest_size=32).digest()

    def _take(self, account_id: str) -> float:
        """0 where a code may be sent, which is counted; else the seconds until then."""
        now_s = self._clock()
        level, since_s = self._allowances.get(account_id) or (float(SENT_AT_ONCE), now_s)
        level = min(float(SENT_AT_ONCE), level + (now_s - since_s) / SENT_EVERY_S)
        if level < 1:
            return (1 - level) * SENT_EVERY_S
        self._allowances.put(account_id, (level - 1, now_s))
        return 0.0


def _no_such_way(kind: str) -> Refusal:
    if kind == MailedCode.kind:
        return Refusal(
            Reason.NOT_FOUND,
            "This service sends no mail. Ask an operator to vouch for you; your places of that day are homes then.",
        )
    return wrong("There is no such way to confirm who you are here.", "kind")


def _words(code: str, service: str) -> tuple[str, str]:
    """Subject and text, in both languages of the app: whose language it is, the service does not know."""
    minutes = round(CODE_LIVES_S / 60)
    return (
        f"{code} is your code / 验证码 {code}",
        f"{code}\n\n"
        f"This is the code that you asked for at {service}. It is good for {minutes} minutes. With it, the place\n"
        "you are signed in from becomes one of your homes.\n\n"
        "If you did not ask for it, somebody else knows your password: change it.\n\n"
        f"这是你在 {service} 申请的验证码，{minutes} 分钟内有效。输入后，你当前登录的位置会成为你的常用位置。\n"
        "如果不是你本人操作，说明有人知道你的密码，请尽快修改密码。\n",
    )


def _minutes(seconds: float) -> str:
    return f"{max(1, round(seconds))} seconds" if seconds < 90 else f"{round(seconds / 60)} minutes"
