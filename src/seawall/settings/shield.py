"""The shield's settings: posture, entitlement, budgets, brownout. Acts on none of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from seawall.settings.section import Section
from seawall.values.budget import NAMES, Budget

Bound = Annotated[float, Field(ge=0)]


class AdmissionSettings(Section):
    """Settings of posture, price, entitlement, brownout and retries."""

    promise_s: Annotated[float, Field(gt=0, le=600)] = 5.0
    """The first token within so many seconds is what registered users in good standing are promised: people turn
    away from a page that shows nothing for longer (Nielsen puts the limit of attention at 10 s; this leaves half of
    it to the engine).
    """
    stranger_patience_s: Annotated[float, Field(gt=0, le=3600)] = 20.0
    """How long a guest's question waits for a slot before it is refused; `queue.patience_s` holds for accounts.
    Shorter, as a stranger is better told a time in the waiting room than kept on an open connection.
    """
    norm_share: Annotated[float, Field(gt=0, le=64)] = 0.2
    """The part of one slot that an account in good standing is taken to use while it is active, until its own use is
    known; nobody's counts for less. One conversation: an answer of 8 s every 40 s.
    """
    entitlement_factor: Annotated[float, Field(ge=1, le=100)] = 2.0
    """How many times its own usual use an account is entitled to before it stands behind the others: people have busy
    days. With four times, forty accounts that harvest at once are all within it.
    """
    entitlement_burst: Annotated[float, Field(ge=1, le=1000)] = 4.0
    """How many ordinary questions at once are within the entitlement: a person who compares answers. With twelve, ten
    stolen accounts at home fill an engine of 16 slots seven times before they stand behind anybody.
    """
    entitlement_at_first: Annotated[float, Field(gt=0, le=1)] = 0.5
    """The part of that burst that an account has which was not here lately: two questions of four, the others within
    less than a minute. Accounts that wake up together are more often an attack than people who all compare answers.
    """
    retry_share: Annotated[float, Field(ge=0, le=1)] = 0.2
    """Questions asked again before the time that `Retry-After` named, for each that was new: a fifth, as in Finagle and
    Envoy. More than that are refused without being looked at.
    """
    elevated_tokens_c1b: Annotated[int, Field(ge=0, le=1_048_576)] = 2048
    """The longest answer while the posture is elevated, for registered users beyond their entitlement; 0: no bound.
    Twice the longest of the Azure trace of 2023, so that only floods notice.
    """
    elevated_tokens_c2: Annotated[int, Field(ge=0, le=1_048_576)] = 1024
    """The same for new accounts and those away from home: every answer of that trace is within it, floods ask for
    more.
    """
    elevated_tokens_guest: Annotated[int, Field(ge=0, le=1_048_576)] = 512
    """The same for guests: 97 of 100 answers of that trace are within it."""
    siege_tokens_c1b: Annotated[int, Field(ge=0, le=1_048_576)] = 1024
    """The longest answer while the posture is siege, for registered users beyond their entitlement; 0: no bound.
    Half as much for each class as while it is elevated.
    """
    siege_tokens_c2: Annotated[int, Field(ge=0, le=1_048_576)] = 512
    """The same for new accounts and those away from home."""
    siege_tokens_guest: Annotated[int, Field(ge=0, le=1_048_576)] = 256
    """The same for guests: two thirds of that trace's answers are within it, and a flood's slots come back sooner."""
    brownout_shorter: bool = True
    """Whether answers may be shortened while registered users together ask more than the engine has."""
    brownout_tokens: Annotated[int, Field(ge=16, le=1_048_576)] = 256
    """The longest answer then. Of the conversations in the Azure trace of 2023 it leaves two thirds whole, and saves a
    quarter of all tokens. Where that is not enough a later step quarters it, which leaves a seventh whole and saves
    seven tenths.
    """
    brownout_effort: bool = True
    """Whether a question's reasoning effort may be lowered then, where it names one."""
    brownout_model: str = ""
    """A lighter model of the same engine that may answer then; empty: none."""


class BudgetSettings(Section):
    """What each account may use, where it has no budget of its own (`seawall budget set`). Days and months are UTC's.

    Nothing is bounded by default: the queue is fair already, and a bound refuses people while the engine is idle.
    """

    requests_per_day: Bound = 0.0
    """Questions answered a day; 0: no bound, here and below."""
    requests_per_month: Bound = 0.0
    """Questions answered a month."""
    tokens_per_day: Bound = 0.0
    """Tokens of prompts and answers a day."""
    tokens_per_month: Bound = 0.0
    """Tokens of prompts and answers a month."""
    engine_s_per_day: Bound = 0.0
    """Seconds for which a slot of the engine is held, a day: what a question really takes from the others."""
    engine_s_per_month: Bound = 0.0
    """Seconds for which a slot of the engine is held, a month."""
    money_per_day: Bound = 0.0
    """Money a day, by the prices below."""
    money_per_month: Bound = 0.0
    """Money a month, by the prices below."""
    price_prompt: Bound = 0.0
    """Price of a million prompt tokens that no cache held, in any one currency. None is known before you name it."""
    price_cached: Bound = 0.0
    """Price of a million prompt tokens from the engine's cache."""
    price_completion: Bound = 0.0
    """Price of a million answered tokens."""
    price_engine_hour: Bound = 0.0
    """Price of an hour of one slot; for an engine of your own this is what costs, rather than the tokens."""

    def budget(self) -> Budget:
        """The bounds as a budget."""
        return Budget(*(getattr(self, name) for name in NAMES))

    @property
    def names_prices(self) -> bool:
        """Without any, everything costs nothing."""
        return any((self.price_prompt, self.price_cached, self.price_completion, self.price_engine_hour))
