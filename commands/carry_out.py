"""Carrying out a step: the entry, what follows from it, the audit and what must be said, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from commands.desk import Desk
from commands.errors import Refused
from commands.office import ADMINISTRATOR
from commands.record import Record
from procedures import engine
from procedures.dates import long_date
from procedures.engine import CloseWindow, MeetingSet, OpenStage, StageRun, Tell
from procedures.schema import RAISER, Procedure
from procedures.steps import Acknowledged, ActionsCompleted, Entry, Escalated, Raised, Reassigned, Step
from procedures.workdays import due
from storage import audit, challenges, outbox, people, postings, problems, roster
from storage.challenges import Party, Window
from storage.outbox import Note

_IMPORTANCE = ("asked", "chair", "attends", "copied", "records")


def begin(
    desk: Desk, procedure: Procedure, step: Raised, *, case_reference: str, unit: str, chosen: dict[str, str]
) -> Record:
    """A new challenge. Raises engine.NotNow or Refused; then nothing is written."""
    engine.check(procedure, None, step, desk.circumstances())
    desk.once()
    challenges.keep_procedure(
        desk.session, procedure.id, procedure.version, desk.office.library.text(procedure)
    )
    number = challenges.create(
        desk.session,
        procedure=procedure.id,
        version=procedure.version,
        case_reference=case_reference,
        unit=unit,
        raiser=desk.actor.email,
        stage=step.stage,
        at=desk.now,
    )
    stored = challenges.load(desk.session, number)
    if stored is None:
        raise RuntimeError("A challenge vanished while it was being raised.")
    return _write(desk, Record(stored, procedure), step, None, chosen)


def take(desk: Desk, record: Record, *steps: Step) -> Record:
    """One or several steps of a challenge, together or not at all. Raises NotYours, engine.NotNow or Refused."""
    for step in steps:
        on_behalf_of = desk.on_behalf(record, step.kind)
        engine.check(record.procedure, record.standing, step, desk.circumstances(record))
        desk.once()
        record = _write(desk, record, step, on_behalf_of, {}, silent=step is not steps[-1])
    return record


def _write(
    desk: Desk,
    record: Record,
    step: Step,
    on_behalf_of: str | None,
    chosen: dict[str, str],
    *,
    silent: bool = False,
) -> Record:
    head, before = record.head, record.standing if record.stored.entries else None
    opens = isinstance(step, Raised | Escalated)
    stage_number = (len(before.runs) if before else 0) + opens
    entry = Entry(head.revision + 1, stage_number, desk.actor.email, desk.now, step, on_behalf_of)
    after = engine.follow(record.procedure, before, entry)
    challenges.add_entry(desk.session, head.id, entry)
    changes: dict[str, object] = {"revision": entry.number}
    if opens:
        changes |= {"stage": after.now.stage.id, "stage_number": after.now.number, "due_at": None}
    if after.ended is not None:
        changes |= {"status": after.status.value, "closed_at": desk.now, "due_at": None}
    if isinstance(step, Reassigned):
        changes |= _reassign(desk, record, step, entry)
    challenges.change_head(desk.session, head.id, **changes)
    told = _Told(desk, record, entry)
    for consequence in engine.consequences(record.procedure, before, after, step):
        if isinstance(consequence, OpenStage):
            record = _open_stage(desk, record, consequence.run, chosen or _chosen_before(record), told)
        elif isinstance(consequence, CloseWindow):
            challenges.close_window(
                desk.session, head.id, consequence.stage_number, at=desk.now, met=consequence.met
            )
            outbox.cancel(
                desk.session,
                challenge_id=head.id,
                stage_number=consequence.stage_number,
                notices=("reminder", "lapsed") if consequence.met else None,
            )
        elif isinstance(consequence, MeetingSet):
            _ask_for_outcome(desk, record, consequence.run, told)
        elif isinstance(consequence, Tell) and not silent:
            told.tell(consequence.notice, record.holders(consequence.to))
    if isinstance(step, Reassigned):
        told.tell("asked", [step.joins], again=True)
        told.tell("reassigned", [step.leaves, head.raiser])
    outbox.put(desk.session, told.notes)
    audit.append(
        desk.session,
        at=desk.now,
        actor=desk.actor.email,
        action=step.kind,
        subject=record.reference,
        body={"entry": entry.number, "for": on_behalf_of},
    )
    postings.mark_stale(desk.session, head.id)
    stored = challenges.load(desk.session, head.id)
    if stored is None:
        raise RuntimeError("A challenge vanished while it was being changed.")
    return Record(stored, record.procedure)


class _Told:
    """Collects what must be said because of one step: one message a person, the actor left out unless it is theirs to keep."""

    def __init__(self, desk: Desk, record: Record, entry: Entry) -> None:
        self.desk, self.record, self.entry = desk, record, entry
        self.notes: list[Note] = []
        step = entry.step
        self.urgent = isinstance(step, Raised | Escalated) and step.immediate_risk
        self._have: set[str] = set()

    def tell(self, notice: str, emails: Iterable[str], *, again: bool = False) -> None:
        """Say `notice` to these people, once office hours allow it; to the actor and where a child is at risk, at once."""
        for email in dict.fromkeys(emails):
            mine = email == self.entry.by
            if email in self._have or (mine and notice not in ("raised", "asked", "chair")):
                continue
            self._have.add(email)
            urgent = self.urgent or mine
            hours = self.desk.office.hours
            key = f"{self.record.reference}:{self.entry.number}:{notice}:{email}"
            self.add(
                key,
                email,
                notice,
                self.desk.now,
                urgent=urgent,
                send_after=self.desk.now if urgent else hours.next_open(self.desk.now),
            )

    def add(
        self,
        key: str,
        email: str,
        notice: str,
        due_at: datetime,
        *,
        urgent: bool = False,
        send_after: datetime | None = None,
        **body: object,
    ) -> None:
        """Put one message with the key that makes it unique."""
        self.notes.append(
            Note(
                key=key,
                email=email,
                notice=notice,
                due_at=due_at,
                send_after=send_after or due_at,
                challenge_id=self.record.head.id,
                stage_number=self.entry.stage_number,
                body={"entry": self.entry.number, **body},
                urgent=urgent,
            )
        )


def _chosen_before(record: Record) -> dict[str, str]:
    """Who was chosen for the roles that the raiser chooses, at any earlier stage."""
    roles = {role for role, data in record.procedure.role.items() if data.chosen}
    return {party.role: party.email for party in record.stored.parties if party.role in roles}


def _open_stage(desk: Desk, record: Record, run: StageRun, chosen: dict[str, str], told: _Told) -> Record:
    stage = run.stage
    wanted: list[tuple[str, str]] = [("asked", role) for role in stage.to]
    wanted += [("copied", role) for role in stage.copy_]
    if stage.meeting is not None:
        wanted += [("chair", stage.meeting.chair), *(("attends", role) for role in stage.meeting.attend)]
    if stage.outcome is not None:
        have = {role for _, role in wanted}
        wanted += [("records", role) for role in stage.outcome.by if role not in (have | {RAISER, "chair"})]
    parties: list[Party] = []
    for part, role in wanted:
        parties += [Party(run.number, part, role, email) for email in find_people(desk, record, role, chosen)]
        if not any(party.role == role for party in parties):
            _nobody_holds(desk, record, role)
    challenges.add_parties(desk.session, record.head.id, parties)
    told.tell("raised", [record.head.raiser])
    for part in _IMPORTANCE:
        told.tell(part, [party.email for party in parties if party.part == part])
    if stage.window is not None:
        rule = stage.window
        answer = due(desk.office.calendar, desk.today, rule.working_days)
        window = Window(
            stage_number=run.number,
            role=rule.on,
            opened_on=desk.today,
            working_days=rule.working_days,
            due_day=answer.day,
            due_at=desk.office.hours.due_at(answer.day),
            calendar_version=desk.office.calendar.version,
            lapsed_at=None,
            closed_at=None,
            met=False,
        )
        challenges.open_window(desk.session, record.head.id, window)
        told.notes += reminders(
            desk, record, run, window, [p.email for p in parties if p.role == rule.on and p.part == "asked"]
        )
    return Record(
        challenges.Stored(
            record.head, record.stored.entries, (*record.stored.parties, *parties), record.stored.windows
        ),
        record.procedure,
    )


def find_people(desk: Desk, record: Record, role: str, chosen: dict[str, str]) -> list[str]:
    """Who holds a role for the case: the raiser, the person chosen, or the holders nearest to the case's unit, upwards."""
    if role == RAISER:
        return [record.head.raiser]
    if role in chosen:
        return [chosen[role]]
    units = desk.office.authority.upwards(record.head.unit)
    return [person.email for person in people.holders(desk.session, role, units)]


