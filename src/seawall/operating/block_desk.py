"""Where operators read and change which networks are treated apart. Knows the requests; treats nobody itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from seawall.edge.block_list import Block, BlockList, BlockListError, Treatment, network_in
from seawall.observing.logs import logger
from seawall.operating.control import ControlError

VERB = "block"


COMMAND_LINE = "the command line"


class BlockDesk:
    """Over the running service's list, or, where none runs, over the one in the data folder."""

    def __init__(self, blocked: BlockList) -> None:
        self._blocked = blocked

    def entries(self) -> tuple[Block, ...]:
        """What holds now."""
        return tuple(self._blocked)

    def treat(self, network: str, treatment: Treatment, *, for_s: float | None, reason: str, by: str) -> Block:
        """Treats a network so from now on. Raises BlockListError."""
        block = self._blocked.add(network, for_s=for_s, reason=reason, treatment=treatment)
        logger("operator").warning("blocked", by=by, **asdict(block))
        return block

    def release(self, network: str, *, by: str) -> bool:
        """Treats it like any other again. False where it was not on the list. Raises BlockListError."""
        changed = self._blocked.remove(network)
        if changed:
            logger("operator").warning("unblocked", network=str(network_in(network)), by=by)
        return changed

    async def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The control door's verb."""
        return self.do(request)

    def do(self, request: dict[str, Any]) -> dict[str, Any]:
        """``add`` or ``remove`` a network, or neither, then show it and the list. Raises ControlError."""
        changed, network = True, ""
        try:
            if "add" in request:
                treatment = Treatment(request.get("treatment") or Treatment.BLOCK)
                for_s, reason = request.get("for_s"), request.get("reason", "")
                network = self.treat(request["add"], treatment, for_s=for_s, reason=reason, by=COMMAND_LINE).network
            elif "remove" in request:
                network = str(network_in(request["remove"]))
                changed = self.release(network, by=COMMAND_LINE)
        except BlockListError as error:
            raise ControlError(str(error)) from None
        return {"changed": changed, "network": network, "blocks": [asdict(block) for block in self._blocked]}
