"""What it costs to know who asks, in microseconds. Knows accounts over real records; opens no socket."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from statistics import median

from heading import heading, table
from seawall.accounts.accounts import Accounts
from seawall.accounts.homes.homes import Homes
from seawall.accounts.keys.keys import Keys, NewKey
from seawall.accounts.keys.roll import BUNDLE
from seawall.accounts.passwords.passwords import Passwords
from seawall.accounts.sessions import Session, Sessions
from seawall.admission.admission import Admission
from seawall.records.entries import AccountRow
from seawall.records.opening import open_records
from seawall.records.port import Records
from seawall.settings.shield import AdmissionSettings
from seawall.values.arrival import Arrival, Place
from seawall.values.home import names_of
from seawall.values.identity import Identity
from seawall.values.question import Question

ROUNDS, WARM, COLD = 5, 20_000, 500
LIMIT_US = 50.0
# So that no verdict becomes old while it is measured.
VERDICT_S = 300.0


def _per_call_us(call: Callable[[], object], repeats: int) -> float:
    """CPU time: what others do on the machine does not count."""
    costs: list[float] = []
    for _ in range(ROUNDS):
        begun_s = time.process_time()
        for _ in range(repeats):
            call()
        costs.append((time.process_time() - begun_s) / repeats * 1e6)
    return median(costs)


async def _per_await_us(call: Callable[[], Awaitable[object]], repeats: int) -> float:
    costs: list[float] = []
    for _ in range(ROUNDS):
        begun_s = time.process_time()
        for _ in range(repeats):
            await call()
        costs.append((time.process_time() - begun_s) / repeats * 1e6)
    return median(costs)


async def _rows(records: Records) -> list[tuple[str, float]]:
    passwords = Passwords(threads=1, waiting=1)
    homes = Homes(records, names_of, unix_time=time.time, forgetful=())
    accounts = Accounts(records, passwords, homes, unix_time=time.time)
    keys = Keys(records, verdict_s=VERDICT_S, clock=time.monotonic, unix_time=time.time)
    sessions = Sessions(
        records,
        b"s" * 32,
        lifetime_s=86400,
        verdict_s=VERDICT_S,
        clock=time.monotonic,
        unix_time=time.time,
    )
    account = await accounts.add("ada@example.org", "a good password")
    assert isinstance(account, AccountRow)
    key: NewKey = await keys.create(account.id, "bench")
    session: Session = await sessions.begin(account)
    assert await keys.identify(key.secret)
    assert keys.warm(key.secret)
    wrong = key.secret[:-1] + ("a" if key.secret[-1] != "a" else "b")

    def forgetful() -> Keys:
        """Of another process, as it were: it has seen no key yet."""
        return Keys(records, verdict_s=VERDICT_S, clock=time.monotonic, unix_time=time.time)

    async def cold() -> object:
        return await forgetful().identify(key.secret)

    others = [(await keys.create(account.id, f"other {number}")).secret for number in range(BUNDLE)]

    async def cold_together() -> object:
        anew = forgetful()
        return await asyncio.gather(*map(anew.identify, others))

    admission = Admission(
        AdmissionSettings(), patience_s=60, random=Random(1), clock=time.monotonic, unix_time=time.time
    )
    question, place = Question("m", {"messages": []}, 256, prompt_chars=400), Place("192.0.2.1")

    def from_key_to_ticket() -> object:
        """All that is decided of a request without I/O: who it is, whether it is hopeless, class, price, shares."""
        who = keys.warm(key.secret)
        assert isinstance(who, Identity)
        return admission.hopeless(who, place) or admission.admit(Arrival("r", 0.0, place, who, question))

    rows = [
        ("key, warm, to a ticket", _per_call_us(from_key_to_ticket, WARM)),
        ("key, warm", _per_call_us(lambda: keys.warm(key.secret), WARM)),
        ("key, mistyped", await _per_await_us(lambda: keys.identify(wrong), WARM)),
        ("key, cold (SQLite)", await _per_await_us(cold, COLD)),
        (f"key, cold, {BUNDLE} at once", await _per_await_us(cold_together, 4) / BUNDLE),
        ("session cookie, warm", await _per_await_us(lambda: sessions.identify(session.cookie), WARM)),
        ("password, argon2id", await _per_await_us(lambda: passwords.check("wrong", account.password_hash), 5)),
    ]
    passwords.close()
    return rows


async def _run() -> list[tuple[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        records = open_records("", Path(folder))
        await records.start()
        try:
            return await _rows(records)
        finally:
            await records.close()


def main() -> None:
    print(heading())
    rows = asyncio.run(_run())
    print(table([(name, f"{cost_us:,.1f}") for name, cost_us in rows], ("who asks, known by", "CPU us")))
    warm_us = rows[0][1]
    verdict = "kept" if warm_us <= LIMIT_US else "missed"
    print(f"a warm key to a ticket: {warm_us:.1f} us of at most {LIMIT_US:.0f} us ({verdict})")


if __name__ == "__main__":
    main()
