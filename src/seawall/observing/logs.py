"""Logs as JSON lines on standard error. Knows events and request ids; prompts and secrets never come here."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

import structlog
from pydantic_core import to_json

if TYPE_CHECKING:
    from structlog.typing import Processor


def set_up_logs(level: str) -> None:
    """Process-wide, called once by the command line: ours by structlog, the libraries' by the same renderer.

    A terminal gets aligned text, everything else a JSON object a line.
    """
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(_json)
    )
    number = getattr(logging, level.upper())
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))
    # Its warnings are of strangers' broken requests, a line for each: whoever likes could fill the disk with them.
    logging.getLogger("uvicorn.error").setLevel(max(number, logging.ERROR))


def _json(event: object, **_: object) -> str:
    """A line costs half of what ``json.dumps`` takes; what is no JSON is written as its text."""
    return to_json(event, fallback=str).decode()


def logger(name: str) -> Any:
    """A structlog logger bound to the room's name."""
    return structlog.get_logger().bind(room=name)
