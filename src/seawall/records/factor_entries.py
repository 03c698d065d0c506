"""What is kept of second factors and passkeys. Values only; knows no SQL and no secret in the clear."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.records.entries import AccountRow, Change, Query


@dataclass(frozen=True, slots=True)
class AuthenticatorRow:
    """An authenticator app. It counts once ``confirmed_s`` is set; ``last_step`` is that of the last code taken."""

    account_id: str
    sealed_secret: str
    created_s: float
    confirmed_s: float | None = None
    last_step: int = 0


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """``id`` and ``public_key`` are URL-safe base64; ``transports`` are words with a space between."""

    id: str
    account_id: str
    name: str
    public_key: str
    sign_count: int
    transports: str
    created_s: float
    last_used_s: float | None = None


@dataclass(frozen=True, slots=True)
class KeptFactors:
    """All that an account has besides its password; ``codes_left`` are its unused recovery codes."""

    authenticator: AuthenticatorRow | None = None
    passkeys: tuple[PasskeyRow, ...] = ()
    codes_left: int = 0

    @property
    def confirmed(self) -> AuthenticatorRow | None:
        """The authenticator, if it counts."""
        return self.authenticator if self.authenticator and self.authenticator.confirmed_s is not None else None

    @property
    def any(self) -> bool:
        """Whether a password alone is not enough."""
        return self.confirmed is not None or bool(self.passkeys)

    @property
    def since_s(self) -> float | None:
        """When the first of them was added; None where there is none."""
        added_s = [row.created_s for row in self.passkeys]
        if self.authenticator is not None and self.authenticator.confirmed_s is not None:
            added_s.append(self.authenticator.confirmed_s)
        return min(added_s, default=None)


@dataclass(frozen=True, slots=True)
class BeginAuthenticator(Change[bool]):
    """Replaces one that was never confirmed. False where there is one that is."""

    row: AuthenticatorRow


@dataclass(frozen=True, slots=True)
class UseStep(Change[bool]):
    """Takes the code of this time step, and none of it or before it ever after. False where that was done already.

    The first one confirms the authenticator: ``at_s`` is when.
    """

    account_id: str
    step: int
    at_s: float
    confirms: bool = False


@dataclass(frozen=True, slots=True)
class RemoveAuthenticator(Change[bool]):
    """Takes the recovery codes along where nothing is left that they stand in for. False where there is none."""

    account_id: str


@dataclass(frozen=True, slots=True)
class SetRecoveryCodes(Change[None]):
    """In the place of all before."""

    account_id: str
    code_hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UseRecoveryCode(Change[bool]):
    """False where the account has no such unused code."""

    account_id: str
    code_hash: str
    at_s: float


@dataclass(frozen=True, slots=True)
class AddPasskey(Change[bool]):
    """False where the account has ``most`` already. Raises RecordsConflict("passkey") for one that is known."""

    row: PasskeyRow
    most: int


@dataclass(frozen=True, slots=True)
class UsePasskey(Change[bool]):
    """False where it is gone, or where its counter did not grow: then a copy of it is in use.

    Passkeys that are shared among devices do not count; theirs stays 0.
    """

    passkey_id: str
    sign_count: int
    at_s: float


@dataclass(frozen=True, slots=True)
class RenamePasskey(Change[bool]):
    """False where the account has none of this id."""

    account_id: str
    passkey_id: str
    name: str


@dataclass(frozen=True, slots=True)
class RemovePasskey(Change[bool]):
    """As RemoveAuthenticator. False where the account has none of this id."""

    account_id: str
    passkey_id: str


@dataclass(frozen=True, slots=True)
class ResetFactors(Change[bool]):
    """Takes all of them away, and ends the account's sessions. False where there was none."""

    account_id: str


@dataclass(frozen=True, slots=True)
class FactorsOf(Query[KeptFactors]):
    account_id: str


@dataclass(frozen=True, slots=True)
class PasskeyById(Query[tuple[PasskeyRow, AccountRow] | None]):
    """With the account whose it is."""

    passkey_id: str
