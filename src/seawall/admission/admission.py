"""Gives tickets. Knows classes, prices, entitlements and posture; knows no HTTP, no queue, no model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from random import Random

from seawall.admission.bounds import Bound
from seawall.admission.brownout import Brownout, Step
from seawall.admission.budget import Budgets
from seawall.admission.caps import caps_of
from seawall.admission.challenged import Challenged
from seawall.admission.classes import class_of, is_at_home
from seawall.admission.entitlement import Allowance, Entitlements
from seawall.admission.posture import Pin, Posture, PostureKeeper, Stance
from seawall.admission.pressure import Look, Pressure, PressureGauge, is_free
from seawall.admission.price import PriceReport, Prices
from seawall.admission.refusing import no_room, spread, too_early
from seawall.admission.retries import Retries, Try
from seawall.observing.logs import logger
from seawall.settings.shield import AdmissionSettings, BudgetSettings
from seawall.values.arrival import Arrival, Place
from seawall.values.easing import Easing
from seawall.values.home import NamesOf, names_of
from seawall.values.identity import Identity, Role
from seawall.values.load import OPEN, Load, Threshold
from seawall.values.question import Question, Wanted
from seawall.values.refusal import Reason, Refusal
from seawall.values.served import Served
from seawall.values.ticket import Flow, ServiceClass, Ticket

LOOK_S = 0.25
# Who has seen nobody else ask for so long has the service for itself: people who chat pause for less.
ALONE_S = 120.0
# What was refused for these reasons found no room; every other refusal has a reason of its own.
_FOR_ROOM = (Reason.NO_ROOM, Reason.ENGINE_FULL)


@dataclass(frozen=True, slots=True)
class AdmissionReport:
    """What the operator is shown. Counts are since the start.

    ``refused`` is by the door, ``turned_away`` by whomever, the queue and the engine too.
    """

    stance: Stance
    pressure: Pressure
    prices: PriceReport
    ordinary_ms: float
    brownout: tuple[Step, ...]
    scale: float
    admitted: Mapping[ServiceClass, int]
    refused: Mapping[tuple[ServiceClass, str], int]
    turned_away: Mapping[ServiceClass, int]
    eased: int


class Admission:
    """The first stage after the edge. Reads memory only, so that it can be asked by everybody at once.

    ``load`` and ``threshold`` are what the queue publishes, ``models`` the names that the engine offers; without
    ``budgets`` nothing is bounded, without ``challenged`` no network is challenged.
    """

    def __init__(
        self,
        settings: AdmissionSettings,
        *,
        patience_s: float,
        random: Random,
        clock: Callable[[], float],
        unix_time: Callable[[], float],
        budgets: Budgets | None = None,
        names_of: NamesOf = names_of,
        load: Callable[[], Load] = Load,
        threshold: Callable[[], Threshold] = lambda: OPEN,
        models: Callable[[], Collection[str]] = tuple,
        hint: Callable[[], float] = lambda: 0.0,
        challenged: Challenged | None = None,
    ) -> None:
        self._settings = settings
        self._log = logger("admission")
        self._account_patience_s = patience_s
        self._random = random
        self._clock = clock
        self._unix_time = unix_time
        self._names_of = names_of
        self._load = load
        self._threshold = threshold
        self._hint = hint
        self._challenged = challenged
        self._caps = caps_of(settings)
        self._prices = Prices()
        self._posture = PostureKeeper(clock=clock, unix_time=unix_time)
        self._brownout = Brownout(settings, models=models, clock=clock)
        self._retries = Retries(share=settings.retry_share, clock=clock)
        self._budgets = budgets or Budgets(BudgetSettings(), unix_time=unix_time)
        self._gauge = PressureGauge(promise_s=settings.promise_s, patience_s=self.patience_s, clock=clock)
        self._entitlements = Entitlements(
            norm_share=settings.norm_share,
            factor=settings.entitlement_factor,
            burst=settings.entitlement_burst,
            at_first=settings.entitlement_at_first,
            clock=clock,
        )
        self._pressure = Pressure()
        self._admitted: Counter[ServiceClass] = Counter()
        self._refused: Counter[tuple[ServiceClass, str]] = Counter()
        self._turned_away: Counter[ServiceClass] = Counter()
        self._eased = 0
        self._last_asker = ""
        self._others_s = float("-inf")
        """When somebody else than who asked last did."""
        self._longest: dict[ServiceClass, int] = {}

    @property
    def posture(self) -> Posture:
        """The posture of now."""
        return self._posture.now

    def patience_s(self, service_class: ServiceClass) -> float:
        """How long a question of this class waits for a slot before the wait is of no use."""
        stranger = service_class.rank >= ServiceClass.C3.rank
        return self._settings.stranger_patience_s if stranger else self._account_patience_s

    def class_of(self, identity: Identity, place: Place, user: str | None = None) -> ServiceClass:
        """The class in which this identity, or the user that a front end names, would be served now from there."""
        standing = class_of(identity, place, self._unix_time(), self._names_of)
        if standing is not ServiceClass.C1 or (identity.front_end and user is None):
            return standing
        return self._first_class(_asker(identity, place, standing, user))

    def allowance(self, identity: Identity, place: Place, user: str | None = None) -> Allowance | None:
        """What the account, or a front end's user, is told of its entitlement; None for who has none."""
        standing = class_of(identity, place, self._unix_time(), self._names_of)
        if standing is not ServiceClass.C1:
            return None
        return self._entitlements.allowance(_asker(identity, place, standing, user))

    def bounds(self, identity: Identity) -> tuple[Bound, ...]:
        """What the account, or its key, is told of its budget; empty for who has none."""
        return self._budgets.bounds(identity)

    def prompt_tokens(self, question: Question) -> int:
        """How many tokens its prompt has, as far as can be known without asking the engine."""
        return self._prices.prompt_tokens(question)

    def hopeless(self, identity: Identity, place: Place) -> Refusal | None:
        """The refusal of whom nothing that it can ask would let in now, so that its body need not be read.

        The users of a trusted front end are told apart by their names, so only the threshold is asked for them here.
        """
        service_class = self.class_of(identity, place)
        name = _asker(identity, place, service_class)
        if not identity.front_end and self._retries.is_too_early(name):
            return self._refuse(service_class, too_early(self._retries.remaining_s(name)))
        return self._objection(identity, place, service_class, name)

    def admit(self, arrival: Arrival) -> Ticket | Refusal:
        """A ticket that is good for the class's patience from now, or why there is none."""
        identity, place = arrival.identity, arrival.place
        standing = class_of(identity, place, self._unix_time(), self._names_of)
        name = _asker(identity, place, standing, arrival.forwarded_user)
        tried = self._retries.take(name)
        if tried is Try.TOO_EARLY:
            return self._refuse(standing, too_early(self._retries.remaining_s(name)))
        refusal = self._objection(identity, place, standing, name)
        return refusal or self._ticket(arrival, standing, name, tried)

    def settled(self, ticket: Ticket, served: Served) -> None:
        """Learns from how a ticket ended. Never blocks, never raises."""
        arrival, refusal = ticket.arrival, served.refusal
        name = _asker(arrival.identity, arrival.place, ticket.service_class, arrival.forwarded_user)
        if refusal is not None:
            self._turned_away[ticket.service_class] += 1
        if refusal is not None and refusal.retry_after_s is not None:
            self._retries.told(name, refusal.retry_after_s)
        if refusal is not None and refusal.reason in _FOR_ROOM:
            self._gauge.turned_away(ticket.service_class)
        elif refusal is None:
            self._gauge.served(ticket.service_class, served)
        self._budgets.settle(arrival.identity, ticket.price, served)
        kept_short = bool(ticket.eased) or served.cut or self.longest_now(ticket) > 0
        cut = kept_short and ticket.service_class.is_registered
        self._prices.learn(ticket.question, ticket.service_class, ticket.price, served, cut=cut)
        if ticket.service_class.is_registered:
            self._settle_entitlement(name, ticket, served)

    def longest_now(self, ticket: Ticket) -> int:
        """How many tokens its answer may have as things stand now; 0 for no bound but its own. Asked for each piece.

        A slot cannot be taken back, but an answer can be ended where every new one would end: who took all slots with
        the longest answers, before anybody could know, else keeps them until the last word of each.
        """
        return self._longest.get(ticket.service_class, 0)

    def look(self, lag_s: float = 0.0) -> Look:
        """Moves posture, brownout and entitlements by one look; called every ``LOOK_S``."""
        load = self._load()
        look = self._gauge.look(load, lag_s, self._hint())
        self._pressure = look.pressure
        because = "burning" if look.burning else look.pressure.because
        self._stand(because, look, lag_s)
        self._entitlements.learning = self._posture.now is Posture.NORMAL
        self._entitlements.breathe(promise_breaks=look.c1_wait_s > self._settings.promise_s)
        if self._brownout.look(look.c1_wait_s if _others_are_held_off(load) else 0.0):
            self._log.warning("brownout", steps=[step.value for step in self._brownout.taken])
        self._longest = self._longest_answers()
        return look

    def longest_answer(self, service_class: ServiceClass) -> int:
        """The cap on this class's answers in the posture of now, in tokens; 0 for none."""
        return self._caps.tokens.get((self._posture.now, service_class), 0)

    def pin(self, pin: Pin | None) -> None:
        """Takes the operator's word on the posture, or gives it back."""
        self._posture.pin(pin)
        self._longest = self._longest_answers()

    def report(self) -> AdmissionReport:
        """How it stands now."""
        return AdmissionReport(
            stance=self._posture.stance(),
            pressure=self._pressure,
            prices=self._prices.report(),
            ordinary_ms=self._entitlements.ordinary_ms,
            brownout=self._brownout.taken,
            scale=self._entitlements.scale,
            admitted=dict(self._admitted),
            refused=dict(self._refused),
            turned_away=dict(self._turned_away),
            eased=self._eased,
        )

    def _longest_answers(self) -> dict[ServiceClass, int]:
        """Worked out where posture or brownout move, as it is asked for each token. Operators have no bound."""
        posture, brownout = self._posture.now, self._brownout.longest
        bounds = {
            one: (self._caps.longest(posture, one), brownout) for one in ServiceClass if one is not ServiceClass.C0
        }
        return {one: min(bound for bound in both if bound) for one, both in bounds.items() if any(both)}

    def _stand(self, because: str, look: Look, lag_s: float) -> None:
        """Moves the posture, and tells the log where it moved."""
        before = self._posture.now
        now = self._posture.look(look.pressure.most, because, lag_s=lag_s, burning=look.burning)
        if now is not before:
            told = {part: round(value, 2) for part, value in asdict(look.pressure).items()}
            tell = self._log.warning if now.step > before.step else self._log.info
            tell("posture", posture=now.value, before=before.value, because=because, **told)

    def _objection(self, identity: Identity, place: Place, standing: ServiceClass, name: str) -> Refusal | None:
        """What else speaks against it: a network that is challenged, a budget that is spent, a house that is full."""
        return (
            self._unshown(identity, place, standing)
            or self._over_budget(identity, standing)
            or self._kept_out(standing, name)
        )

    def _unshown(self, identity: Identity, place: Place, standing: ServiceClass) -> Refusal | None:
        """Strangers are challenged at the entrance; of accounts only those away from home are."""
        if self._challenged is None or standing is not ServiceClass.C2:
            return None
        refusal = self._challenged.objection(identity.account_id, place)
        if refusal is None or is_at_home(identity, place, self._unix_time(), self._names_of):
            return None
        return self._refuse(standing, refusal)

    def _over_budget(self, identity: Identity, service_class: ServiceClass) -> Refusal | None:
        refusal = self._budgets.objection(identity)
        return None if refusal is None else self._refuse(service_class, spread(refusal, self._random))

    def _ticket(self, arrival: Arrival, standing: ServiceClass, name: str, tried: Try) -> Ticket:
        identity = arrival.identity
        self._note_asker(name)
        service_class = self._first_class(name) if standing is ServiceClass.C1 else standing
        question, eased = self._ease(arrival.question, service_class)
        price = self._prices.price(question, service_class)
        asked_ms = charged_ms = 0.0
        if standing is ServiceClass.C1:
            # For what it asked, not for what the house makes of it: or the more answers are kept short, the more an
            # account may ask, and who asks most would never fall behind.
            asked_ms = price.engine_ms if not eased else self._prices.price(arrival.question, service_class).engine_ms
            charged_ms = self._entitlements.charge(name, asked_ms * tried.weight)
        self._budgets.reserve(identity, price)
        self._admitted[service_class] += 1
        self._eased += bool(eased)
        return Ticket(
            arrival=arrival,
            service_class=service_class,
            expires_s=self._clock() + self.patience_s(service_class),
            price=price,
            flow=Flow(
                arrival.place.network,
                name,
                arrival.forwarded_user or identity.key_id or identity.session_id or "",
            ),
            question=question,
            eased=eased,
            at_once=self._caps.slots(self._posture.now, service_class),
            asked_ms=asked_ms if tried is Try.NEW else 0.0,
            charged_ms=charged_ms,
        )

    def _first_class(self, name: str) -> ServiceClass:
        """C1, or C1b for who is past its entitlement. Not for who is alone, where it would make no difference but that
        it is told. Wherever others had asked of late it made one, even with no slot held: beside a neighbour at fifty
        times its rate a client's first token took twice as long (virtual siege)."""
        if self._entitlements.within(name):
            return ServiceClass.C1
        is_alone = name == self._last_asker and self._clock() - self._others_s > ALONE_S
        return ServiceClass.C1 if is_alone and is_free(self._load()) else ServiceClass.C1B

    def _note_asker(self, name: str) -> None:
        if name != self._last_asker:
            self._last_asker, self._others_s = name, self._clock() if self._last_asker else self._others_s

    def _settle_entitlement(self, name: str, ticket: Ticket, served: Served) -> None:
        """Who is refused with a time to come back is charged once: coming back then is free. A refusal without one
        says that the question could never be answered: it costs what it held, and teaches nothing of what is usual."""
        refusal = served.refusal
        if refusal is not None and refusal.retry_after_s is None:
            unused_ms = max(0.0, ticket.charged_ms - served.held_ms)
            self._entitlements.give_back(name, unused_ms, (served.queued_ms + served.held_ms) / 1000)
            return
        if ticket.asked_ms:
            self._entitlements.learn(name, ticket.asked_ms)
        self._entitlements.overrun(name, served.held_ms - ticket.price.engine_ms)

    def _ease(self, question: Question, service_class: ServiceClass) -> tuple[Question, tuple[Easing, ...]]:
        """Who operates the service is never eased: whoever repairs it needs whole answers. Nor is what has no length:
        vectors of another model would be of no use."""
        if service_class is ServiceClass.C0 or question.wanted is not Wanted.ANSWER:
            return question, ()
        question, capped = self._caps.ease(question, self._posture.now, service_class)
        question, eased = self._brownout.ease(question)
        return question, (capped, *eased) if capped else eased

    def _kept_out(self, service_class: ServiceClass, name: str) -> Refusal | None:
        """Whom the queue would refuse anyway, and strangers without a solved challenge unless all is quiet."""
        closed = service_class is ServiceClass.C4 and self._posture.now is not Posture.NORMAL
        if not closed and self._threshold().admits(service_class, name):
            return None
        beyond_s = self._load().of(service_class).expected_wait_s - self.patience_s(service_class)
        refusal = no_room(service_class, beyond_s, self._random)
        if refusal.retry_after_s is not None:
            self._retries.told(name, refusal.retry_after_s)
        self._gauge.turned_away(service_class)
        return self._refuse(service_class, refusal)

    def _refuse(self, service_class: ServiceClass, refusal: Refusal) -> Refusal:
        self._refused[service_class, refusal.reason.code] += 1
        self._turned_away[service_class] += 1
        return refusal


def _asker(identity: Identity, place: Place, standing: ServiceClass, forwarded_user: str | None = None) -> str:
    """Whose share it is: the account's, that of a user a trusted front end names, or a stranger's network's.

    An account at home and the same account elsewhere are two: a thief must not use up what is its owner's, nor have
    the owner refused for the thief's haste.
    """
    if identity.role is Role.GUEST:
        return place.network
    account = identity.account_id if standing is not ServiceClass.C2 else f"{identity.account_id} elsewhere"
    if forwarded_user is not None and identity.front_end:
        return f"{account}/{forwarded_user}"
    return account


def _others_are_held_off(load: Load) -> bool:
    """Registered users hold at least half: what they lack is not with the others, so easing alone can help."""
    return 2 * sum(one.held for name, one in load.by_class.items() if name.rank <= ServiceClass.C1B.rank) >= load.slots
