"""Where operators write to incidents from the command line. Knows its requests; decides nothing."""

from __future__ import annotations

from seawall.operating.control import ControlError, Json
from seawall.operating.posture_desk import COMMAND_LINE
from seawall.status.components import components_in
from seawall.status.incidents import Draft, Incident, Words
from seawall.status.room import StatusRoom
from seawall.values.refusal import Refusal

VERB = "notice"


class NoticeDesk:
    """Over the running service's incidents."""

    def __init__(self, room: StatusRoom) -> None:
        self._room = room

    async def answer(self, request: Json) -> Json:
        """The control door's verb: opens, or writes to one, then tells how it stands. Raises ControlError."""
        result = self._open(request) if "title_en" in request else self._write(request)
        if isinstance(result, Refusal):
            raise ControlError(result.message)
        incidents = self._room.parts.incidents
        await incidents.keep()
        self._room.look()
        return {"id": result.id, "status": result.row.status, "saved": incidents.is_kept(result.id)}

    def _open(self, request: Json) -> Incident | Refusal:
        draft = Draft(
            title=Words(str(request["title_en"]), str(request.get("title_zh", ""))),
            text=_text(request),
            impact=request["impact"],
            components=components_in(" ".join(request["components"])),
        )
        return self._room.parts.incidents.open(draft, COMMAND_LINE)

    def _write(self, request: Json) -> Incident | Refusal:
        return self._room.parts.incidents.write(str(request["id"]), request["phase"], _text(request), COMMAND_LINE)


def _text(request: Json) -> Words:
    return Words(str(request["text_en"]), str(request.get("text_zh", "")))
