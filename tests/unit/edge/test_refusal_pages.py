"""The pages on which a browser reads the gate's refusals."""

from __future__ import annotations

import re

import pytest

from seawall.edge.refusals import BLOCKED, BUSY_NETWORK, NO_ROOM, UNPROVEN, forms_of
from seawall.values.refusal import Refusal


@pytest.mark.parametrize("refusal", [BLOCKED, BUSY_NETWORK, NO_ROOM, UNPROVEN], ids=lambda one: one.reason.code)
def test_a_pages_title_is_its_heading_and_nobody_shut_out_is_told_to_wait(refusal: Refusal):
    page = forms_of(refusal).page.body.decode()
    title, heading = re.search("<title>(.*?)</title>", page), re.search("<h1>(.*?)</h1>", page)
    assert title is not None
    assert heading is not None
    assert title[1] == heading[1]
    assert ("moment" in title[1]) is (refusal is not BLOCKED)
