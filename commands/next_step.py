"""What a challenge waits for, of whom and by when; and what has been answered so far."""

from __future__ import annotations

from collections.abc import Iterable

from commands.desk import Desk
from commands.entries import sentence
from commands.record import Record
from commands.windows import worked_out
from procedures.dates import long_date
from procedures.engine import Meeting, StageRun, missing_actions, who_may
from procedures.schema import CHAIR, RAISER, Fact
from storage.challenges import Window

_ANSWERS = (Fact.acknowledged, Fact.actions_completed)


def due_words(desk: Desk, record: Record) -> str:
    """By when, as people read it; says so where the procedure sets no date, or the window is over."""
    window = record.window
    if window is None:
        return "From the day of the meeting" if _runs_from_meeting(record) else "The procedure sets no date"
    if window.stopped_at is not None and window.closed_at is None:
        return "The clock stands still"
    words = end_words(desk, window)
    if window.closed_at is not None:
        how = (
            "not answered"
            if not window.met
            else "answered in time"
            if window.closed_at <= window.due_at
            else "answered late"
        )
        return f"{words} ({how})"
    return f"{words} (overdue)" if window.due_at <= desk.now else words


def _runs_from_meeting(record: Record) -> bool:
    """Whether the stage has a window that begins only once a meeting has been held."""
    window = record.standing.now.stage.window
    return window is not None and window.from_ == "meeting"


def end_words(desk: Desk, window: Window) -> str:
    """The end of a window: "Tuesday 29 December 2026, 17:00"."""
    return f"{long_date(window.due_day)}, {window.due_at.astimezone(desk.office.hours.zone):%H:%M}"


def due_sum(desk: Desk, record: Record) -> str:
    """The sum behind the present stage's date."""
    window = record.window
    return "" if window is None else worked_out(desk, window).sum


def sum_words(desk: Desk, record: Record) -> str:
    """The same as a sentence of its own, for the small print; empty where no date is set."""
    words = due_sum(desk, record)
    return f"How the date is counted: {words}" if words else ""


def meeting_words(meeting: Meeting) -> str:
    """A meeting in one line."""
    words = {
        "proposed": "proposed for",
        "confirmed": "confirmed for",
        "held": "held on",
        "not_held": "did not take place on",
        "cancelled": "cancelled; it was set for",
    }
    at = f", {meeting.at:%H:%M}" if meeting.at is not None else ""
    place = f", {meeting.place}" if meeting.place else ""
    return f"{words[meeting.state]} {long_date(meeting.day)}{at}{place}"


def where_it_stands(desk: Desk, record: Record) -> str:
    """What was answered at this stage, what the person did just now, and what is next."""
    if record.standing.ended is not None:
        return what_is_next(desk, record)
    answers = [entry for fact, entry in record.standing.now.facts.items() if fact in _ANSWERS]
    mine = (entry for entry in record.stored.entries if entry.at == desk.now and entry.by == desk.actor.email)
    told = {entry.number: f"{sentence(desk, record, entry)}." for entry in (*answers, *mine)}
    return " ".join([*told.values(), what_is_next(desk, record)])


def what_is_next(desk: Desk, record: Record) -> str:
    """Who must do what by when; or how it ended."""
    ended, run, window = record.standing.ended, record.standing.now, record.window
    if ended is not None:
        return f"{sentence(desk, record, ended)}. {_still_to_do(record)}"
    if run.settled and run.outcome is not None:
        if run.outcome.resolves:
            return f"Next: {_raiser(desk, record, 'resolve')} the challenge."
        return f"Next: {_raiser(desk, record, 'decide')} whether to take it further."
    if run.clock is not None:
        who = desk.name_all(record.holders(who_may(record.procedure, record.standing, "clock_started")))
        return f"{sentence(desk, record, run.clock)}. Next: {who} to start it again."
    if run.missing and window is not None and window.closed_at is None:
        return _waiting(desk, record, window)
    if run.stage.approval is not None and run.approved is None:
        return f"Next: {requests(desk, record, [Fact.approved])}."
    if run.stage.meeting is not None and not (run.held and run.stage.outcome is None):
        return _of_meeting(desk, record, run)
    waiting = [form.id for form in run.stage.form if form.id not in run.facts]
    if waiting and run.stage.outcome is None:
        return f"Next: {requests(desk, record, waiting)}."
    if run.stage.outcome is None:
        return f"Next: {_raiser(desk, record, 'decide')} whether this resolves it."
    if run.window_met and run.stage.window is not None and Fact.outcome_recorded in run.stage.window.until:
        return f"Next: {_raiser(desk, record, 'decide')} whether this resolves it."
    may = who_may(record.procedure, record.standing, "outcome_recorded")
    roles = tuple(role for role in may if role != RAISER) or (RAISER,)
    return f"Next: {_first(desk, record)}{desk.name_all(record.holders(roles))} to record the outcome."


def _still_to_do(record: Record) -> str:
    left = sum(action.done is None for action in record.standing.actions)
    if not left:
        return "Nothing more needs to be done."
    return (
        "One agreed action is still to be done."
        if left == 1
        else f"{left} agreed actions are still to be done."
    )


