"""What the queue goes by: every number with its reason. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.values.ticket import ServiceClass

# An enumeration is slow to go through, and the queue does nothing more often.
CLASSES = tuple(ServiceClass)
# So is a member of it to look up.
C1_RANK, C1B_RANK = ServiceClass.C1.rank, ServiceClass.C1B.rank


@dataclass(frozen=True, slots=True)
class Capacity:
    """What the engine can take now, as it reports it.

    ``slots_fixed`` is False where ``slots`` is only a ceiling and the limit has to be learned. ``kv_tokens`` is the
    size of its key-value cache and ``kv_use`` the used part, None where it is silent; ``waiting`` what waits inside it.
    """

    slots: int
    slots_fixed: bool = True
    kv_tokens: int | None = None
    kv_use: float | None = None
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of the queue. Shares are parts of the slots, or of the key-value cache."""

    waiting: int = 1000
    """Of the line as a whole. A waiting stream costs about 30 kB; what waits longer than patience is refused anyway."""
    waiting_per_account: int = 32
    """One account's part of the line."""
    patience_s: float = 60.0
    """What the published threshold takes for everybody's patience; each ticket brings its own."""
    headroom: float = 1 / 8
    """Slots that only C0 and C1 may take. What counts when one of them comes is whether a slot is free: with a third of
    the engine in registered use, two kept free of 16 mean that 7 of 100 have to wait at all, and then for the next slot
    of 16 to end (birth and death at rates 1/3 and 1 above 14).
    """
    reserve: float = 0.5
    """The slots that everyone below C1b leaves to registered users before their demand is known: half, so that a flood
    that meets a fresh process takes no more than half. 0 keeps nothing, then and later.
    """
    reserve_within: float = 0.25
    """The slots that everyone below C1 leaves to C1, before its demand is known: who is past its entitlement is
    still registered, and gets three quarters at most.
    """
    reserve_most: float = 0.75
    """What demand may raise either reserve to, so that nobody who is admitted starves."""
    reserve_deviations: float = 3.0
    """Registered demand for slots fluctuates by its square root (Poisson); three of those are exceeded once in 700.
    With two the first token's p95 under amplification was 1.9 times a quiet day's in the virtual siege, with three 1.2.
    """
    demand_s: float = 60.0
    """Over what time demand is averaged: several answers long, and short against a day's rise and fall."""
    long: float = 2.0
    """What is held for more times an ordinary registered answer's time counts as long: one in ten on a quiet day."""
    long_asked: float = 8.0
    """So does what names a `max_tokens` that may take this many times as long, whatever it is predicted to take."""
    long_share: float = 0.5
    """The part of what a class may hold that it may hold for long."""
    prefill_share: float = 0.5
    """The part of the time in which new accounts and strangers have a prompt read while registered users are there:
    prompts share the engine's reading, so a long one of theirs delays a registered user's first token.
    """
    kv_share: float = 0.4
    """The part of the key-value cache that everyone below C1b may hold."""
    neighbours: bool = True
    """Whether an account that holds much leaves free what those who hold little have used lately."""
    giving_way: bool = True
    """Whether long answers of those below C1 end early while a registered user waits for a slot."""
    deadline: bool = True
    """Whether a question that could not be served within its patience is refused as it comes, not when it expires."""
