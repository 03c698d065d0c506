"""What every API answer tells of its asker's standing and the service's. Knows the headers; decides neither."""

from __future__ import annotations

from seawall.admission.admission import Admission
from seawall.values.arrival import Place
from seawall.values.identity import Identity
from seawall.values.ticket import ServiceClass


def standing_headers(admission: Admission, identity: Identity | None, place: Place) -> list[tuple[bytes, bytes]]:
    """``X-Seawall-Class`` and ``X-Seawall-Posture``; a stranger is of the last class."""
    service_class = admission.class_of(identity, place) if identity else ServiceClass.C4
    return [
        (b"x-seawall-class", service_class.encode()),
        (b"x-seawall-posture", admission.posture.encode()),
    ]
