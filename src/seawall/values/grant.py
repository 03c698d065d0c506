"""What a key may do. Knows scopes, models and an end; knows neither keys nor HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from seawall.values.refusal import Reason, Refusal


class KeyScope(StrEnum):
    """The parts of the API: asking for answers (and counting their tokens), making embeddings, listing models."""

    CHAT = "chat"
    EMBEDDINGS = "embeddings"
    MODELS = "models"


@dataclass(frozen=True, slots=True)
class Grant:
    """Empty scopes or models stand for all of them; without an end it lasts until it is revoked."""

    scopes: frozenset[KeyScope] = frozenset()
    models: frozenset[str] = frozenset()
    expires_unix_s: float | None = None

    def has_expired(self, now_unix_s: float) -> bool:
        """Whether its end has come."""
        return self.expires_unix_s is not None and now_unix_s >= self.expires_unix_s

    def objection(self, scope: KeyScope) -> Refusal | None:
        """What is said where this scope is not among its own."""
        if not self.scopes or scope in self.scopes:
            return None
        return Refusal(
            Reason.NOT_ALLOWED,
            f"This key was made without the scope '{scope}'; it has {_listed(self.scopes)}. Use another key.",
        )

    def objection_to_model(self, model: str) -> Refusal | None:
        """What is said where this model is not among its own."""
        if not self.models or model in self.models:
            return None
        return Refusal(
            Reason.NOT_ALLOWED,
            f"This key may not ask the model '{model[:100]}'; it may ask {_listed(self.models)}.",
            param="model",
        )


EVERYTHING = Grant()


def _listed(names: frozenset[str] | frozenset[KeyScope]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))
