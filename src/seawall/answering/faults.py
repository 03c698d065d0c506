"""An engine's errors as refusals. Knows both vocabularies; decides nothing else."""

from __future__ import annotations

from seawall.engines.port import (
    ContextLengthExceeded,
    EngineBroke,
    EngineError,
    EngineFull,
    EngineRejected,
    EngineUnavailable,
    Quarantined,
)
from seawall.values.refusal import Reason, Refusal

_REASONS: tuple[tuple[type[EngineError], Reason], ...] = (
    (Quarantined, Reason.QUARANTINED),
    (ContextLengthExceeded, Reason.CONTEXT_LENGTH_EXCEEDED),
    (EngineRejected, Reason.ENGINE_REJECTED),
    (EngineFull, Reason.ENGINE_FULL),
    (EngineUnavailable, Reason.ENGINE_UNAVAILABLE),
    (EngineBroke, Reason.ENGINE_FAILED),
)
# Where the engine does not say when: soon for one that restarts, as that takes it about two seconds.
_DEFAULT_RETRY_S = 3.0


def refusal_of(error: EngineError) -> Refusal:
    """The refusal whose reason fits ``error`` best."""
    reason = next((reason for kind, reason in _REASONS if isinstance(error, kind)), Reason.ENGINE_FAILED)
    param = error.param if isinstance(error, EngineRejected) else None
    retry_after_s = error.retry_after_s
    if retry_after_s is None and reason.status == 503:
        retry_after_s = _DEFAULT_RETRY_S
    return Refusal(reason, error.message, retry_after_s=retry_after_s, param=param)
