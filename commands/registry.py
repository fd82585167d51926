"""The commands that there are, in the order in which help shows them."""

from __future__ import annotations

from commands.acknowledge import Acknowledge
from commands.away import Away
from commands.command import Command
from commands.confirm import ConfirmActions
from commands.digest import Digest
from commands.due import Due
from commands.escalate import Escalate
from commands.help import Help
from commands.listing import ListChallenges
from commands.note import AddNote
from commands.outcome import Outcome
from commands.plans import Plans
from commands.problems import Problems
from commands.raise_challenge import RaiseChallenge
from commands.reassign import Reassign
from commands.record_text import RecordText
from commands.resolve import Resolve
from commands.schedule import Schedule
from commands.second_opinion import Opinion
from commands.show import Show
from commands.withdraw import Withdraw

ALL: tuple[type[Command], ...] = (
    RaiseChallenge,
    ListChallenges,
    Show,
    Acknowledge,
    ConfirmActions,
    Schedule,
    Outcome,
    Escalate,
    Resolve,
    Withdraw,
    AddNote,
    Reassign,
    RecordText,
    Plans,
    Away,
    Digest,
    Due,
    Problems,
    Opinion,
    Help,
)

BY_NAME: dict[str, type[Command]] = {command.name: command for command in ALL}
