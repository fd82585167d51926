"""The engine: where a challenge stands, what may happen next, and what follows from it.

Pure: it reads a procedure and the entries of a record, and decides. It knows no chat, no database and no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import StrEnum

from procedures.schema import CHAIR, RAISER, Choice, Fact, Procedure, Stage, When
from procedures.steps import (
    FACT_OF_STEP,
    DateConfirmed,
    DateProposed,
    Entry,
    Escalated,
    OutcomeRecorded,
    Raised,
    Reassigned,
    Resolved,
    Step,
    Withdrawn,
)


class Status(StrEnum):
    """Whether a challenge goes on, and if not, how it ended."""

    open = "open"
    resolved = "resolved"
    withdrawn = "withdrawn"


@dataclass(frozen=True)
class Meeting:
    """The stage's meeting as far as it has got. `state` is proposed, confirmed, held or not_held; `at` is local time."""

    state: str
    day: date
    at: time | None
    place: str
    entry: Entry


@dataclass(frozen=True)
class StageRun:
    """A stage that has been opened: its number in this record, the facts recorded, the meeting, the outcome."""

    number: int
    stage: Stage
    opened: Entry
    facts: Mapping[Fact, Entry] = field(default_factory=dict)
    meeting: Meeting | None = None
    outcome: Choice | None = None
    outcome_entry: Entry | None = None

    @property
    def missing(self) -> tuple[Fact, ...]:
        """The facts that the window still waits for."""
        if self.stage.window is None:
            return ()
        return tuple(fact for fact in self.stage.window.until if fact not in self.facts)

    @property
    def window_met(self) -> bool:
        """Whether the stage has a window and all its facts are there."""
        return self.stage.window is not None and not self.missing

    @property
    def settled(self) -> bool:
        """Whether an outcome was recorded that decides something (unlike a meeting that did not take place)."""
        return self.outcome is not None and not self.outcome.again


@dataclass(frozen=True)
class Standing:
    """Where a challenge stands: every stage opened so far, the last one being the present one."""

    status: Status
    runs: tuple[StageRun, ...]
    ended: Entry | None = None

    @property
    def now(self) -> StageRun:
        """The present stage."""
        return self.runs[-1]

    def opened(self, stage_id: str) -> bool:
        """Whether the stage has been opened already."""
        return any(run.stage.id == stage_id for run in self.runs)


class NotNow(Exception):
    """The step does not fit where the challenge stands; the message says why, and what would."""


class AlreadyDone(NotNow):
    """Somebody has taken this step before; `entry` is theirs."""

    def __init__(self, entry: Entry, what: str) -> None:
        self.entry = entry
        self.what = what
        super().__init__(what)


class BadStep(NotNow):
    """A value of the step is wrong: `field` names it, the message says what would be right."""

    def __init__(self, field_name: str, sentence: str) -> None:
        self.field = field_name
        super().__init__(sentence)


@dataclass(frozen=True)
class Circumstances:
    """What the engine must be told about the moment: the local day, whether the present window has lapsed, the working days."""

    today: date
    lapsed: bool = False
    why_closed: Callable[[date], str | None] = lambda day: None


# --- where it stands ---------------------------------------------------------------------------------------------------


def fold(procedure: Procedure, entries: Iterable[Entry]) -> Standing:
    """Where a record stands. The first entry is `Raised`. Raises ValueError for a record that is not one."""
    standing: Standing | None = None
    for entry in entries:
        standing = follow(procedure, standing, entry)
    if standing is None:
        raise ValueError("A record without entries is none.")
    return standing


def follow(procedure: Procedure, standing: Standing | None, entry: Entry) -> Standing:
    """The standing after one more entry."""
    step = entry.step
    if isinstance(step, Raised | Escalated):
        before = () if standing is None else standing.runs
        run = StageRun(number=len(before) + 1, stage=procedure.stages[step.stage], opened=entry)
        return Standing(Status.open, (*before, run))
    if standing is None:
        raise ValueError("A record begins with a challenge being raised.")
    if isinstance(step, Resolved | Withdrawn):
        return replace(standing, status=Status(step.kind), ended=entry)
    return replace(standing, runs=(*standing.runs[:-1], _in_stage(standing.now, entry)))


