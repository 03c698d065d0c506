"""Who holds a slot, and what it is charged meanwhile. Knows turns at the engine; knows nobody who waits."""

from __future__ import annotations

from collections.abc import Callable

from seawall.scheduling.neighbours import Neighbours
from seawall.scheduling.reading import Reading
from seawall.scheduling.recent_use import RecentUse
from seawall.scheduling.reserve import Reserve
from seawall.scheduling.sharding import STRANGE
from seawall.scheduling.slots import Slot, SlotOutcome
from seawall.scheduling.tally import Tally
from seawall.scheduling.turn import Turn
from seawall.scheduling.waits import Waits


class Held:
    """Every slot in use.

    A turn is charged its price when it is granted, each further millisecond as it accrues, and at the end the
    difference either way: what all flows were charged is the engine time that was held, to the millisecond.
    """

    def __init__(
        self,
        reserve: Reserve,
        neighbours: Neighbours,
        reading: Reading,
        waits: Waits,
        use: RecentUse,
        tally: Tally,
        *,
        clock: Callable[[], float],
        on_room: Callable[[], None],
    ) -> None:
        self._reserve = reserve
        self._neighbours = neighbours
        self._reading = reading
        self._waits = waits
        self._use = use
        self._tally = tally
        self._clock = clock
        self._on_room = on_room
        self._slots: dict[Turn, Slot] = {}

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, turn: Turn) -> bool:
        return turn in self._slots

    def slots(self) -> list[tuple[Turn, Slot]]:
        """Who holds which."""
        return list(self._slots.items())

    def grant(self, turn: Turn) -> None:
        """The turn, which its leaf has let go to the engine, holds a slot from now on."""
        slot = self._slots[turn] = Slot(self._clock(), self._clock)
        if self._reading.began(turn, slot):
            slot.on_first_token = self._read
        turn.hold = self._reserve.hold(turn.service_class, turn.cost_ms, turn.kv_tokens, most_ms=turn.most_ms)
        self._neighbours.hold(turn.account)
        turn.charged_ms = turn.cost_ms
        self._note_use(turn, turn.cost_ms, slot.granted_s)
        self._tally.granted(turn.service_class, slot.granted_s - turn.entered_s)
        self._tell_running()
        turn.settle(slot)

    def accrue(self) -> None:
        """Charges what is held for longer than was predicted."""
        now_s = self._clock()
        for turn, slot in self._slots.items():
            assert turn.hold is not None
            assert turn.leaf is not None
            held_ms = slot.held_ms
            beyond_ms = held_ms - turn.charged_ms
            if beyond_ms > 0:
                turn.charged_ms = held_ms
                turn.leaf.charge(beyond_ms)
                self._note_use(turn, beyond_ms, now_s)
                self._reserve.outlast(turn.hold, held_ms)
        self._tell_running()

    def release(self, turn: Turn) -> Slot:
        """The slot is given back."""
        assert turn.hold is not None
        assert turn.leaf is not None
        slot = self._slots.pop(turn)
        held_ms = slot.held_ms
        self._reading.ended(slot)
        self._neighbours.free(turn.account)
        beyond_ms = held_ms - turn.charged_ms
        turn.leaf.release(turn.cost_ms, beyond_ms)
        self._note_use(turn, beyond_ms, self._clock())
        self._reserve.free(turn.hold, held_ms, whole=slot.outcome is SlotOutcome.SUCCEEDED)
        self._waits.ended(held_ms)
        self._tally.ended(turn.service_class, slot.outcome, held_ms)
        return slot

    def _tell_running(self) -> None:
        if self._slots and self._waits.knows_little:
            lasting = [max(slot.held_ms, turn.cost_ms) for turn, slot in self._slots.items()]
            self._waits.running(sum(lasting) / len(lasting))

    def _read(self, slot: Slot) -> None:
        self._reading.ended(slot)
        self._on_room()

    def _note_use(self, turn: Turn, ms: float, now_s: float) -> None:
        if turn.service_class not in STRANGE:
            self._use.add(turn.account, ms, now_s)
