"""Where the running service's operators ask for reports. Knows who asks and for what; makes one at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from seawall.records.port import Records
from seawall.safeguards.log_entry import Facts
from seawall.safeguards.public_log import PublicLog
from seawall.safeguards.report.gathering import Asked, NoReport, report
from seawall.values.refusal import Reason, Refusal

_BUSY = Refusal(Reason.NO_ROOM, "Another report is being made. Try again in a minute.", 30.0)
_NO_INCIDENT = Refusal(Reason.NOT_FOUND, "There is no such incident.")


class Reports:
    """``times_of`` tells the time that an incident's report is of, None for an incident that is not; ``flush`` has the
    newest windows said and kept.
    """

    def __init__(
        self,
        log: PublicLog,
        records: Records,
        times_of: Callable[[str], tuple[float, float] | None],
        unix_time: Callable[[], float],
        flush: Callable[[], Awaitable[None]],
    ) -> None:
        self._log = log
        self._records = records
        self._times_of = times_of
        self._unix_time = unix_time
        self._flush = flush
        self._making = False

    async def of_incident(self, incident_id: str, by: str) -> bytes | Refusal:
        """The bundle, for the operator of that account. Raises RecordsUnavailable."""
        times = self._times_of(incident_id)
        if times is None:
            return _NO_INCIDENT
        if self._making:
            return _BUSY
        self._making = True
        try:
            await self._flush()
            now_s = self._unix_time()
            asked = Asked(times[0], min(times[1], now_s), incident_id)
            return await report(asked, self._records, self._log.book, self._append(by), now_s)
        except NoReport as error:
            return Refusal(Reason.CONFLICT, str(error))
        finally:
            self._making = False

    def _append(self, by: str) -> Callable[[str, Facts], Awaitable[int | None]]:
        async def append(kind: str, facts: Facts) -> int | None:
            return await self._log.append(kind, facts, by=by)

        return append
