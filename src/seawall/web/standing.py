"""What every API answer tells of its asker's standing and the service's. Knows the headers; decides neither.

``RateLimit`` and ``RateLimit-Policy`` are those of draft-ietf-httpapi-ratelimit-headers-10. The quota is counted in
ordinary questions, and passing it refuses nobody: beyond it one stands behind those who are within.
"""

from __future__ import annotations

from math import ceil

from seawall.admission.admission import Admission
from seawall.admission.entitlement import Allowance
from seawall.values.arrival import Place
from seawall.values.identity import Identity
from seawall.values.ticket import ServiceClass


def standing_headers(admission: Admission, identity: Identity | None, place: Place) -> list[tuple[bytes, bytes]]:
    """The class (a stranger is of the last), the posture, and the entitlement of who has one."""
    service_class = admission.class_of(identity, place) if identity else ServiceClass.C4
    headers = [
        (b"x-seawall-class", service_class.encode()),
        (b"x-seawall-posture", admission.posture.encode()),
    ]
    allowance = admission.allowance(identity, place) if identity and service_class.is_registered else None
    return [*headers, *_limits(allowance)] if allowance else headers


def _limits(told: Allowance) -> list[tuple[bytes, bytes]]:
    return [
        (b"ratelimit-policy", b'"entitlement";q=%d;w=%d' % (told.quota, ceil(told.window_s))),
        (b"ratelimit", b'"entitlement";r=%d;t=%d' % (told.remaining, ceil(told.reset_s))),
    ]