def _nobody_holds(desk: Desk, record: Record, role: str) -> None:
    unit = record.head.unit
    report_problem(
        desk,
        f"nobody:{role}:{unit}",
        f"Nobody holds the role {record.procedure.role_title(role)} for {desk.office.authority.unit_name(unit)} or above it, "
        f"and {record.reference} needs it. Add the person to people.csv and import it, then reassign the part with /challenge reassign {record.reference}.",
        record,
    )


def report_problem(desk: Desk, key: str, sentence: str, record: Record | None) -> None:
    """List something that needs an administrator, and tell every administrator and the raiser at once; once while it is open."""
    number = None if record is None else record.head.id
    if not problems.report(desk.session, key, sentence, desk.now, number):
        return
    told = [person.email for person in roster.everyone_with(desk.session, ADMINISTRATOR)]
    if record is not None:
        told.append(record.head.raiser)
    outbox.put(
        desk.session,
        [
            Note(
                key=f"problem:{key}:{desk.now:%Y%m%dT%H%M%S}:{email}",
                email=email,
                notice="problem",
                due_at=desk.now,
                send_after=desk.now if email == desk.actor.email else desk.office.hours.next_open(desk.now),
                body={"sentence": sentence},
            )
            for email in dict.fromkeys(told)
        ],
    )


