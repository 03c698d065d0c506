"""Puzzles: bound, used once, and checked cheaply before they are checked dearly."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from altcha.v2 import Challenge, Payload, Solution, solve_challenge

from seawall.admission.challenge import LIFETIME_S, Algorithm, Challenges
from seawall.admission.posture import Posture
from seawall.values.refusal import Reason
from settable_clock import SettableClock

SECRET = b"s" * 32
HOME, ELSEWHERE = "192.0.2.0/24", "198.51.100.0/24"


# Costs that a test can pay: what is asked is the same, 256 derivations on average.
CHEAP: dict[Algorithm, tuple[int, ...]] = {"SCRYPT": (16, 32, 64, 128), "PBKDF2/SHA-256": (1, 2, 4, 8)}


def derived(challenges: Challenges) -> int:
    """How often the dear half of a check was made."""
    return challenges.report().solved + challenges.report().failed


@pytest.fixture
def clock() -> SettableClock:
    # altcha reads the wall clock beside ours.
    return SettableClock(time.time())


class Stance:
    def __init__(self) -> None:
        self.posture = Posture.NORMAL

    def __call__(self) -> Posture:
        return self.posture


@pytest.fixture
def stance() -> Stance:
    return Stance()


@pytest.fixture
async def challenges(clock: SettableClock, stance: Stance) -> AsyncIterator[Challenges]:
    built = Challenges(SECRET, posture=stance, clock=clock, unix_time=clock, costs=CHEAP)
    yield built
    built.close()


def solved(challenge: dict[str, Any]) -> str:
    asked = Challenge.from_dict(challenge)
    solution = solve_challenge(asked)
    assert solution is not None
    return Payload(asked, solution).to_base64()


def claimed(challenge: dict[str, Any], key: str = "00" * 32, counter: int = 1) -> str:
    """A solution that is made up."""
    return Payload(Challenge.from_dict(challenge), Solution(counter, key)).to_base64()


async def reason(challenges: Challenges, proof: str, action: str = "signup", network: str = HOME) -> Reason | None:
    refusal = await challenges.check(proof, action, network)
    return refusal.reason if refusal else None


@pytest.mark.parametrize("algorithm", ["SCRYPT", "PBKDF2/SHA-256"])
async def test_a_solved_puzzle_is_taken_once(challenges: Challenges, algorithm: Algorithm) -> None:
    proof = solved(challenges.issue("signup", HOME, algorithm))
    assert await reason(challenges, proof) is None
    for _ in range(50):
        assert await reason(challenges, proof) is Reason.CHALLENGE_FAILED
    assert derived(challenges) == 1  # The replays cost none.
    assert challenges.report().replayed == 50


async def test_a_puzzle_belongs_to_its_action_and_network(challenges: Challenges) -> None:
    proof = solved(challenges.issue("signup", HOME))
    assert await reason(challenges, proof, network=ELSEWHERE) is Reason.CHALLENGE_FAILED
    assert await reason(challenges, proof, action="chat") is Reason.CHALLENGE_FAILED
    assert derived(challenges) == 0
    assert await reason(challenges, proof) is None


async def test_an_expired_puzzle_costs_no_derivation(challenges: Challenges, clock: SettableClock) -> None:
    proof = solved(challenges.issue("signup", HOME))
    clock.advance(LIFETIME_S + 1)
    assert await reason(challenges, proof) is Reason.CHALLENGE_FAILED
    assert derived(challenges) == 0


@pytest.mark.parametrize("field", ["cost", "keyPrefix", "expiresAt", "nonce", "salt", "algorithm"])
async def test_a_puzzle_that_was_made_easier_is_not_ours(challenges: Challenges, field: str) -> None:
    challenge = challenges.issue("signup", HOME)
    easier: dict[str, Any] = {
        "cost": 1,
        "keyPrefix": "",
        "expiresAt": 4_000_000_000,
        "nonce": "00" * 16,
        "salt": "00" * 16,
        "algorithm": "SHA-256",
    }
    challenge["parameters"][field] = easier[field]
    assert await reason(challenges, claimed(challenge)) is Reason.CHALLENGE_FAILED
    assert derived(challenges) == 0


async def test_a_made_up_solution_costs_at_most_one_derivation(challenges: Challenges) -> None:
    challenge = challenges.issue("signup", HOME)
    assert await reason(challenges, claimed(challenge, key="ff" * 32)) is Reason.CHALLENGE_FAILED
    assert derived(challenges) == 0
    assert await reason(challenges, claimed(challenge)) is Reason.CHALLENGE_FAILED
    assert await reason(challenges, claimed(challenge, counter=2)) is Reason.CHALLENGE_FAILED
    assert derived(challenges) == 1


async def test_a_network_that_sends_wrong_solutions_gets_harder_puzzles_then_no_more_checks(
    challenges: Challenges,
) -> None:
    easy = challenges.issue("signup", HOME)["parameters"]["cost"]
    for _ in range(20):
        await challenges.check(claimed(challenges.issue("signup", HOME)), "signup", HOME)
    assert challenges.issue("signup", HOME)["parameters"]["cost"] == 8 * easy
    proof = solved(challenges.issue("signup", HOME))
    assert await reason(challenges, proof) is Reason.TOO_MANY_ATTEMPTS
    assert derived(challenges) == 20
    assert challenges.issue("signup", ELSEWHERE)["parameters"]["cost"] == easy


async def test_a_puzzle_is_harder_the_harder_the_service_is_pressed(challenges: Challenges, stance: Stance) -> None:
    costs: list[int] = []
    for posture in Posture:
        stance.posture = posture
        costs.append(challenges.issue("signup", HOME)["parameters"]["cost"])
    assert costs == sorted(set(costs))


async def test_a_solution_that_finds_no_room_stays_good(clock: SettableClock, stance: Stance) -> None:
    challenges = Challenges(SECRET, posture=stance, clock=clock, unix_time=clock, costs=CHEAP, threads=1, waiting=0)
    first, second = (solved(challenges.issue("signup", HOME)) for _ in range(2))
    assert await asyncio.gather(reason(challenges, first), reason(challenges, second)) == [None, Reason.NO_ROOM]
    assert await reason(challenges, second) is None
    challenges.close()


@pytest.mark.parametrize(
    "proof",
    [
        "",
        "x",
        "ü",
        "A" * 10_000,
        base64.b64encode(b"[]").decode(),
        base64.b64encode(b"{}").decode(),
        base64.b64encode(b'{"challenge":{"parameters":5},"solution":{}}').decode(),
        base64.b64encode(b"[" * 2_000).decode(),
        base64.b64encode(
            b'{"challenge":{"parameters":{"algorithm":[],"nonce":[],"salt":{},"cost":"x","expiresAt":9e99},'
            b'"signature":5},"solution":{"counter":[],"derivedKey":{}}}'
        ).decode(),
        base64.b64encode(
            b'{"challenge":{"parameters":{"algorithm":1,"nonce":[1],"salt":null,"cost":1,"expiresAt":4000000000},'
            b'"signature":"x"},"solution":{"counter":1,"derivedKey":"00"}}'
        ).decode(),
        base64.b64encode(json.dumps({"challenge": {"parameters": {}}, "solution": None}).encode()).decode(),
    ],
)
async def test_what_is_no_solution_is_refused(challenges: Challenges, proof: str) -> None:
    assert await reason(challenges, proof) is Reason.CHALLENGE_FAILED