def _of_meeting(desk: Desk, record: Record, run: StageRun) -> str:
    """What is next about a meeting for which no window waits any more, or never did."""
    meeting = run.meeting
    if meeting is not None and meeting.state in ("confirmed", "held"):
        kind = "meeting_held" if run.stage.outcome is None else "outcome_recorded"
        who = desk.name_all(record.holders(who_may(record.procedure, record.standing, kind)))
        if meeting.state == "held":
            return f"The meeting was {meeting_words(meeting)}. Next: {_first(desk, record)}{who} to record its outcome."
        what = "that it was held" if run.stage.outcome is None else "its outcome"
        return f"The meeting is {meeting_words(meeting)}. Next: {who} to record {what} afterwards."
    who = desk.name_all(record.holders(who_may(record.procedure, record.standing, "date_confirmed")))
    if meeting is None:
        return f"Next: {who} to set the date of the meeting."
    if meeting.state == "proposed":
        return f"The meeting is {meeting_words(meeting)}. Next: {who} to confirm the date or set another."
    return f"Next: {who} to set a new date, unless {_raiser(desk, record, 'take')} it further."


def forms_first(run: StageRun) -> list[str]:
    """The forms that must be filled in before the outcome can be recorded."""
    rule = run.stage.outcome
    return (
        [] if rule is None else [id_ for id_ in rule.needs if id_ in run.stage.forms and id_ not in run.facts]
    )


def _first(desk: Desk, record: Record) -> str:
    """What must be recorded before the outcome, up to "then "; empty if nothing is."""
    run = record.standing.now
    found = [requests(desk, record, forms_first(run))]
    if run.stage.actions is not None:
        who = desk.name_all(record.holders(tuple(run.stage.actions.by)))
        found += [f"{who} to {each}" for each in missing_actions(record.standing)]
    words = "; ".join(filter(None, found))
    return f"{words}; then " if words else ""


def sets_the_date(record: Record) -> tuple[str, ...]:
    """The roles that are to set the date of the meeting, while there is none."""
    run = record.standing.now
    known = run.meeting is not None and run.meeting.state in ("confirmed", "held")
    if run.stage.meeting is None or run.settled or known:
        return ()
    return who_may(record.procedure, record.standing, "date_confirmed")


def _raiser(desk: Desk, record: Record, verb: str) -> str:
    """The raiser as the reader knows them, and what they do: "you decide", "Hannah Okafor decides"."""
    raiser = record.head.raiser
    return f"you {verb}" if raiser == desk.actor.email else f"{desk.name(raiser)} {verb}s"


def _waiting(desk: Desk, record: Record, window: Window) -> str:
    run = record.standing.now
    who = requests(desk, record, run.missing)
    meeting = run.meeting
    known = meeting is not None and meeting.state in ("proposed", "confirmed")
    set_for = f"The meeting is {meeting_words(meeting)}. " if meeting is not None and known else ""
    set_for = set_for if Fact.meeting_held in run.missing else ""
    if window.due_at > desk.now:
        return f"{set_for}Next, by {end_words(desk, window)}: {who}."
    late = f"{set_for}Overdue since {long_date(window.due_day)}: {who}."
    if record.procedure.order == "any" or record.procedure.later(run.stage.id):
        return f"{late} {_capital(_raiser(desk, record, 'decide'))} whether to take it further."
    return late


def requests(desk: Desk, record: Record, facts: Iterable[str], *, still: bool = False) -> str:
    """Who is to do what: "Priya Nair or Leo Fisher to acknowledge the concerns and …; Tom Ellery to fill in …"."""
    run = record.standing.now
    by_people: dict[str, list[str]] = {}
    for fact in facts:
        roles, together = _asked_for(run, fact)
        groups = [(role,) for role in roles] if together else [roles]
        people = " and ".join(desk.name_all(record.holders(group)) for group in groups)
        by_people.setdefault(people, []).append(run.stage.request(fact))
    return "; ".join(
        f"{people}{' still' * still} to {' and '.join(asked)}" for people, asked in by_people.items()
    )


def _asked_for(run: StageRun, fact: str) -> tuple[tuple[str, ...], bool]:
    """The roles from which a fact is awaited, and whether each of them must give it (else one is enough)."""
    stage = run.stage
    form = stage.forms.get(fact)
    if form is not None:
        waiting = (role for role in form.by if not (form.each and run.answered_by(fact, role)))
        return tuple(
            stage.meeting.chair if role == CHAIR and stage.meeting else role for role in waiting
        ), form.each
    if fact == Fact.approved and stage.approval is not None:
        rule = stage.approval
        return tuple(role for role in rule.by if role not in run.decisions), rule.need == "all"
    return (stage.window.on,) if stage.window is not None else tuple(stage.to), False


def asked_of(record: Record, email: str) -> str:
    """What the present stage still waits for from this person, as the end of "Please …"; from all of them if from nobody in particular."""
    run = record.standing.now
    mine = [fact for fact in run.missing if email in record.holders(_asked_for(run, fact)[0])]
    return " and ".join(run.stage.request(fact) for fact in mine or run.missing)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
