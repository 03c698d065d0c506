"""A tree of messages as ours are: speakers that alternate along each branch. Knows nodes; knows no format.

Other programs put several answers of one speaker behind one another, with tools between them. Such a run becomes one
message. Where it branches midway, each branch has the words before the fork.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seawall.conversations.elsewhere.found import LONGEST_TEXT, MOST_MESSAGES, FoundMessage, Node, Unfit


@dataclass(slots=True, eq=False)
class _Run:
    """What one speaker says until the other speaks. ``parent`` is the run before it."""

    parent: _Run | None
    nodes: tuple[Node, ...]
    message: FoundMessage | None = None

    @property
    def speaker(self) -> str:
        return self.nodes[-1].speaker


def messages_of(nodes: Sequence[Node], leaf: str, otherwise_s: float) -> tuple[list[FoundMessage], str]:
    """The messages, each behind what it follows, and the one that holds ``leaf``. Raises Unfit.

    Nodes in a ring belong to no conversation, as nothing leads to them.
    """
    children: dict[str | None, list[Node]] = {}
    known = {node.id for node in nodes}
    for node in nodes:
        children.setdefault(node.parent if node.parent in known else None, []).append(node)
    told: list[FoundMessage] = []
    holder: dict[str, str] = {}
    waiting: list[tuple[Node, _Run | None]] = [(node, None) for node in reversed(children.get(None, []))]
    while waiting:
        node, run = waiting.pop()
        run = _with(node, run)
        if run is not None:
            holder[node.id] = run.nodes[-1].id
        behind = children.get(node.id, [])
        if run is not None and (not behind or _ends(run, behind)):
            _tell(run, told, otherwise_s)
        waiting.extend((child, run) for child in reversed(behind))
    _as_they_came(told, nodes)
    return told, _holding(leaf, holder, told)


def _as_they_came(told: list[FoundMessage], nodes: Sequence[Node]) -> None:
    """In the file's order, where that has each message behind what it follows: branches were begun in it."""
    places = {node.id: place for place, node in enumerate(nodes)}
    if all(one.parent is None or places[one.parent] < places[one.id] for one in told):
        told.sort(key=lambda one: places[one.id])


def _with(node: Node, run: _Run | None) -> _Run | None:
    if not node.speaker:
        return run
    if run is not None and run.speaker == node.speaker:
        return _Run(run.parent, (*run.nodes, node))
    return _Run(run, (node,))


def _ends(run: _Run, behind: Sequence[Node]) -> bool:
    """Whether the run stands for itself here, as the other speaker goes on."""
    return any(child.speaker and child.speaker != run.speaker for child in behind)


def _tell(run: _Run, told: list[FoundMessage], otherwise_s: float) -> FoundMessage:
    waiting: list[_Run] = []
    at: _Run | None = run
    while at is not None and at.message is None:
        waiting.append(at)
        at = at.parent
    for one in reversed(waiting):
        if len(told) >= MOST_MESSAGES:
            raise Unfit(f"It has more than {MOST_MESSAGES} messages.")
        before = one.parent.message if one.parent else None
        one.message = _message(one, before, otherwise_s)
        told.append(one.message)
    assert run.message is not None
    return run.message


def _message(run: _Run, before: FoundMessage | None, otherwise_s: float) -> FoundMessage:
    text = "\n\n".join(node.text for node in run.nodes if node.text)
    reasoning = "\n\n".join(node.reasoning for node in run.nodes if node.reasoning)
    if len(text) > LONGEST_TEXT or len(reasoning) > LONGEST_TEXT:
        raise Unfit("One of its messages is longer than a million characters.")
    times = [node.created_s for node in run.nodes if node.created_s is not None]
    last = run.nodes[-1]
    return FoundMessage(
        last.id,
        before.id if before else None,
        last.speaker,
        text,
        reasoning,
        times[0] if times else before.created_s if before else otherwise_s,
        last.model,
        last.status,
        last.kept,
    )


def _holding(leaf: str, holder: dict[str, str], told: list[FoundMessage]) -> str:
    there = {message.id for message in told}
    held = holder.get(leaf, "")
    return held if held in there else told[-1].id if told else ""
