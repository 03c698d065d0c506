"""What the web app may send. Knows fields and bounds; decides nothing."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from seawall.values.grant import KeyScope
from seawall.values.identity import Role


def _clean(text: str) -> str:
    """Neither database nor model can take these two; they are told rather than dropped."""
    if "\x00" in text:
        raise ValueError("the text holds a NUL character; remove it")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("the text holds half of a surrogate pair, which is no character; remove it")
    return text


def _visible(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty; write something")
    return text


CleanText = Annotated[str, AfterValidator(_clean)]
Address = Annotated[CleanText, Field(min_length=1, max_length=320)]
# Longer than any password that is accepted, so that the sentence about its length can be told.
Password = Annotated[CleanText, Field(max_length=1024)]
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
# In an address: one of another form cannot exist, and no database is asked for it.
PathId = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
# A solved puzzle has some 700 characters, a place some 150.
Proof = Annotated[CleanText, Field(max_length=4096)]
Token = Annotated[CleanText, Field(max_length=512)]
# The text's own bound is the body's; the model's context is the engine's to tell.
Words = Annotated[CleanText, AfterValidator(_visible)]


# In a key's list, between whose names stands a space.
ModelName = Annotated[CleanText, Field(min_length=1, max_length=256, pattern=r"^\S+$")]
# Ten years: who wants longer wants no end.
LONGEST_KEY_S = 10 * 366 * 86_400.0


class Body(BaseModel):
    """Unknown fields are refused, and nothing is converted: "1" is no number."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Credentials(Body):
    email: Address
    password: Password


class SetUp(Credentials):
    token: Annotated[str, Field(max_length=128)]


class PasswordChange(Body):
    current: Password
    new: Password


class KeyChange(Body):
    """What is left out stays as it is; an empty list stands for all, and an ``expires_in_s`` of null for no end."""

    name: Annotated[CleanText, Field(max_length=100)] | None = None
    # JSON knows no enumerations: the scope's name is its value.
    scopes: Annotated[list[Annotated[KeyScope, Field(strict=False)]], Field(max_length=16)] | None = None
    models: Annotated[list[ModelName], Field(max_length=64)] | None = None
    expires_in_s: Annotated[float, Field(gt=0, le=LONGEST_KEY_S, allow_inf_nan=False)] | None = None


class NewKeyBody(KeyChange):
    """A key may do all that its account may, unless it is told otherwise here."""


class StepUpBegin(Body):
    kind: Annotated[CleanText, Field(max_length=32)] = "mail"


class StandingChange(Body):
    disabled: bool | None = None
    # JSON knows no enumerations: the role's name is its value.
    role: Annotated[Role, Field(strict=False)] | None = None
    vouched: bool | None = None
    first_day: bool = False


Bound = Annotated[float, Field(ge=0, allow_inf_nan=False)] | None


class BudgetBody(Body):
    """A bound that is null is the settings'; 0 is none."""

    key_id: Id | None = None
    requests_per_day: Bound = None
    requests_per_month: Bound = None
    tokens_per_day: Bound = None
    tokens_per_month: Bound = None
    engine_s_per_day: Bound = None
    engine_s_per_month: Bound = None
    money_per_day: Bound = None
    money_per_month: Bound = None