def _in_stage(run: StageRun, entry: Entry) -> StageRun:
    step = entry.step
    fact = FACT_OF_STEP.get(step.kind)
    if fact is not None:
        run = replace(run, facts={**run.facts, fact: entry})
    if isinstance(step, DateProposed | DateConfirmed):
        state = "confirmed" if isinstance(step, DateConfirmed) else "proposed"
        return replace(
            run,
            meeting=Meeting(state, step.day, step.at, step.place, entry),
            outcome=None,
            outcome_entry=None,
        )
    if isinstance(step, OutcomeRecorded) and run.stage.outcome is not None:
        choice = next(choice for choice in run.stage.outcome.choices if choice.id == step.choice)
        meeting = None
        if run.stage.meeting is not None:
            before = run.meeting
            state = "not_held" if choice.again else "held"
            meeting = Meeting(
                state, step.held_on, before.at if before else None, before.place if before else "", entry
            )
        return replace(run, meeting=meeting, outcome=choice, outcome_entry=entry)
    return run


# --- who may ---------------------------------------------------------------------------------------------------------------

CONCERNED = "concerned"
"""Everybody who has or had a part in the challenge."""

_ALWAYS = ("noted", "reassigned")


def who_may(procedure: Procedure, standing: Standing | None, kind: str) -> tuple[str, ...]:
    """The roles that may take a step of this kind where the challenge stands: role ids, `raiser`, `chair` or `concerned`.

    Empty when the present stage has no such step. This is the one table of rights; the people are found from the record.
    """
    if kind == "raised" or standing is None:
        return tuple(procedure.raising.by)
    stage = standing.now.stage
    meeting = stage.meeting
    on = (stage.window.on,) if stage.window is not None else ()
    until = stage.window.until if stage.window is not None else []
    if kind in ("acknowledged", "actions_completed"):
        return on if FACT_OF_STEP[kind] in until else ()
    if kind == "date_confirmed":
        if meeting is None:
            return ()
        return on if Fact.date_confirmed in until else (meeting.chair,)
    if kind == "date_proposed":
        return () if meeting is None else _once(RAISER, *stage.to, meeting.chair, *meeting.attend)
    table: dict[str, tuple[str, ...]] = {
        "outcome_recorded": () if stage.outcome is None else _chaired(stage, stage.outcome.by),
        "escalated": (RAISER,),
        "resolved": tuple(procedure.resolve.by),
        "withdrawn": tuple(procedure.withdraw.by),
        "noted": (CONCERNED,),
        "reassigned": _once(
            RAISER, *stage.to, *(role for role, data in procedure.role.items() if data.oversees)
        ),
    }
    return table[kind]


def _chaired(stage: Stage, roles: Iterable[str]) -> tuple[str, ...]:
    chair = stage.meeting.chair if stage.meeting is not None else None
    return _once(*(chair if role == CHAIR and chair is not None else role for role in roles))


def _once(*roles: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(roles))


# --- what may happen --------------------------------------------------------------------------------------------------------


def check(procedure: Procedure, standing: Standing | None, step: Step, circumstances: Circumstances) -> None:
    """Let a step pass or refuse it. Raises NotNow, AlreadyDone or BadStep; the message is a sentence for the user."""
    if isinstance(step, Raised):
        _check_opening(procedure, None, step, circumstances)
        return
    if standing is None:
        raise ValueError("Only raising comes before a standing.")
    if standing.status is not Status.open and standing.ended is not None:
        raise AlreadyDone(standing.ended, f"this challenge was {standing.status.value}")
    if step.kind not in _ALWAYS and not who_may(procedure, standing, step.kind):
        raise NotNow(not_here(standing.now.stage, step.kind))
    if isinstance(step, Escalated):
        _check_opening(procedure, standing, step, circumstances)
    elif step.kind in ("acknowledged", "actions_completed"):
        _check_fact(standing.now, FACT_OF_STEP[step.kind])
    elif isinstance(step, DateProposed | DateConfirmed):
        _check_date(standing.now, step, circumstances)
    elif isinstance(step, OutcomeRecorded):
        _check_outcome(standing.now, step, circumstances)
    elif isinstance(step, Reassigned):
        if step.role not in {RAISER, *standing.now.stage.roles()}:
            raise BadStep("part", "There is no such part at this stage; choose one of those listed.")
        if step.leaves == step.joins:
            raise BadStep("joins", "That person has this part already; choose somebody else.")


def not_here(stage: Stage, kind: str) -> str:
    """Why nobody can take a step of this kind at a stage, and what is asked there."""
    asked = f"At {stage.name} the request is to {stage.asks}."
    words = {
        "acknowledged": "There is nothing to acknowledge at this stage.",
        "actions_completed": "There are no actions to confirm at this stage.",
        "date_proposed": "This stage has no meeting.",
        "date_confirmed": "This stage has no meeting.",
        "outcome_recorded": "This stage has no meeting or discussion whose outcome could be recorded.",
    }
    return f"{words.get(kind, 'This cannot be done at this stage.')} {asked}"


