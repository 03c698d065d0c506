"""What the routes are built over: the services of all rooms. Knows their types; does nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seawall.accounts.accounts import Accounts
from seawall.accounts.entrance import Entrance
from seawall.accounts.factors.factor_entrance import FactorEntrance
from seawall.accounts.factors.own_factors import OwnFactors
from seawall.accounts.homes.devices import Devices
from seawall.accounts.homes.homes import Homes
from seawall.accounts.homes.step_up import StepUp
from seawall.accounts.joining.approvals import Approvals
from seawall.accounts.joining.enrolment import Enrolment
from seawall.accounts.joining.first_owner import FirstOwner
from seawall.accounts.joining.invites import Invites
from seawall.accounts.keys.keys import Keys
from seawall.accounts.letters.letters import Letters
from seawall.accounts.letters.resets import Resets
from seawall.accounts.outside.outside import OutsideSignIn
from seawall.accounts.outside.own_identities import OwnIdentities
from seawall.accounts.own_account import OwnAccount
from seawall.accounts.sessions import Sessions
from seawall.admission.admission import Admission
from seawall.admission.challenge import Challenges
from seawall.admission.challenged import Challenged
from seawall.admission.guests import Guests
from seawall.admission.signup_gate import SignupGate
from seawall.answering.answer import Answering
from seawall.answering.statement import Statements
from seawall.conversations.archiving import Archiving
from seawall.conversations.attachments import Attachments
from seawall.conversations.conversations import Conversations
from seawall.conversations.events import AccountEvents
from seawall.conversations.imports import Imports
from seawall.conversations.jobs import Jobs
from seawall.conversations.library import Library
from seawall.engines.port import EngineReport
from seawall.observing.metrics import Metrics
from seawall.operating.block_desk import BlockDesk
from seawall.operating.bridge.instruments import Instruments
from seawall.operating.entrance_desk import EntranceDesk
from seawall.operating.posture_desk import PostureDesk
from seawall.operating.rehearsal import Rehearsals
from seawall.records.port import RecordsReport
from seawall.safeguards.reading import LogReader
from seawall.safeguards.report.desk import Reports
from seawall.scheduling.queue import QueueReport
from seawall.settings.tree import Settings
from seawall.status.room import StatusRoom
from seawall.status.subscribers import Subscribers
from seawall.web.bootstrap import Facts
from seawall.web.operators.acts import Told
from seawall.web.status.board import Board


@dataclass(frozen=True, slots=True)
class Web:
    """What the routes are built over."""

    settings: Settings
    facts: Facts
    secret: bytes
    accounts: Accounts
    keys: Keys
    sessions: Sessions
    entrance: Entrance
    enrolment: Enrolment
    resets: Resets
    own: OwnAccount
    approvals: Approvals
    invites: Invites
    letters: Letters
    challenges: Challenges
    challenged: Challenged
    signup: SignupGate
    guests: Guests | None
    homes: Homes
    devices: Devices
    step_up: StepUp
    own_factors: OwnFactors
    factor_entrance: FactorEntrance
    outside: OutsideSignIn
    own_identities: OwnIdentities
    first_owner: FirstOwner
    conversations: Conversations
    library: Library
    attachments: Attachments
    archiving: Archiving
    imports: Imports
    jobs: Jobs
    events: AccountEvents
    answering: Answering
    statements: Statements
    admission: Admission
    desk: PostureDesk
    instruments: Instruments
    log: LogReader
    told: Told
    reports: Reports
    tried: Callable[[int, str], None]
    networks: BlockDesk
    rehearsals: Rehearsals
    entrance_desk: EntranceDesk
    status: StatusRoom
    subscribers: Subscribers
    board: Board
    metrics: Metrics
    engine: Callable[[], EngineReport]
    records: Callable[[], RecordsReport]
    queue: Callable[[], QueueReport]