def reminders(
    desk: Desk, record: Record, run: StageRun, window: Window, emails: Iterable[str], suffix: str = ""
) -> list[Note]:
    """The reminders of a window: to those asked, and after the due day to the raiser as well. Days before the window are left out.

    The key names the challenge, the stage, the offset from the due day and the person, so that none can be made twice.
    """
    rule = run.stage.window
    if rule is None:
        return []
    calendar, hours = desk.office.calendar, desk.office.hours
    notes: list[Note] = []
    for offset in rule.remind:
        day = calendar.shift(window.due_day, offset)
        at = hours.next_open(hours.at(day, desk.office.authority.remind_at))
        if day <= window.opened_on or at <= desk.now:
            continue
        to = [("reminder", email) for email in emails]
        if offset > 0:
            to.append(("lapsed", record.head.raiser))
        for notice, email in to:
            label = f"{offset:+d}" if offset else "-0"
            notes.append(
                Note(
                    key=f"{record.reference}:{run.stage.id}:due{label}:{email}{suffix}",
                    email=email,
                    notice=notice,
                    due_at=at,
                    send_after=at,
                    challenge_id=record.head.id,
                    stage_number=run.number,
                    body={"offset": offset},
                )
            )
    return notes


def _ask_for_outcome(desk: Desk, record: Record, run: StageRun, told: _Told) -> None:
    """On the working day after the meeting, those who record its outcome are asked for it (a moved date moves the question)."""
    meeting, rule = run.meeting, run.stage.outcome
    outbox.cancel(
        desk.session, challenge_id=record.head.id, stage_number=run.number, notices=("outcome_due",)
    )
    if meeting is None or rule is None:
        return
    hours = desk.office.hours
    day: date = desk.office.calendar.add(meeting.day, 1)
    at = hours.next_open(hours.at(day, desk.office.authority.remind_at))
    roles = tuple(role for role in rule.by if role != RAISER) or (RAISER,)
    for email in record.holders(roles):
        key = f"{record.reference}:{run.stage.id}:outcome:{meeting.day}:{told.entry.number}:{email}"
        told.add(key, email, "outcome_due", at)


def _reassign(desk: Desk, record: Record, step: Reassigned, entry: Entry) -> dict[str, object]:
    """Pass the part on, and the reminders with it."""
    challenge, run = record.head.id, record.standing.now
    joiner = people.person(desk.session, step.joins)
    if joiner is None or not joiner.active:
        raise Refused("That person is not on the council's list. Choose somebody who is.")
    if step.role == RAISER:
        return {"raiser": step.joins} | _move_reminders(desk, record, run, step, entry, ("lapsed",))
    if step.leaves:
        challenges.replace_party(desk.session, challenge, run.number, step.role, step.leaves, step.joins)
    else:
        parts = [part for part, roles in _parts_of(run).items() if step.role in roles]
        challenges.add_parties(
            desk.session, challenge, [Party(run.number, part, step.role, step.joins) for part in parts]
        )
    return _move_reminders(desk, record, run, step, entry, ("reminder",))


def _parts_of(run: StageRun) -> dict[str, tuple[str, ...]]:
    meeting = run.stage.meeting
    return {
        "asked": tuple(run.stage.to),
        "copied": tuple(run.stage.copy_),
        "chair": (meeting.chair,) if meeting else (),
        "attends": tuple(meeting.attend) if meeting else (),
    }


def _move_reminders(
    desk: Desk, record: Record, run: StageRun, step: Reassigned, entry: Entry, notices: tuple[str, ...]
) -> dict[str, object]:
    window = record.window
    if window is None or window.closed_at is not None or (step.role not in (RAISER, window.role)):
        return {}
    outbox.cancel(
        desk.session,
        challenge_id=record.head.id,
        stage_number=run.number,
        notices=notices,
        email=step.leaves or None,
    )
    moved = Record(
        challenges.Stored(
            record.head if step.role != RAISER else _with_raiser(record, step.joins),
            record.stored.entries,
            record.stored.parties,
            record.stored.windows,
        ),
        record.procedure,
    )
    notes = reminders(desk, moved, run, window, [step.joins], suffix=f":{entry.number}")
    outbox.put(desk.session, [note for note in notes if note.notice in notices])
    return {}


def _with_raiser(record: Record, email: str) -> challenges.Head:
    return replace(record.head, raiser=email)


def answer_steps(record: Record, acknowledged: bool, completed: bool, comment: str) -> list[Step]:
    """The steps of one answer that may hold both facts; what was recorded before is not recorded again."""
    facts = record.standing.now.facts
    steps: list[Step] = []
    if acknowledged and "acknowledged" not in facts:
        steps.append(Acknowledged(comment=comment))
    if completed and "actions_completed" not in facts:
        steps.append(ActionsCompleted(comment="" if steps else comment))
    return steps


def when_told(desk: Desk) -> str:
    """A sentence for the actor when others will be written to only later; empty in office hours."""
    opens = desk.office.hours.next_open(desk.now)
    if opens <= desk.now:
        return ""
    local = opens.astimezone(desk.office.hours.zone)
    return f"It is outside office hours: people are written to on {long_date(local.date())} at {local:%H:%M}."
