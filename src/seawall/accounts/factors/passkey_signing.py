"""What py_webauthn is asked about passkeys. Knows that library; knows no records and no time.

It is imported at the first use, which takes a moment, and so these functions are called in a thread.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seawall.accounts.factors.ceremonies import LIVES_S
from seawall.accounts.factors.sites import Site
from seawall.observing.logs import logger
from seawall.records.factor_entries import PasskeyRow
from seawall.values.refusal import Reason, Refusal

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

_NOT_SIGNED = Refusal(
    Reason.PASSKEY_REFUSED,
    "This passkey was not taken. Please try again; if that does not help, sign in another way and add it anew.",
    param="credential",
)
NOT_LOOKED_AT = Refusal(
    Reason.PASSKEY_REFUSED,
    "This key did not ask who you are, by a PIN, a finger or your face; so it is good as a second factor only. Sign in "
    "with your password, then use it.",
    param="credential",
)


@dataclass(frozen=True, slots=True)
class Person:
    """``id`` stays on the device with the passkey: it must say nothing of who it is. ``email`` is what is shown."""

    id: str
    email: str


@dataclass(frozen=True, slots=True)
class MadePasskey:
    id: str
    public_key: str
    sign_count: int
    transports: str


def registration_options(
    site: Site, service: str, person: Person, challenge: bytes, known: Sequence[PasskeyRow]
) -> dict[str, Any]:
    """A passkey that is kept on the device (resident), so that it can be found there without a name.

    No attestation: which make a key is of is nobody's business, and browsers would ask for leave to tell it.
    """
    import webauthn
    from webauthn.helpers import options_to_json_dict, structs

    options = webauthn.generate_registration_options(
        rp_id=site.name,
        rp_name=service,
        user_id=person.id.encode(),
        user_name=person.email,
        challenge=challenge,
        timeout=int(LIVES_S * 1000),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_described(known),
    )
    return options_to_json_dict(options)


def showing_options(site: Site, challenge: bytes, known: Sequence[PasskeyRow] | None) -> dict[str, Any]:
    """For one of these; None for any that is kept on the device, which then has to look who it is."""
    import webauthn
    from webauthn.helpers import options_to_json_dict, structs

    verification = structs.UserVerificationRequirement
    options = webauthn.generate_authentication_options(
        rp_id=site.name,
        challenge=challenge,
        timeout=int(LIVES_S * 1000),
        allow_credentials=_described(known or ()),
        user_verification=verification.REQUIRED if known is None else verification.PREFERRED,
    )
    return options_to_json_dict(options)


def made_passkey(credential: Mapping[str, Any], challenge: bytes, site: Site) -> MadePasskey | None:
    """What was made, where it was made for this."""
    import webauthn

    try:
        made = webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
        )
    except Exception as error:  # noqa: BLE001 - foreign bytes in foreign parsers: whatever they raise, it is no passkey.
        _note(error)
        return None
    told: list[Any] = credential.get("response", {}).get("transports") or []
    transports = " ".join(one for one in told if isinstance(one, str) and one.isascii() and one.isprintable())[:100]
    return MadePasskey(_text(made.credential_id), _text(made.credential_public_key), made.sign_count, transports)


def count_signed(
    credential: Mapping[str, Any], challenge: bytes, site: Site, public_key: str, *, alone: bool
) -> int | Refusal:
    """How often the passkey says it was used, where it signed this; whether that is more than before, the records tell.

    ``alone``: nothing else is asked for, so the device must have looked who it is.
    """
    import webauthn

    try:
        shown = webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=urlsafe_b64decode(public_key + "=" * (-len(public_key) % 4)),
            credential_current_sign_count=0,
        )
    except Exception as error:  # noqa: BLE001 - as above.
        _note(error)
        return _NOT_SIGNED
    return NOT_LOOKED_AT if alone and not shown.user_verified else shown.new_sign_count


def _described(passkeys: Sequence[PasskeyRow]) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    known = {one.value for one in AuthenticatorTransport}
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(row.id),
            transports=[AuthenticatorTransport(one) for one in row.transports.split() if one in known] or None,
        )
        for row in passkeys
    ]


def _note(error: Exception) -> None:
    logger("accounts").info("passkey_not_taken", why=f"{type(error).__name__}: {error}"[:200])


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
