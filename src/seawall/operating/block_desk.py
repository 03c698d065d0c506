"""Where operators read and change the block list from the command line. Knows its requests; blocks nobody itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from seawall.edge.block_list import BlockList, BlockListError, network_in
from seawall.observing.logs import logger
from seawall.operating.control import ControlError

VERB = "block"


class BlockDesk:
    """Over the running service's list, or, where none runs, over the one in the data folder."""

    def __init__(self, blocked: BlockList) -> None:
        self._blocked = blocked

    async def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The control door's verb."""
        return self.do(request)

    def do(self, request: dict[str, Any]) -> dict[str, Any]:
        """``add`` or ``remove`` a network, or neither, then show it and the list. Raises ControlError."""
        changed, network = True, ""
        try:
            if "add" in request:
                block = self._blocked.add(request["add"], for_s=request.get("for_s"), reason=request.get("reason", ""))
                network = block.network
                logger("operator").warning("blocked", **asdict(block))
            elif "remove" in request:
                network = str(network_in(request["remove"]))
                changed = self._blocked.remove(network)
                if changed:
                    logger("operator").warning("unblocked", network=network)
        except BlockListError as error:
            raise ControlError(str(error)) from None
        return {"changed": changed, "network": network, "blocks": [asdict(block) for block in self._blocked]}
