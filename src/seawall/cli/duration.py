"""A time as people type it. Knows its letters; knows no command."""

from __future__ import annotations

import re
from typing import Any

import click

_UNITS_S = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


class Duration(click.ParamType[float]):
    """A time such as 90s, 30m, 2h or 1d; in seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", str(value).strip())
        if found is None or float(found[1]) <= 0:
            self.fail(f"'{value}' is no time. Write one such as 90s, 30m, 2h or 1d.", param, ctx)
        return float(found[1]) * _UNITS_S[found[2]]
