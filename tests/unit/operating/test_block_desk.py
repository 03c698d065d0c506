"""What an operator's block is told of: the network as it is kept."""

from __future__ import annotations

import pytest

from seawall.edge.block_list import BlockList
from seawall.operating.block_desk import BlockDesk
from seawall.operating.control import ControlError


def desk() -> BlockDesk:
    return BlockDesk(BlockList(None, unix_time=lambda: 0.0))


def test_a_network_is_named_as_it_is_kept_whichever_of_its_addresses_was_written():
    blocks = desk()
    assert blocks.do({"add": "203.0.113.7/24"})["network"] == "203.0.113.0/24"
    gone = blocks.do({"remove": "203.0.113.99/24"})
    assert (gone["network"], gone["changed"], gone["blocks"]) == ("203.0.113.0/24", True, [])


def test_what_is_not_blocked_is_said_to_be_unchanged():
    assert desk().do({"remove": "203.0.113.0/24"})["changed"] is False


@pytest.mark.parametrize("verb", ["add", "remove"])
def test_what_is_no_network_is_said_so(verb: str):
    with pytest.raises(ControlError, match="is no network"):
        desk().do({verb: "hello"})
