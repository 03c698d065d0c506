"""Mail addresses as accounts compare them. Knows their form; sends and asks nothing."""

from __future__ import annotations

import re
from unicodedata import normalize

from seawall.accounts.refusals import wrong
from seawall.values.refusal import Refusal

# RFC 5321, 4.5.3.1: 64 before the @, 254 in all.
_LONGEST = 254
# Deliberately simple: who can read mail there is the only test that counts, and it is not made here.
_FORM = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f.]+(\.[^@\s\x00-\x1f\x7f.]+)*")


def mail_address(given: str) -> str | Refusal:
    """The address in the one form that is stored and compared."""
    address = normalize("NFKC", given).strip().casefold()
    if len(address) > _LONGEST or not _FORM.fullmatch(address):
        return wrong("This is not a mail address. It looks like name@example.org.", "email")
    return address
