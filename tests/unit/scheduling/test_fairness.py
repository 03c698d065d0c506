"""The tree of virtual token counters: who is next, what is charged, what is remembered."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.scheduling.fairness import MOST_IDLE, Branch, Node
from seawall.scheduling.leaf import Leaf
from seawall.scheduling.tree import Tree as Flows

Path = tuple[Hashable, ...]


class Tree:
    """A root, its requests named by numbers, and what each flow was given."""

    def __init__(self) -> None:
        self.root = Flows[int]()
        self.names = count()
        self.leaves: dict[int, tuple[Path, Leaf[int], float]] = {}
        self.given: dict[Path, float] = {}

    def push(self, path: Path, ms: float = 1.0, *, tie: float = 0.0, bound: int = 0) -> int:
        name = next(self.names)
        leaf = self.root.leaf(path)
        if bound and leaf.parent is not None:
            leaf.parent.bound = bound
        leaf.push(name, ms, tie=tie)
        self.leaves[name] = (path, leaf, ms)
        return name

    def serve(self) -> int | None:
        leaf = self.root.first()
        if leaf is None:
            return None
        name = leaf.head
        path, _, ms = self.leaves[name]
        leaf.take(name)
        self.given[path] = self.given.get(path, 0.0) + ms
        return name

    def end(self, name: int, held_ms: float | None = None) -> None:
        path, leaf, ms = self.leaves.pop(name)
        beyond_ms = 0.0 if held_ms is None else held_ms - ms
        self.given[path] += beyond_ms
        leaf.release(ms, beyond_ms)

    def serve_all(self) -> list[int]:
        order: list[int] = []
        while (name := self.serve()) is not None:
            order.append(name)
            self.end(name)
        return order

    def nodes(self) -> int:
        def under(node: Node[int]) -> int:
            return 1 + (sum(map(under, node.children.values())) if isinstance(node, Branch) else 0)

        return under(self.root)


def test_who_was_given_least_is_next():
    tree = Tree()
    dear = [tree.push(("ann", ""), 5.0) for _ in range(2)]
    cheap = [tree.push(("bob", ""), 1.0) for _ in range(6)]
    assert tree.serve_all() == [dear[0], *cheap[:5], dear[1], cheap[5]]


def test_a_line_of_one_flow_is_first_come_first_served():
    tree = Tree()
    names = [tree.push(("ann", "")) for _ in range(5)]
    assert tree.serve_all() == names


def test_fairness_holds_at_every_level():
    tree = Tree()
    for account in range(8):
        for _ in range(20):
            tree.push(("crowded", account, ""))
    for _ in range(20):
        tree.push(("quiet", "one", ""))
    for _ in range(20):
        tree.end(tree.serve() or 0)
    assert tree.given[("quiet", "one", "")] == 10
    assert max(given for path, given in tree.given.items() if path[0] == "crowded") <= 2


def test_who_comes_back_has_saved_up_nothing():
    tree = Tree()
    for _ in range(100):
        tree.push(("bob", ""))
    for _ in range(50):
        tree.end(tree.serve() or 0)
    ann = [tree.push(("ann", "")) for _ in range(10)]
    served = tree.serve_all()
    assert served.index(ann[0]) <= 1
    assert served.index(ann[9]) >= 18


def test_the_lower_tie_goes_first_among_equals():
    tree = Tree()
    busy, idle = tree.push(("busy", ""), tie=9.0), tree.push(("idle", ""), tie=1.0)
    assert tree.serve_all() == [idle, busy]


def test_what_was_charged_too_much_is_given_back_at_once():
    tree = Tree()
    first = tree.push(("ann", ""), 100.0)
    second = tree.push(("ann", ""), 1.0)
    bob = [tree.push(("bob", ""), 10.0) for _ in range(3)]
    assert tree.serve() == first
    assert tree.serve() == bob[0]
    tree.end(first, held_ms=5.0)
    assert tree.serve() == second
    assert tree.serve() == bob[1]


def test_a_flow_at_its_bound_is_passed_over_and_comes_back():
    tree = Tree()
    first, second = (tree.push(("net", "ann", leaf), bound=1) for leaf in "xy")
    bob = tree.push(("net", "bob", ""))
    assert [tree.serve() for _ in range(3)] == [first, bob, None]
    tree.end(first)
    assert tree.serve() == second


def test_a_cancelled_request_leaves_no_node():
    tree = Tree()
    name = tree.push(("net", "ann", ""))
    tree.leaves[name][1].remove(name)
    assert tree.nodes() == 1
    assert tree.root.first() is None


def test_a_million_who_came_once_are_forgotten():
    tree = Tree()
    most = 0
    for account in range(20_000):
        tree.push((account, account, ""))
        tree.end(tree.serve() or 0, held_ms=2.0 if account % 3 else 0.5)
        most = max(most, tree.nodes())
    assert most <= 16


def test_debts_beyond_the_bound_are_forgiven_smallest_first():
    tree = Tree()
    tree.push(("waits", ""), 1.0, bound=0)
    root = tree.root
    for account in range(MOST_IDLE + 50):
        leaf = root.leaf((account, ""))
        leaf.push(-1, 11.0 + account)
        leaf.take(-1)
        leaf.release(11.0 + account, 0.0)
    assert len(root.children) <= MOST_IDLE + 2
    assert MOST_IDLE + 49 in root.children
    assert 0 not in root.children


COSTS = st.integers(1, 20).map(float)
FLOWS = st.tuples(st.sampled_from("ab"), st.sampled_from("cd"), st.sampled_from("ef"))


@settings(max_examples=80, deadline=None)
@given(st.data(), st.lists(COSTS, min_size=1, max_size=20), st.lists(COSTS, min_size=1, max_size=20))
def test_two_backlogged_flows_differ_by_at_most_twice_the_largest_request(
    data: st.DataObject, one: list[float], other: list[float]
):
    """Theorem 4.4 of the paper, for any window in which both wait, whoever else comes and goes."""
    tree = Tree()
    largest = 20.0
    for flow, costs in ((("one", ""), one), (("other", ""), other)):
        for ms in costs * 3:
            tree.push(flow, ms)
    running: list[int] = []
    begun: tuple[float, float] | None = None
    while all(tree.root.leaf((flow, "")).waiting for flow in ("one", "other")):
        given = (tree.given.get(("one", ""), 0.0), tree.given.get(("other", ""), 0.0))
        if begun is None and data.draw(st.booleans()):
            begun = given
        if begun is not None:
            assert abs((given[0] - begun[0]) - (given[1] - begun[1])) <= 2 * largest
        if data.draw(st.booleans()):
            tree.push(("third", data.draw(st.sampled_from("xy"))), data.draw(COSTS))
        name = tree.serve()
        assert name is not None
        running.append(name)
        if len(running) > 3:
            tree.end(running.pop(data.draw(st.integers(0, 3))))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["push", "serve", "cancel", "end"]), FLOWS, COSTS), max_size=80))
def test_counts_add_up_and_nothing_stays_behind_whatever_happens(steps: list[tuple[str, Path, float]]):
    tree = Tree()
    waiting: list[int] = []
    running: list[int] = []
    for step, path, ms in steps:
        if step == "push":
            waiting.append(tree.push(path, ms, bound=2))
        elif step == "serve":
            name = tree.serve()
            if name is not None:
                waiting.remove(name)
                running.append(name)
        elif step == "cancel" and waiting:
            name = waiting.pop(int(ms) % len(waiting))
            tree.leaves.pop(name)[1].remove(name)
        elif step == "end" and running:
            tree.end(running.pop(int(ms) % len(running)), held_ms=ms)
        children = tree.root.children.values()
        assert sum(one.waiting for one in children) == len(waiting)
        assert sum(one.running for one in children) == len(running)
        assert abs(sum(one.backlog_ms for one in children) - sum(tree.leaves[name][2] for name in waiting)) < 1e-6
    while running or waiting:
        if running:
            tree.end(running.pop())
        name = tree.serve()
        if name is not None:
            waiting.remove(name)
            running.append(name)
    assert all(one.backlog_ms == 0.0 for one in tree.root.children.values())
    assert not any(one.foretold_ms for one in tree.root.children.values())