def _check_fact(run: StageRun, fact: Fact) -> None:
    if fact in run.facts:
        what = {
            Fact.acknowledged: "the concerns were acknowledged",
            Fact.actions_completed: "the agreed actions were confirmed as completed",
        }
        raise AlreadyDone(run.facts[fact], what.get(fact, "this was recorded"))


def _check_date(run: StageRun, step: DateProposed | DateConfirmed, circumstances: Circumstances) -> None:
    if run.settled and run.outcome_entry is not None:
        raise AlreadyDone(run.outcome_entry, "the outcome of the meeting was recorded")
    if step.day < circumstances.today:
        raise BadStep("day", "This day is in the past. Choose today or a later working day.")
    try:
        closed = circumstances.why_closed(step.day)
    except ValueError as error:  # the working days are known for so many years only
        raise BadStep("day", str(error)) from None
    if closed is not None:
        raise BadStep("day", f"This is not a working day ({closed}). Choose a working day.")
    meeting = run.meeting
    if meeting is None or meeting.state == "not_held":
        return
    same = (meeting.day, meeting.at, meeting.place) == (step.day, step.at, step.place)
    if same and (meeting.state == "confirmed" or isinstance(step, DateProposed)):
        raise AlreadyDone(meeting.entry, f"this date was {meeting.state}")
    if isinstance(step, DateProposed) and meeting.state == "confirmed":
        raise NotNow(
            "A date has been confirmed already. Ask whoever confirmed it to change it; a note on the challenge reaches them."
        )


def _check_outcome(run: StageRun, step: OutcomeRecorded, circumstances: Circumstances) -> None:
    if run.settled and run.outcome_entry is not None:
        raise AlreadyDone(run.outcome_entry, "the outcome was recorded")
    before = None if run.outcome_entry is None else run.outcome_entry.step
    same = isinstance(before, OutcomeRecorded) and (before.choice, before.held_on) == (
        step.choice,
        step.held_on,
    )
    if same and run.outcome_entry is not None:
        raise AlreadyDone(run.outcome_entry, "this was recorded")
    rule = run.stage.outcome
    if rule is None or step.choice not in {choice.id for choice in rule.choices}:
        raise BadStep("choice", "Choose one of the outcomes listed.")
    if step.held_on > circumstances.today:
        raise BadStep(
            "held_on", "This day is still to come. The outcome can be recorded on the day or later."
        )


def _check_opening(
    procedure: Procedure, standing: Standing | None, step: Raised | Escalated, circumstances: Circumstances
) -> None:
    stage = procedure.stages.get(step.stage)
    if stage is None:
        raise BadStep(
            "stage", f"There is no such stage. The stages are: {', '.join(s.name for s in procedure.stage)}."
        )
    if step.immediate_risk and procedure.immediate_risk is None:
        raise BadStep("stage", "This procedure has no way past its stages.")
    if step.immediate_risk and not step.risk_reason.strip():
        raise BadStep("risk_reason", "Say why this stage is opened directly; the reason is recorded.")
    if standing is not None:
        _check_order(standing, stage, step.immediate_risk, circumstances)
    elif stage is not procedure.first and not step.immediate_risk:
        raise BadStep(
            "stage",
            f"A challenge begins with {procedure.first.name}, unless a child is at immediate risk.",
        )
    if isinstance(step, Raised):
        _check_talks(procedure, step)
    _check_consulted(procedure, stage, step, circumstances)


def _check_talks(procedure: Procedure, step: Raised) -> None:
    rule = procedure.informal
    allowed = [] if rule is None else rule.with_
    if any(talk.with_role not in allowed for talk in step.informal):
        raise BadStep("informal", "Choose with whom you spoke from the people listed.")
    if rule is not None and not step.informal and not step.no_informal_reason.strip():
        raise BadStep(
            "informal", "Enter the informal conversations, or say why there have been none yet (None yet)."
        )


def _check_order(
    standing: Standing, stage: Stage, immediate_risk: bool, circumstances: Circumstances
) -> None:
    if standing.opened(stage.id):
        entry = next(run.opened for run in standing.runs if run.stage.id == stage.id)
        raise AlreadyDone(entry, f"{stage.name} was opened")
    if immediate_risk:
        return
    present = standing.now
    if present.stage.id not in stage.after:
        raise BadStep(
            "stage",
            f"{stage.name} does not follow {present.stage.name}, unless a child is at immediate risk.",
        )
    if present.settled and present.outcome is not None and present.outcome.resolves:
        raise NotNow(
            "The outcome recorded here is that the concerns are resolved. Resolve the challenge; if new concerns have come up, raise a new one."
        )
    if not any(_has(present, when, circumstances) for when in stage.opens):
        raise NotNow(_why_not_yet(present, stage))


