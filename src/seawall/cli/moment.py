"""A moment as people type it. Knows calendars and clocks; knows no command."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import click

from seawall.cli.duration import Duration


class Moment(click.ParamType[float]):
    """``2026-11-22``, ``2026-11-22 14:05`` or with seconds, UTC unless it says otherwise; ``2h`` for two hours ago."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        try:
            read = datetime.fromisoformat(str(value).strip())
        except ValueError:
            pass
        else:
            return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
        try:
            return time.time() - Duration().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"'{value}' is no moment. Write '2026-11-22 14:05' (UTC), or how long ago: 2h.", param, ctx)
