"""The published cost of V3 follows from stated assumptions, and other sizes from the same."""

import pytest

from seawall.training.cost import V3_ACTIVE, V3_PARAMETERS, V3_TOKENS, Assumptions, cost, with_given


def value(key: str, **sizes: float) -> float:
    asked = {"params": V3_PARAMETERS, "active": V3_ACTIVE, "tokens": V3_TOKENS} | sizes
    reckoned = cost(asked["params"], asked["active"], asked["tokens"])
    return next(line.value for line in reckoned.lines if line.key == key)


def test_v3s_own_numbers_give_its_published_hours_and_dollars():
    published = cost(671e9, 37e9, 14.8e12)
    assert published.gpu_hours == pytest.approx(2.788e6)
    assert published.usd == pytest.approx(5.576e6)
    assert value("pretraining_hours") == pytest.approx(2.664e6)
    assert value("extension_hours") == pytest.approx(0.119e6)
    assert value("post_training_hours") == pytest.approx(0.005e6)


def test_arithmetic_is_six_operations_an_active_parameter_and_token():
    assert value("flops", active=1e9, tokens=1e12) == pytest.approx(6e21)


def test_the_implied_utilisation_is_about_a_third_of_an_h800():
    assert value("utilisation") == pytest.approx(0.346, abs=0.001)


def test_cost_grows_with_active_parameters_and_tokens_and_not_with_idle_experts():
    assert value("usd", active=V3_ACTIVE / 2) == pytest.approx(5.576e6 / 2)
    assert value("usd", tokens=V3_TOKENS * 3) == pytest.approx(5.576e6 * 3)
    assert value("usd", params=V3_PARAMETERS * 2) == pytest.approx(5.576e6)


def test_a_dense_model_of_the_same_size_would_have_cost_as_many_times_more_as_it_has_parameters():
    assert value("dense_usd") == pytest.approx(5.576e6 * 671 / 37)


def test_what_is_given_takes_the_place_of_what_was_stated_and_is_marked_so():
    assumed = with_given(Assumptions(), utilisation=0.5, gpu_hour_usd=1.0, extension_share=None)
    lines = {line.key: line for line in cost(671e9, 37e9, 14.8e12, assumed).lines}
    assert lines["utilisation"].basis == lines["gpu_hour_usd"].basis == "given"
    assert lines["extension_hours"].basis == "stated"
    assert lines["pretraining_hours"].value == pytest.approx(2.664e6 * 0.34626 / 0.5, rel=1e-4)


def test_every_line_says_where_it_comes_from():
    assert all(line.source and line.basis in {"given", "stated", "computed"} for line in cost(1e9, 1e9, 1e10).lines)
