"""`python bench/verdict/cost.py`: what the signals cost a request, and a window its closing. Knows events; no verdict.

CPU time, the best of many rounds: what else runs on the machine only ever adds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from people import WORDS
from programs import address, browser

from calibration import CALIBRATION, calibration_us
from heading import heading, table
from seawall.verdict.baseline import Baseline
from seawall.verdict.crowd import MOST_ASKERS
from seawall.verdict.lookout import Lookout
from seawall.verdict.pulled import Pulled
from seawall.verdict.signals import Signals

ROUNDS, REPEATS = 15, 2_000


def main() -> None:
    """Prints one table."""
    random = Random(1)
    signals = Signals(random.randbytes(16), clock=time.monotonic, unix_time=time.time)
    addresses = [address(random) for _ in range(MOST_ASKERS)]
    # As the gate has them: new objects for each request, as they come off the wire.
    many = [(one, _fresh(browser(random))) for one in addresses]
    for where, headers in many:
        signals.request(where, "/", headers, known=False)
    turns = count()
    prompts = [" ".join(random.choices(WORDS, k=400)) for _ in range(64)]
    keyed = [{**headers, b"cookie": b"session=%d" % number} for number, (_, headers) in enumerate(many)]

    def page() -> None:
        where, headers = many[next(turns) % MOST_ASKERS]
        signals.request(where, "/", headers, known=False)

    def file() -> None:
        where, headers = many[next(turns) % MOST_ASKERS]
        signals.request(where, "/static/assets/app.js", headers, known=False)

    def refused() -> None:
        where, headers = many[next(turns) % MOST_ASKERS]
        number = signals.request(where, "/v1/chat/completions", headers, known=False)
        signals.answered(number, "/v1/chat/completions", 503, 20.0)

    def stranger() -> None:
        signals.request(f"198.{next(turns) % 256}.{random.randrange(256)}.7", "/", many[0][1], known=False)

    def question() -> None:
        at = next(turns)
        number = signals.request("10.0.0.1", "/api/chat", keyed[at % 500], known=True)
        signals.asked(number, prompts[at % 64], 900.0, "home")
        signals.ended(number, complete=True)

    rows = [
        _row("a page", page),
        _row("a file of it", file),
        _row("a refused call", refused),
        _row("a question of 400 words, asked and answered", question),
        _row("a page of somebody new, while the table is full", stranger),
    ]
    print(heading(), "\n")
    print(table(rows, ("what", "us", "units")))
    print(f"\nClosing a window over {MOST_ASKERS} askers of hundreds of manners: {_closing_ms(random):.1f} ms.")
    print(f"Unit: {CALIBRATION}. CPU time, the best of {ROUNDS} rounds.")


def _fresh(headers: dict[bytes, bytes]) -> dict[bytes, bytes]:
    return {bytes(bytearray(name)): value for name, value in headers.items()}


def _row(name: str, once: Callable[[], None]) -> tuple[str, ...]:
    rounds: list[float] = []
    units: list[float] = []
    for _ in range(ROUNDS):
        units.append(calibration_us())
        began = time.process_time()
        for _ in range(REPEATS):
            once()
        rounds.append((time.process_time() - began) / REPEATS * 1e6)
    return name, f"{min(rounds):.1f}", f"{min(rounds) / min(units):.2f}"


def _closing_ms(random: Random) -> float:
    """With the verdict, and what is learned from it."""
    now = [1000.0]
    best = float("inf")
    signals = Signals(random.randbytes(16), clock=lambda: now[0], unix_time=lambda: now[0] + 1e9)
    lookout = Lookout(signals, Baseline(), Pulled(), clock=lambda: now[0], unix_time=lambda: now[0] + 1e9)
    addresses = [address(random) for _ in range(MOST_ASKERS)]
    paths = ("/", "/static/a.js", "/v1/chat/completions", "/api/auth/signup", "/.env", "/api/auth/login")
    for _ in range(8):
        for where in addresses:
            for _ in range(random.randrange(1, 5)):
                number = signals.request(where, random.choice(paths), browser(random), known=False)
                signals.answered(number, random.choice(paths), random.choice((200, 401, 503)), 20.0)
        now[0] += 10.0
        began = time.process_time()
        lookout.look()
        best = min(best, (time.process_time() - began) * 1000)
    return best


if __name__ == "__main__":
    main()
