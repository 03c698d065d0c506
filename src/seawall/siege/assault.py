"""The attackers' own process, so that their work is not measured as honest users' waiting. Knows how it gets orders.

``python -m seawall.siege.assault`` reads its order, one line of JSON, then waits for a line that says go. It ends
by itself when the event is over or its standard input closes, and prints what it did.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
from dataclasses import dataclass
from typing import Any, Self

from seawall.siege.attacks import Field
from seawall.siege.mixes import Mix, Wave, all_mixes
from seawall.siege.samples import Pace, Tally
from seawall.siege.stub_engine import EngineSpec
from seawall.siege.target import Target

NICENESS = 5
"""The honest users' process goes first, or its timestamps would tell of ours."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the attackers are to do."""

    mix: str
    seed: int
    pace: Pace
    spec: EngineSpec
    target: Target

    def to_json(self) -> str:
        return json.dumps(
            {
                "mix": self.mix,
                "seed": self.seed,
                "pace": self.pace.to_json(),
                "spec": str(self.spec),
                "target": self.target.to_json(),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        found: dict[str, Any] = json.loads(text)
        return cls(
            found["mix"],
            found["seed"],
            Pace(**found["pace"]),
            EngineSpec.parse(found["spec"]),
            Target.from_json(found["target"]),
        )


async def assail(order: Order, mix: Mix) -> Tally:
    """Runs the mix's waves, each at its time; over when the event is."""
    tally = Tally()
    field = Field(order.target, order.spec, order.pace, order.seed, tally, order.pace.event_s)

    async def wave(one: Wave) -> None:
        await asyncio.sleep(one.begins * order.pace.event_s)
        await one.attack.run(field, (one.ends - one.begins) * order.pace.event_s)

    await asyncio.gather(*(wave(one) for one in mix.waves))
    return tally


async def _until_told(order: Order) -> Tally:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    if not await reader.readline():
        return Tally()
    assault = asyncio.create_task(assail(order, all_mixes()[order.mix]))
    orphaned = asyncio.create_task(reader.read())
    await asyncio.wait((assault, orphaned), return_when=asyncio.FIRST_COMPLETED)
    orphaned.cancel()
    if not assault.done():
        assault.cancel()
        return Tally()
    return assault.result()


def allow_many_connections() -> None:
    """As many descriptors as the system grants without asking."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main() -> None:
    """Reads the order, goes when told, prints the tally."""
    os.nice(NICENESS)
    allow_many_connections()
    order = Order.from_json(sys.stdin.readline())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    tally = asyncio.run(_until_told(order))
    sys.stdout.write(json.dumps(tally.to_json()) + "\n")


if __name__ == "__main__":
    main()
