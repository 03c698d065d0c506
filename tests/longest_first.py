"""Which files are run first, so that none of the longest is begun last. Knows their names; knows no test.

With each file in one worker, a long file that is begun last leaves the other workers idle until it is over.
"""

from __future__ import annotations

from pathlib import Path

import pytest

# From 55 s of CPU time down to 20, with all their processes, on two cores that others used too.
LONGEST = (
    "sieges/test_promises.py",
    "journeys/test_openapi.py",
    "journeys/test_page_for_everyone.py",
    "journeys/test_entrance_page.py",
    "contract/engines/test_embedded.py",
    "journeys/test_web_app_units.py",
    "journeys/test_library_page.py",
    "journeys/test_own_account.py",
    "journeys/test_conversations_page.py",
    "journeys/test_durability.py",
    "contract/records/test_archive.py",
    "contract/web/test_entrance_http.py",
    "contract/records/test_migrations.py",
    "contract/web/test_moving_http.py",
    "journeys/test_going_on.py",
)
_HERE = Path(__file__).parent
_PLACES = {_HERE / name: place for place, name in enumerate(LONGEST)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The rest keep the order in which they were named."""
    items.sort(key=lambda item: _PLACES.get(item.path, len(LONGEST)))
