"""Sessions: begun, recognised, ended. Knows the signed cookie's content; knows no HTTP."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from seawall.accounts.bounded import Bounded
from seawall.accounts.homes.agents import browser_of
from seawall.accounts.identities import by_session
from seawall.accounts.keys.last_used import LastUsed
from seawall.accounts.refusals import CANNOT_TELL, DISABLED, NOT_SIGNED_IN
from seawall.accounts.signed import Claims, sign, verified
from seawall.accounts.verdicts import Verdicts
from seawall.records.entrance_entries import EndOneSession, EndOtherSessions, SessionsOf, UseSession
from seawall.records.entries import AccountRow, AddSession, EndSession, SessionByHash, SessionRow, TrackRecord
from seawall.records.port import Records, RecordsUnavailable
from seawall.values.identity import Identity
from seawall.values.recognition import Recognition
from seawall.values.refusal import Refusal

ID_BYTES = 16
MOST_ENDED = 4_096
LONGEST_USER_AGENT = 200


@dataclass(frozen=True, slots=True)
class Session:
    """What the browser is given. ``cookie`` is a secret."""

    cookie: str
    identity: Identity
    lifetime_s: float


@dataclass(frozen=True, slots=True)
class ListedSession:
    """``id`` says nothing of the cookie, and opens nothing; ``last_used_s`` is exact to five minutes."""

    id: str
    browser: str
    system: str
    created_s: float
    last_used_s: float
    is_this: bool


class Sessions:
    """Sessions over the records, with their verdicts in memory.

    The cookie is signed and carries what is needed to go on: while the records are down, a session that this process
    has not seen yet is taken at its signature's word. It is never a 401 because of a database fault.
    """

    def __init__(
        self,
        records: Records,
        secret: bytes,
        *,
        lifetime_s: float,
        verdict_s: float,
        clock: Callable[[], float],
        unix_time: Callable[[], float],
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._records = records
        self._secret = secret
        self._lifetime_s = lifetime_s
        self._unix_time = unix_time
        self._random = random
        self._verdicts = Verdicts(fresh_s=verdict_s, clock=clock)
        self._ended: Bounded[str, bool] = Bounded(MOST_ENDED)
        self._changed_s: Bounded[str, float] = Bounded(MOST_ENDED)
        self._last_used = LastUsed(records, UseSession, unix_time=unix_time)

    async def begin(self, account: AccountRow, user_agent: str = "") -> Session:
        """A new session. Raises RecordsUnavailable."""
        now_s = self._unix_time()
        claims = Claims(
            session_id=self._random(ID_BYTES).hex(),
            account_id=account.id,
            role=account.role,
            since_unix_s=account.created_s,
            vouched=account.vouched,
            issued_s=now_s,
            expires_s=now_s + self._lifetime_s,
        )
        id_hash = _hash(claims.session_id)
        await self._records.write(
            AddSession(
                SessionRow(id_hash, account.id, now_s, claims.expires_s, user_agent[:LONGEST_USER_AGENT], now_s),
            )
        )
        return Session(sign(claims, self._secret), await self._first_look(account, id_hash), self._lifetime_s)

    def recognise(self, cookie: str) -> Recognition:
        """What the cookie is worth at first sight. No I/O: our signature tells until the records have said no."""
        claims = verified(cookie, self._secret)
        if claims is None or claims.expires_s <= self._unix_time():
            return Recognition.STRANGER
        id_hash = _hash(claims.session_id)
        said = self._verdicts.remembered(id_hash)
        if self._ended.get(id_hash) or isinstance(said, Refusal):
            return Recognition.STRANGER
        role = claims.role if said is None else said.role
        return Recognition.OPERATOR if role.operates else Recognition.KNOWN

    async def identify(self, cookie: str) -> Identity | Refusal:
        """Whose session this is."""
        claims = verified(cookie, self._secret)
        if claims is None or claims.expires_s <= self._unix_time():
            return NOT_SIGNED_IN
        id_hash = _hash(claims.session_id)
        if self._ended.get(id_hash):
            return NOT_SIGNED_IN
        warm = self._verdicts.warm(id_hash)
        if warm is not None:
            return warm
        try:
            return await self._verdicts.of(id_hash, lambda: self._ask(id_hash))
        except RecordsUnavailable:
            return self._by_signature(claims, id_hash)

    async def end(self, identity: Identity) -> bool:
        """Signs out, at once in this process. False where the records could not be told: a restart would revive it."""
        id_hash = identity.session_id or ""
        self._ended.put(id_hash, True)
        self._verdicts.put(id_hash, NOT_SIGNED_IN)
        try:
            await self._records.write(EndSession(id_hash))
        except RecordsUnavailable:
            return False
        return True

    async def listed(self, identity: Identity) -> tuple[ListedSession, ...]:
        """The account's sessions, last used first. Raises RecordsUnavailable."""
        rows = await self._records.read(SessionsOf(identity.account_id, self._unix_time()))
        return tuple(_listed(row, identity) for row in rows)

    async def end_one(self, identity: Identity, id_hash: str) -> bool:
        """Ends one of the account's, at once in this process. False where it has none. Raises RecordsUnavailable."""
        ended = await self._records.write(EndOneSession(identity.account_id, id_hash))
        if ended:
            self._ended.put(id_hash, True)
            self._verdicts.put(id_hash, NOT_SIGNED_IN)
        return ended

    async def end_others(self, identity: Identity) -> int:
        """Ends all of the account's but this one. Raises RecordsUnavailable."""
        ended = await self._records.write(EndOtherSessions(identity.account_id, identity.session_id or ""))
        self.forget_account(identity.account_id, but=identity.session_id)
        return ended

    async def close(self) -> None:
        """Waits for what is on its way to the records."""
        await self._last_used.close()

    def forget_account(self, account_id: str, *, but: str | None = None) -> None:
        """The account changed: its sessions, except the one with the hash ``but``, are asked for again.

        Until the records answer, what their cookies say of the account is no longer believed.
        """
        self._changed_s.put(account_id, self._unix_time())
        self._verdicts.drop(lambda who: who.account_id == account_id and who.session_id != but)

    def _by_signature(self, claims: Claims, id_hash: str) -> Identity | Refusal:
        changed_s = self._changed_s.get(claims.account_id)
        if changed_s is not None and claims.issued_s <= changed_s:
            return CANNOT_TELL
        return Identity(
            account_id=claims.account_id,
            email="",
            role=claims.role,
            since_unix_s=claims.since_unix_s,
            vouched=claims.vouched,
            session_id=id_hash,
        )  # Without homes, so it counts as away: what a signature says is who, not from where.

    async def _first_look(self, account: AccountRow, id_hash: str) -> Identity:
        """With homes and budget where the records still answer; the session has begun either way."""
        identity = by_session(account, TrackRecord(), id_hash, self._unix_time())
        try:
            said = await self._verdicts.of(id_hash, lambda: self._ask(id_hash))
        except RecordsUnavailable:
            self._verdicts.put(id_hash, identity)
            return identity
        return said if isinstance(said, Identity) else identity

    async def _ask(self, id_hash: str) -> Identity | Refusal:
        now_s = self._unix_time()
        found = await self._records.read(SessionByHash(id_hash, now_s))
        if found is None or found[0].expires_s <= now_s:
            return NOT_SIGNED_IN
        account = found[1]
        self._last_used.used(id_hash, found[0].last_used_s)
        return DISABLED if account.disabled else by_session(account, found[2], id_hash, now_s)


def _listed(row: SessionRow, identity: Identity) -> ListedSession:
    browser, system = browser_of(row.user_agent)
    is_this = row.id_hash == identity.session_id
    return ListedSession(row.id_hash, browser, system, row.created_s, row.last_used_s, is_this)


def _hash(session_id: str) -> str:
    return sha256(session_id.encode()).hexdigest()
