"""The mail server of tests on a loop of its own, for tests that have none. Knows threads; knows no mail."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from anyio.from_thread import start_blocking_portal

from mail_server import MailServer, mail_server
from running_service import until

_LINK = re.compile(r"https?://\S+")


@contextmanager
def mail_thread(folder: Path) -> Generator[MailServer]:
    """Runs until the block ends; its mails may be read from any thread."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(mail_server(folder)) as server:
        yield server


def link_in_mail(server: MailServer, to: str, way: str) -> str:
    """The newest link of this kind that went to this address, such as ``/verify#...``. Waits for it."""

    def found() -> list[str]:
        mails = [str(mail.get_content()) for mail in server.mails if to in str(mail["to"])]
        return [link for text in mails for link in _LINK.findall(text) if way in link]

    until(found)
    link = found()[-1]
    return link[link.index(way) :]


def environment_for(server: MailServer) -> dict[str, str]:
    """The settings by which a service reaches it."""
    return {f"SEAWALL_MAIL_{name.upper()}": str(value) for name, value in server.settings.model_dump().items()}
