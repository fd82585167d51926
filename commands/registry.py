"""The commands that there are, in the order in which help shows them."""

from __future__ import annotations

from commands.acknowledge import Acknowledge
from commands.action_done import DoneAction
from commands.agree_action import AgreeAction
from commands.away import Away
from commands.cancel import CancelMeeting
from commands.command import Command
from commands.concern import Concern
from commands.concern_steps import AgreeConcern, ConcludeConcern, NoteOnConcern, TakeConcernFurther
from commands.confirm import ConfirmActions
from commands.decide import Decide
from commands.digest import Digest
from commands.document import GetDocument
from commands.due import Due
from commands.emergency import EmergencyAccess
from commands.escalate import Escalate
from commands.fill import Fill
from commands.held import Held
from commands.help import Help
from commands.invite import Invite
from commands.language import Language
from commands.listing import ListChallenges
from commands.name import Name
from commands.note import AddNote
from commands.options import Options
from commands.outcome import Outcome
from commands.patterns import Patterns
from commands.pause import Pause
from commands.plans import Plans
from commands.problems import Problems
from commands.raise_challenge import RaiseChallenge
from commands.reassign import Reassign
from commands.record_text import RecordText
from commands.refer import Refer
from commands.report import GetReport
from commands.resolve import Resolve
from commands.rota import ShowRota
from commands.schedule import Schedule
from commands.second_opinion import Opinion
from commands.show import Show
from commands.swap import Swap
from commands.undelivered import NotDelivered
from commands.withdraw import Withdraw

ALL: tuple[type[Command], ...] = (
    RaiseChallenge,
    ListChallenges,
    Show,
    Options,
    Decide,
    Acknowledge,
    ConfirmActions,
    Fill,
    Schedule,
    Invite,
    CancelMeeting,
    Held,
    Outcome,
    AgreeAction,
    DoneAction,
    Pause,
    Refer,
    Escalate,
    Resolve,
    Withdraw,
    AddNote,
    Reassign,
    Swap,
    Name,
    RecordText,
    GetDocument,
    GetReport,
    EmergencyAccess,
    Plans,
    Away,
    Language,
    ShowRota,
    Patterns,
    Digest,
    Due,
    Problems,
    NotDelivered,
    Opinion,
    Concern,
    AgreeConcern,
    TakeConcernFurther,
    ConcludeConcern,
    NoteOnConcern,
    Help,
)

BY_NAME: dict[str, type[Command]] = {command.name: command for command in ALL}
