"""How sure a share is."""

from __future__ import annotations

from random import Random

import pytest

from seawall.training.evaluate import bootstrap, wilson


def test_the_interval_of_a_share_is_wilsons():
    # Worked out by hand for 270 of 1,000, to four places.
    assert wilson(270, 1_000) == (0.2434, 0.2984)


@pytest.mark.parametrize(("successes", "trials"), [(0, 10), (10, 10), (0, 1), (1, 1), (3, 1_000)])
def test_an_interval_holds_its_share_and_stays_within_zero_and_one(successes: int, trials: int):
    low, high = wilson(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1


def test_more_trials_make_an_interval_narrower():
    widths = [high - low for low, high in (wilson(trials // 4, trials) for trials in (40, 400, 4_000))]
    assert widths == sorted(widths, reverse=True)


def test_a_bootstrap_of_wins_and_losses_agrees_with_wilson():
    low, high = bootstrap([1.0] * 270 + [0.0] * 730, seed=1)
    assert (low, high) == (pytest.approx(0.2434, abs=0.01), pytest.approx(0.2984, abs=0.01))


def test_answers_to_one_problem_do_not_make_a_mean_surer_than_its_problems_do():
    random = Random(1)
    means = [float(random.random() < 0.3) for _ in range(200)]  # All eight answers to each problem alike.
    low, high = bootstrap(means, seed=1)
    assert high - low == pytest.approx(wilson(sum(means), 200)[1] - wilson(sum(means), 200)[0], abs=0.03)
    assert bootstrap(means, seed=1) == (low, high)
