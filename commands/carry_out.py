"""Carrying out a step: the entry, what follows from it, the audit and what must be said, in the caller's transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from commands import limits, meeting_events
from commands.desk import Desk
from commands.office import digest_key
from commands.problem_notes import report_problem
from commands.record import Record
from commands.rotas import given, last_of_all, passed_on, rota_of
from commands.told import Told
from commands.windows import begin_window, close_window, no_longer_asked, reopen_window, turn_clock
from procedures import engine
from procedures.engine import (
    ActionChanged,
    CloseWindow,
    Consequence,
    Include,
    MeetingSet,
    OpenStage,
    ReopenWindow,
    StageRun,
    Standing,
    StartWindow,
    TurnClock,
)
from procedures.schema import CHAIR, RAISER, Procedure
from procedures.steps import (
    Acknowledged,
    ActionsCompleted,
    Decided,
    Entry,
    Escalated,
    FormRecorded,
    Moved,
    Raised,
    Reassigned,
    Step,
)
from storage import challenges, evidence, outbox, people, postings, procedure_texts
from storage.challenges import Party

_IMPORTANCE = ("asked", "chair", "attends", "copied", "records")


def begin(
    desk: Desk, procedure: Procedure, step: Raised, *, case_reference: str, unit: str, chosen: dict[str, str]
) -> Record:
    """A new challenge. Raises engine.NotNow or Refused; then nothing is written."""
    step = step.model_copy(update={"chosen": chosen})
    engine.check(procedure, None, step, desk.circumstances())
    desk.once()
    procedure_texts.keep_procedure(
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
    record = _write(desk, Record(stored, procedure), step, None, chosen)
    limits.begin(desk, record)
    return _with_what_follows(desk, record, step, None)


def take(desk: Desk, record: Record, *steps: Step) -> Record:
    """One or several steps of a challenge, together or not at all, and what follows from each by itself.

    Raises NotYours, engine.NotNow or Refused.
    """
    for step in steps:
        on_behalf_of = desk.on_behalf(record, step.kind, step)
        engine.check(record.procedure, record.standing, step, desk.circumstances(record))
        desk.once()
        record = _write(desk, record, step, on_behalf_of, {}, silent=step is not steps[-1])
        record = _with_what_follows(desk, record, step, on_behalf_of)
    return record


def hand_over(desk: Desk, record: Record, step: Reassigned) -> Record:
    """Pass a part on by a right that the caller has made sure of: a swap that both agreed to, a pool from which some may name.

    Raises engine.NotNow.
    """
    engine.check(record.procedure, record.standing, step, desk.circumstances(record))
    desk.once()
    return _write(desk, record, step, None, {})


def _with_what_follows(desk: Desk, record: Record, step: Step, on_behalf_of: str | None) -> Record:
    """The record after the step that follows from this one by itself, if one does."""
    kept = record.as_kept
    following = engine.by_itself(kept.procedure, kept.standing, step)
    return record if following is None else _write(desk, record, following, on_behalf_of, {})


def _write(
    desk: Desk,
    record: Record,
    step: Step,
    on_behalf_of: str | None,
    chosen: dict[str, str],
    *,
    silent: bool = False,
) -> Record:
    """Write one step and all that follows; `silent` leaves the messages to the next step of the same request."""
    before = record.standing if record.stored.entries else None
    waiting = [] if before is None else record.holders(engine.waits_for(before.now))
    opens = isinstance(step, Raised | Escalated | Moved)
    stage_number = (len(before.runs) if before else 0) + opens
    entry = Entry(record.head.revision + 1, stage_number, desk.actor.email, desk.now, step, on_behalf_of)
    after = engine.follow(record.procedure, before, entry)
    content = challenges.add_entry(desk.session, record.head.id, entry)
    record = _change_head(desk, record, entry, after)
    told = Told(desk, record, entry)
    if isinstance(step, Reassigned):
        record = _reassign(desk, record, step, told)
    for consequence in engine.consequences(record.procedure, before, after, step):
        record = _carry(desk, record, consequence, told, chosen, silent)
    if isinstance(step, Decided | FormRecorded):
        no_longer_asked(desk, record, waiting)
    outbox.put(desk.session, told.notes)
    body = {"entry": entry.number, "for": on_behalf_of, "content": content}
    if isinstance(step, Raised):
        body["opening"] = evidence.digest(evidence.opening(record.head.id, **vars(record.head)))
    desk.note_down(step.kind, record.reference, body)
    digest = digest_key(desk.office.digest_day(desk.now), desk.actor.email)
    postings.mark_stale(desk.session, record.head.id, also=digest)
    meeting_events.follow(desk, record)
    return record


def _carry(
    desk: Desk, record: Record, consequence: Consequence, told: Told, chosen: dict[str, str], silent: bool
) -> Record:
    """One of the things that follow from a step."""
    if isinstance(consequence, OpenStage):
        return _open_stage(desk, record, consequence.run, chosen or _chosen_before(record), told)
    if isinstance(consequence, StartWindow):
        return begin_window(desk, record, consequence.run, told)
    if isinstance(consequence, CloseWindow):
        return close_window(desk, record, consequence)
    if isinstance(consequence, ReopenWindow):
        return reopen_window(desk, record, consequence.run, told)
    if isinstance(consequence, TurnClock):
        return turn_clock(desk, record, consequence, told)
    if isinstance(consequence, Include):
        return _include(desk, record, consequence, told)
    if isinstance(consequence, MeetingSet):
        told.ask_for_outcome(consequence.run)
    elif isinstance(consequence, ActionChanged):
        told.about_action(consequence)
    elif not silent:
        emails = record.holders(consequence.to)
        told.tell(consequence.notice, [*emails, consequence.email] if consequence.email else emails)
    return record


def _change_head(desk: Desk, record: Record, entry: Entry, after: Standing) -> Record:
    """The challenge's own row, and the record, after an entry."""
    changes: dict[str, Any] = {}
    if isinstance(entry.step, Raised | Escalated | Moved):
        changes = {"stage": after.now.stage.id, "stage_number": after.now.number, "due_at": None}
    if after.ended is not None:
        changes = {"status": after.status.value, "closed_at": desk.now, "due_at": None}
    if changes:
        challenges.change_head(desk.session, record.head.id, revision=entry.number, **changes)
    else:
        challenges.move_on(desk.session, record.head.id, entry.number)
    head = replace(record.head, revision=entry.number, **changes)
    return record.with_stored(head=head, entries=(*record.stored.entries, entry))


