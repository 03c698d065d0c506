"""What every API answer tells of its asker's standing and the service's. Knows the headers; decides neither.

``RateLimit`` and ``RateLimit-Policy`` are those of draft-ietf-httpapi-ratelimit-headers-10. The quota is counted in
ordinary questions, and passing it refuses nobody: beyond it one stands behind those who are within.
"""

from __future__ import annotations

from math import ceil

from seawall.admission.admission import Admission
from seawall.admission.bounds import Bound
from seawall.admission.entitlement import Allowance
from seawall.values.arrival import Place
from seawall.values.budget import spoken
from seawall.values.identity import Identity
from seawall.values.ticket import ServiceClass


def standing_headers(
    admission: Admission, identity: Identity | None, place: Place, user: str | None = None
) -> list[tuple[bytes, bytes]]:
    """The class (a stranger is of the last) and the posture. ``user`` is whom a trusted front end names."""
    service_class = admission.class_of(identity, place, user) if identity else ServiceClass.C4
    return [
        (b"x-seawall-class", service_class.encode()),
        (b"x-seawall-posture", admission.posture.encode()),
    ]


def limit_headers(
    admission: Admission, identity: Identity | None, place: Place, user: str | None = None
) -> list[tuple[bytes, bytes]]:
    """The entitlement of who has one, and what is left of a budget, as they are now."""
    if identity is None:
        return []
    return _limits(admission.allowance(identity, place, user), admission.bounds(identity))


def _limits(told: Allowance | None, bounds: tuple[Bound, ...]) -> list[tuple[bytes, bytes]]:
    """One item a limit: the entitlement, and each bound of the budget, such as ``requests-per-day``."""
    policies, lefts = list[bytes](), list[bytes]()
    if told is not None:
        policies.append(b'"entitlement";q=%d;w=%d' % (told.quota, ceil(told.window_s)))
        lefts.append(b'"entitlement";r=%d;t=%d' % (told.remaining, ceil(told.reset_s)))
    for bound in bounds:
        name = spoken(bound.name).encode()
        policies.append(b'"%s";q=%d' % (name, ceil(bound.quota)))
        lefts.append(b'"%s";r=%d;t=%d' % (name, ceil(max(0.0, bound.quota - bound.used)), ceil(bound.resets_s)))
    if not policies:
        return []
    return [(b"ratelimit-policy", b", ".join(policies)), (b"ratelimit", b", ".join(lefts))]
