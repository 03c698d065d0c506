"""What stands around conversations: search, folders, prompts, links. Knows which services there are; does nothing."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.conversations.folders import Folders
from seawall.conversations.prompts import Prompts
from seawall.conversations.search import Searching
from seawall.conversations.shares import Shares


@dataclass(frozen=True, slots=True)
class Library:
    """One of each, over the same records."""

    searching: Searching
    folders: Folders
    prompts: Prompts
    shares: Shares