def _chosen_before(record: Record) -> dict[str, str]:
    """Who was chosen for the roles that the raiser chooses, or has since taken on such a part at an earlier stage."""
    roles = {role for role, data in record.procedure.role.items() if data.chosen}
    since = {party.role: party.email for party in record.stored.parties if party.role in roles}
    return record.standing.raised.chosen | since


def _open_stage(desk: Desk, record: Record, run: StageRun, chosen: dict[str, str], told: Told) -> Record:
    stage = run.stage
    wanted: list[tuple[str, str]] = [("asked", role) for role in stage.to]
    wanted += [("copied", role) for role in stage.copy_]
    if stage.meeting is not None:
        wanted += [("chair", stage.meeting.chair), *(("attends", role) for role in stage.meeting.attend)]
    have = {role for _, role in wanted}
    wanted += [("records", role) for role in engine.parts_for_work(stage) if role not in have]
    parties: list[Party] = []
    for part, role in last_of_all(record, wanted):
        so_far = record.with_stored(parties=(*record.stored.parties, *parties))
        parties += [Party(run.number, part, role, email) for email in find_people(desk, so_far, role, chosen)]
        if not any(party.role == role for party in parties):
            _nobody_holds(desk, record, role)
    challenges.add_parties(desk.session, record.head.id, parties)
    record = told.record = record.with_stored(parties=(*record.stored.parties, *parties))
    told.tell("raised", [record.head.raiser])
    for part in _IMPORTANCE:
        told.tell(part, [party.email for party in parties if party.part == part])
    told.copy_by_email(party.email for party in parties if party.part == "copied")
    return begin_window(desk, record, run, told)


