"""The names under which the log speaks of operators. Knows numbers; tells no account to anybody.

Who "operator 1" is, the operators of the service can look up among themselves: outsiders see that it was the same one.
"""

from __future__ import annotations

from seawall.records.port import Records, RecordsConflict
from seawall.records.truth_entries import NameOperator

THE_COMMAND_LINE = "the command line"
GONE = "a former operator"


class OperatorNames:
    """Asks once for each account."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._known: dict[str, str] = {THE_COMMAND_LINE: THE_COMMAND_LINE}

    async def of(self, account_id: str) -> str:
        """Such as "operator 1". Raises RecordsUnavailable."""
        name = self._known.get(account_id)
        if name is None:
            try:
                name = f"operator {await self._records.write(NameOperator(account_id))}"
            except RecordsConflict:  # The account was deleted before it could be named.
                name = GONE
            self._known[account_id] = name
        return name
