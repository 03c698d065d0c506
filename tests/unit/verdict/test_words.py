"""Every finding can be said in both languages, with its numbers."""

from __future__ import annotations

import pytest

from seawall.values.verdict import Evidence, Kind, Share, Verdict
from seawall.verdict.manner import TRAITS
from seawall.verdict.weights import BELIEVED, WEIGHTS
from seawall.verdict.words import EVIDENCE, kind_sentence, sentence, share_sentence, turning

NUMBERS = {
    "now": 0.25,
    "usual": 0.05,
    "needed": 0.75,
    "times": 3.0,
    "share": 0.4,
    "identities": 30.0,
    "most": 0.1,
    "stayed": 40.0,
    "further": 3.0,
}


@pytest.mark.parametrize("name", sorted(EVIDENCE))
def test_every_finding_is_said_in_both_languages(name: str) -> None:
    english, chinese = (sentence(Evidence(name, 1.0, NUMBERS), language) for language in ("en", "zh"))
    assert english.endswith(".")
    assert chinese.endswith("。")
    assert english.isascii()
    assert not any("{" in told for told in (english, chinese))


def test_every_weight_is_of_a_level_that_can_be_said() -> None:
    levels = {f"{trait}.{level}" for trait, each in TRAITS.items() for level in each}
    assert levels >= set(WEIGHTS)
    assert set(EVIDENCE) >= levels
    for name in WEIGHTS:
        assert "25%" in turning(Evidence(name, 1.0, NUMBERS), "en")
        assert "75%" in turning(Evidence(name, 1.0, NUMBERS), "zh")


def test_no_weight_turns_against_what_is_believed() -> None:
    assert WEIGHTS.keys() == BELIEVED.keys()
    assert all(weight * BELIEVED[name] >= 0 for name, weight in WEIGHTS.items())


def test_an_ordinary_hour_is_not_told_in_shares() -> None:
    verdict = Verdict(Kind.NORMAL, 0.0, 0.0, Share(0.3, 1.0, 1.0), Share(0.0, 0.0, 0.1))
    assert not any("%" in share_sentence(verdict, language) for language in ("en", "zh"))


def test_kinds_and_shares_are_said_in_both_languages() -> None:
    verdict = Verdict(Kind.BOTH, 0.0, 0.0, Share(0.3, 0.4, 0.5), Share(0.1, 0.2, 0.3))
    assert "40% (30%–50%)" in share_sentence(verdict)
    assert "20% (10%–30%)" in share_sentence(verdict, "zh")
    assert len({kind_sentence(kind, language) for kind in Kind for language in ("en", "zh")}) == 2 * len(Kind)


def test_evidence_of_another_version_is_told_as_it_stands_in_the_log() -> None:
    foreign = Evidence("tide.rising", 1.0, {"now": 0.5})
    assert sentence(foreign, "zh") == turning(foreign) == "tide.rising: now 0.5."