def _include(desk: Desk, record: Record, including: Include, told: Told) -> Record:
    """Give roles, or one person, a part in the present stage where they have none, so that they can see the challenge."""
    number = record.standing.now.number
    chosen = _chosen_before(record)
    wanted = [(role, email) for role in including.roles for email in find_people(desk, record, role, chosen)]
    wanted += [(including.part, including.email)] if including.email else []
    for role in including.roles:
        if role not in (RAISER, CHAIR) and not any(role == each for each, _ in wanted):
            _nobody_holds(desk, record, role)
    have = {(party.role, party.email) for party in record.parties(number)}
    added = [
        Party(number, including.part, role, email) for role, email in wanted if (role, email) not in have
    ]
    challenges.add_parties(desk.session, record.head.id, added)
    record = told.record = record.with_stored(parties=(*record.stored.parties, *added))
    return record


def find_people(desk: Desk, record: Record, role: str, chosen: dict[str, str]) -> list[str]:
    """Who has a role for the case: the raiser, the person chosen, those whose turn it is where the role's holders take turns,
    or else the holders nearest to the case's unit, upwards."""
    if role == RAISER:
        return [record.head.raiser]
    if role in chosen:
        return [chosen[role]]
    if rota_of(record.procedure, role) is not None:
        return given(desk, record, role)
    units = desk.office.authority.upwards(record.head.unit)
    return [person.email for person in people.holders(desk.session, role, units)]


def _nobody_holds(desk: Desk, record: Record, role: str) -> None:
    unit = record.head.unit
    if rota_of(record.procedure, role) is not None and people.holders(
        desk.session, role, desk.office.authority.upwards(unit)
    ):
        return  # somebody holds it, and why it is nobody's turn was said already
    report_problem(
        desk,
        f"nobody:{role}:{unit}",
        f"Nobody holds the role {record.as_kept.procedure.role_title(role)} for {desk.office.authority.unit_name(unit)} or above it, "
        f"and {record.reference} needs it. Add the person to people.csv and import it, then reassign the part with /challenge reassign {record.reference}.",
        record,
    )


def _reassign(desk: Desk, record: Record, step: Reassigned, told: Told) -> Record:
    """Pass the part on, and the reminders with it; whoever gets it, leaves it or raised the challenge is told."""
    challenge, run = record.head.id, record.standing.now
    if step.role == RAISER:
        challenges.change_head(desk.session, challenge, raiser=step.joins)
        record = record.with_stored(head=replace(record.head, raiser=step.joins))
    else:
        if step.leaves:
            challenges.replace_party(desk.session, challenge, run.number, step.role, step.leaves, step.joins)
        else:
            parts = [part for part, roles in _parts_of(run).items() if step.role in roles]
            # Recording the outcome is a part of its own only for who has no other.
            parts = [part for part in parts if part != "records"] or parts
            added = [Party(run.number, part, step.role, step.joins) for part in parts]
            challenges.add_parties(desk.session, challenge, added)
        passed_on(desk, record, step)
        record = record.with_stored(parties=challenges.parties_of(desk.session, challenge))
    told.record = record
    told.tell("asked", [step.joins])
    told.tell("reassigned", [email for email in (step.leaves, record.head.raiser) if email])
    told.move_reminders(step)
    return record


def _parts_of(run: StageRun) -> dict[str, tuple[str, ...]]:
    meeting = run.stage.meeting
    return {
        "asked": tuple(run.stage.to),
        "copied": tuple(run.stage.copy_),
        "chair": (meeting.chair,) if meeting else (),
        "attends": tuple(meeting.attend) if meeting else (),
        "records": engine.parts_for_work(run.stage),
    }


def answer_steps(record: Record, acknowledged: bool, completed: bool, comment: str) -> list[Step]:
    """The steps of one answer that may hold both facts; what was recorded before is not recorded again."""
    facts = record.standing.now.facts
    steps: list[Step] = []
    if acknowledged and "acknowledged" not in facts:
        steps.append(Acknowledged(comment=comment))
    if completed and "actions_completed" not in facts:
        steps.append(ActionsCompleted(comment="" if steps else comment))
    return steps
