"""What a verdict may ask of the shield: little, and of nobody who is registered."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from passers_by import Street
from seawall.admission.pressure import OWN_DOING, PressureGauge
from seawall.values.load import Load
from seawall.values.verdict import Kind, Share, Verdict
from seawall.values.window import Cluster, Window
from seawall.verdict.manner import TRAITS
from seawall.verdict.pull import LEAST_WEIGHT, MOST_HINT, MOST_NETWORKS, Pull
from seawall.verdict.pulled import Pulled

MANNERS = st.fixed_dictionaries({}, optional={trait: st.sampled_from(levels) for trait, levels in TRAITS.items()})
CLUSTERS = st.lists(
    st.builds(
        Cluster,
        network=st.sampled_from(["", "10.0.0.0/16", "198.51.0.0/16", "2001:db8::/32"]),
        manner=MANNERS,
        identities=st.floats(20, 1e6),
        requests=st.floats(0, 1e6),
    ),
    max_size=20,
)
SHARES = st.floats(0, 1).map(lambda low: Share(low, low, 1.0))


@given(CLUSTERS, st.sampled_from(Kind), SHARES)
def test_whatever_is_said_no_weight_is_below_a_quarter_and_no_hint_asks_for_a_siege(
    clusters: list[Cluster], kind: Kind, share: Share
) -> None:
    pulled = Pulled()
    Pull(pulled).follow(Window(0.0, 10.0, 1, 1.0, clusters=tuple(clusters)), Verdict(kind, 10.0, 10.0, share, share))
    assert all(LEAST_WEIGHT <= weight < 1 for weight in pulled.weights.values())
    assert len(pulled.weights) <= MOST_NETWORKS
    assert pulled.pressure in (0.0, MOST_HINT)
    assert MOST_HINT < 1.5
    if kind not in (Kind.ATTACK, Kind.BOTH):
        assert not pulled.weights
        assert not pulled.pressure


@given(CLUSTERS)
def test_who_is_registered_and_at_home_weighs_nothing_against_a_network(clusters: list[Cluster]) -> None:
    at_home = tuple(
        Cluster(one.network, {**one.manner, "standing": "home"}, one.identities, one.requests) for one in clusters
    )
    pulled = Pulled()
    share = Share(0.9, 0.9, 0.9)
    Pull(pulled).follow(Window(0.0, 10.0, 1, 1.0, clusters=at_home), Verdict(Kind.ATTACK, 10.0, 10.0, share, share))
    assert not pulled.weights


def test_a_hint_that_is_too_large_is_cut_by_whom_it_is_given_to() -> None:
    gauge = PressureGauge(promise_s=5.0, patience_s=lambda one: 20.0, clock=lambda: 0.0)
    assert gauge.look(Load(), 0.0, 99.0).pressure.verdict == OWN_DOING
    assert gauge.look(Load(), 0.0).pressure.most == 0.0


def test_a_network_that_floods_is_weighed_down_and_given_back_when_it_is_over() -> None:
    street = Street()
    street.quiet()
    for _ in range(3):
        for host in range(1, 120):
            for _ in range(3):
                street.signals.request(f"203.0.113.{host}", "/", {b"host": b"x"}, known=False)
        street.window(people=20)
    assert street.pulled.weight_of("203.0.113.9") == LEAST_WEIGHT
    assert street.pulled.weight_of("203.0.7.0/24") == LEAST_WEIGHT
    assert street.pulled.weight_of("10.1.0.7") == 1.0
    assert street.pulled.pressure == MOST_HINT
    for _ in range(10):
        street.window(people=20)
    assert street.pulled.weight_of("203.0.113.9") == 1.0
    assert street.pulled.pressure == 0.0