def _has(run: StageRun, when: When, circumstances: Circumstances) -> bool:
    if when is When.answered:
        return bool(run.facts) or run.settled
    if when is When.lapsed:
        return circumstances.lapsed and not run.window_met
    return run.outcome is not None and not run.outcome.resolves


def _why_not_yet(run: StageRun, stage: Stage) -> str:
    words = {
        When.answered: "there has been an answer",
        When.lapsed: "the time to answer has run out",
        When.unresolved: "an outcome without resolution has been recorded",
    }
    ways = [words[when] for when in stage.opens if when is not When.lapsed or run.stage.window is not None]
    if run.window_met:
        ways = [way for way, when in zip(ways, stage.opens, strict=False) if when is not When.lapsed]
    return f"{stage.name} can be opened once {' or '.join(ways)}, or at once if a child is at immediate risk."


def _check_consulted(
    procedure: Procedure, stage: Stage, step: Raised | Escalated, circumstances: Circumstances
) -> None:
    if stage.consulted is not None:
        had = {discussion.role for discussion in step.consulted}
        for role in stage.consulted.roles:
            if role not in had:
                raise BadStep(
                    f"consulted_{role}",
                    f"{stage.name} needs a discussion with the {procedure.role_name(role)} first. Enter the day on which it took place.",
                )
    wanted = [] if stage.consulted is None else stage.consulted.roles
    for discussion in step.consulted:
        if discussion.role not in wanted:
            raise BadStep("stage", f"{stage.name} asks for no such discussion.")
        if discussion.on > circumstances.today:
            raise BadStep(
                f"consulted_{discussion.role}",
                "This day is still to come. Enter the day on which it took place.",
            )
    if not step.fields.keys() <= {own.id for own in stage.field}:
        raise BadStep("stage", f"{stage.name} has no such field.")
    for own in stage.field:
        value = step.fields.get(own.id, "").strip()
        if own.required and not value:
            raise BadStep(f"field_{own.id}", f"{own.title}: this is needed to open {stage.name}.")
        if value and own.kind == "choice" and value not in {choice.id for choice in own.choices}:
            raise BadStep(f"field_{own.id}", "Choose one of the answers listed.")


def openable(
    procedure: Procedure, standing: Standing, circumstances: Circumstances, immediate_risk: bool
) -> list[Stage]:
    """The stages that could be opened now, in the file's order."""
    found = []
    for stage in procedure.stage:
        try:
            _check_order(standing, stage, immediate_risk, circumstances)
        except NotNow:
            continue
        found.append(stage)
    return found


# --- what follows --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenStage:
    """People are to be found for the stage's roles, and its window, if it has one, begins."""

    run: StageRun


@dataclass(frozen=True)
class CloseWindow:
    """The stage's window is over; what was still to be sent about it is cancelled. `over`: so is the whole stage."""

    stage_number: int
    met: bool
    over: bool = True


@dataclass(frozen=True)
class Tell:
    """Somebody must be told: `notice` names the message, `to` the parts, roles or `raiser` that get it."""

    notice: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class MeetingSet:
    """A date was confirmed: those who record the outcome are asked for it after that day."""

    run: StageRun


Consequence = OpenStage | CloseWindow | Tell | MeetingSet

EVERYBODY = ("raiser", "asked", "copied", "chair", "attends", "records")
"""The parts people can have in a stage; `records` are those who record the outcome and have no other part."""


def consequences(
    procedure: Procedure, before: Standing | None, after: Standing, step: Step
) -> list[Consequence]:
    """What follows from a step: windows that open and close, and who is told what. The order is the order to carry it out in."""
    run = after.now
    if isinstance(step, Raised | Escalated):
        closing: list[Consequence] = []
        if before is not None:
            closing = _closing(before.now)
        return [*closing, OpenStage(run)]
    if step.kind in ("acknowledged", "actions_completed"):
        return [*_if_met(before, run), Tell("answered", ("raiser",))]
    if isinstance(step, DateProposed):
        return [Tell("date_proposed", ("raiser", "asked", "chair"))]
    if isinstance(step, DateConfirmed):
        return [*_if_met(before, run), MeetingSet(run), Tell("date_confirmed", EVERYBODY)]
    if isinstance(step, OutcomeRecorded):
        closing = _closing(run) if run.settled else []
        return [*closing, Tell("outcome", EVERYBODY)]
    if isinstance(step, Resolved | Withdrawn):
        return [*_closing(run), Tell("ended", EVERYBODY)]
    if step.kind == "noted":
        return [Tell("noted", ("raiser", "asked", "chair"))]
    return []


