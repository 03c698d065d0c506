"""Sorts what a driver raises: the change's own fault, or the database's. Knows SQL states; knows no recovery."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import DataError, IntegrityError, StatementError

from seawall.records.port import RecordsConflict
from seawall.records.tables import UnkeepableText

_TAKEN = {"email_folded": "email", "position": "position", "secret_hash": "key"}


def conflict_in(error: Exception) -> RecordsConflict | None:
    """The conflict where the change itself is to blame; None where it is the database or a mistake of ours."""
    if isinstance(error, RecordsConflict):
        return error
    if isinstance(error, IntegrityError):
        return _contradiction(error.orig)
    unkeepable = isinstance(error, UnicodeEncodeError | DataError) or (
        isinstance(error, StatementError) and isinstance(error.orig, UnkeepableText)
    )
    if unkeepable:
        return RecordsConflict(
            "The text holds a NUL character, half a surrogate pair or more than a column takes.", "text"
        )
    return None


def _contradiction(driver_error: Any) -> RecordsConflict:
    """SQLite says ``UNIQUE constraint failed: accounts.email_folded``, PostgreSQL names the constraint."""
    diagnosis = getattr(driver_error, "diag", None)
    told = str(diagnosis.constraint_name if diagnosis else driver_error)
    for column, field in _TAKEN.items():
        if told.endswith(column):
            return RecordsConflict(f"This {field} is taken.", field)
    if told.startswith("fk_") or "FOREIGN KEY" in told:
        return RecordsConflict("What this belongs to is gone.", "account")
    return RecordsConflict("There is one of this name already.", "id")
