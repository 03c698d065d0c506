"""In which class an identity is served. Knows standing; knows no queue."""

from __future__ import annotations

from seawall.values.identity import Identity
from seawall.values.ticket import ServiceClass

# Good standing is earned by time: an account made for an attack is new when the attack comes.
GOOD_STANDING_AFTER_S = 7 * 24 * 3600.0


def class_of(identity: Identity, now_unix_s: float) -> ServiceClass:
    """C0 for who operates the service, C1 for members in good standing, C2 for new ones."""
    if identity.role.operates:
        return ServiceClass.C0
    if identity.vouched or now_unix_s - identity.since_unix_s >= GOOD_STANDING_AFTER_S:
        return ServiceClass.C1
    return ServiceClass.C2