def _if_met(before: Standing | None, run: StageRun) -> list[Consequence]:
    was_met = before is not None and before.now.window_met
    return [CloseWindow(run.number, met=True, over=False)] if run.window_met and not was_met else []


def _closing(run: StageRun) -> list[Consequence]:
    return [CloseWindow(run.number, met=run.window_met)]


# --- what is to be done ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Task:
    """Something that waits for somebody: for whom (roles, parts or `raiser`), what, by which day (None: no date), which command does it."""

    to: tuple[str, ...]
    what: str
    command: str
    day: date | None = None
    late: bool = False


def tasks(
    procedure: Procedure, standing: Standing, due_day: date | None, circumstances: Circumstances
) -> list[Task]:
    """What an open challenge waits for, most pressing first; none once it has ended. There is always at least one while it is open."""
    if standing.status is not Status.open:
        return []
    run = standing.now
    found: list[Task] = []
    window = run.stage.window
    if window is not None and run.missing and not run.settled:
        command = {
            Fact.acknowledged: "acknowledge",
            Fact.actions_completed: "confirm",
            Fact.date_confirmed: "schedule",
        }
        words = {
            Fact.acknowledged: "Acknowledge the concerns",
            Fact.actions_completed: "Confirm that the agreed actions are completed",
            Fact.date_confirmed: "Confirm the date of the meeting",
        }
        found += [
            Task((window.on,), words[fact], command[fact], due_day, circumstances.lapsed)
            for fact in run.missing
        ]
    found += [
        task
        for task in (_meeting_task(procedure, standing), _outcome_task(procedure, standing, circumstances))
        if task is not None
    ]
    judgement = _judgement(procedure, standing, circumstances)
    if judgement is not None or not found:
        found.append(judgement or _decide(procedure, standing, circumstances, "", None))
    return found


def _meeting_task(procedure: Procedure, standing: Standing) -> Task | None:
    """A meeting whose date nothing else asks for: the window waits for something else, or the meeting did not take place."""
    run = standing.now
    if run.stage.meeting is None or run.settled or Fact.date_confirmed in run.missing:
        return None
    state = run.meeting.state if run.meeting is not None else ""
    if state == "confirmed":
        return None
    words = {
        "": "Set the date of the meeting",
        "proposed": "Confirm the date of the meeting",
        "not_held": "Set a new date: the meeting did not take place",
    }
    return Task(who_may(procedure, standing, "date_confirmed"), words[state], "schedule")


def _outcome_task(procedure: Procedure, standing: Standing, circumstances: Circumstances) -> Task | None:
    run = standing.now
    if run.stage.outcome is None or run.settled:
        return None
    to = tuple(role for role in who_may(procedure, standing, "outcome_recorded") if role != RAISER) or (
        RAISER,
    )
    if run.stage.meeting is None:
        return Task(to, "Record the outcome", "outcome")
    meeting = run.meeting
    if meeting is None or meeting.state != "confirmed":
        return None
    what = f"Record the outcome of the meeting of {meeting.day.day} {meeting.day:%B}"
    return Task(to, what, "outcome", meeting.day, meeting.day < circumstances.today)


def _judgement(procedure: Procedure, standing: Standing, circumstances: Circumstances) -> Task | None:
    """What waits for the raiser, who alone decides whether to go further, or for whoever else may resolve it."""
    run = standing.now
    if run.settled and run.outcome is not None:
        if run.outcome.resolves:
            what = "Resolve the challenge: its concerns are recorded as resolved"
            return Task(tuple(procedure.resolve.by), what, "resolve")
        return _decide(procedure, standing, circumstances, "No resolution was reached", None)
    if circumstances.lapsed and run.missing:
        return _decide(procedure, standing, circumstances, "No full answer in time", circumstances.today)
    if run.window_met and run.stage.meeting is None and run.stage.outcome is None:
        return Task(tuple(procedure.resolve.by), "Answered: decide whether this resolves it", "resolve")
    return None


def _decide(
    procedure: Procedure, standing: Standing, circumstances: Circumstances, why: str, day: date | None
) -> Task:
    """To take it further, where a stage could be opened now, or else to end it."""
    lead = f"{why}: " if why else ""
    if openable(procedure, standing, circumstances, False):
        return _capital(Task((RAISER,), f"{lead}decide whether to take it further", "escalate", day))
    return _capital(Task(tuple(procedure.resolve.by), f"{lead}decide whether it is resolved", "resolve", day))


def _capital(task: Task) -> Task:
    return replace(task, what=task.what[:1].upper() + task.what[1:])
