"""What stands around conversations: search, folders, prompts, links. Knows which services there are; does nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seawall.conversations.events import AccountEvents
from seawall.conversations.folders import Folders
from seawall.conversations.prompts import Prompts
from seawall.conversations.search import Searching
from seawall.conversations.share_links import ShareLinks
from seawall.conversations.shares import Shares
from seawall.records.port import Records


@dataclass(frozen=True, slots=True)
class Library:
    """One of each, over the same records."""

    searching: Searching
    folders: Folders
    prompts: Prompts
    shares: Shares


def library_over(
    records: Records, secret: bytes, events: AccountEvents, *, sharing: bool, unix_time: Callable[[], float]
) -> Library:
    """``secret`` is the service's, which links are signed with; ``sharing`` whether any link opens anything."""
    return Library(
        searching=Searching(records, unix_time=unix_time),
        folders=Folders(records, events, unix_time=unix_time),
        prompts=Prompts(records, events, unix_time=unix_time),
        shares=Shares(records, ShareLinks(secret), allowed=sharing, unix_time=unix_time),
    )
