"""Counting patterns across cases in each of the rounds: whoever must know is told once a period (BI-2)."""

from __future__ import annotations

from datetime import date, time

from commands.desk import Desk
from commands.problem_notes import report_problem
from procedures.patterns import Answered, Found, answer, choice_of, counted, period, told
from procedures.schema import Pattern, Procedure
from storage import memory, outbox, patterns, people
from storage.outbox import Note


def tell_patterns(desk: Desk) -> int:
    """Tell of every answer that has become a pattern. Returns how many messages were made ready."""
    return sum(_of_procedure(desk, each) for each in desk.procedures if each.pattern)


def _of_procedure(desk: Desk, procedure: Procedure) -> int:
    first = min(period(rule, desk.today) for rule in procedure.pattern)
    since = desk.office.hours.at(first, time())
    # Nothing need be counted while nothing was recorded; the day and the file decide what is counted.
    seen = f"{desk.today} {procedure.version} {patterns.fingerprint(desk.session, since)}"
    name = f"patterns:{procedure.id}"
    if memory.recall(desk.session, name) == seen:
        return 0
    entries = patterns.entries(desk.session, procedure.id, since)
    known = patterns.told_of(desk.session, [procedure.id])
    made, all_told = 0, True
    for rule in procedure.pattern:
        given = [
            Answered(said, challenge, unit, desk.office.today(entry.at))
            for challenge, unit, entry in entries
            if (said := answer(rule, entry))
        ]
        before: dict[str, list[date]] = {}
        for each in known:
            if each.pattern == rule.id:
                before.setdefault(each.answer, []).append(each.last)
        last = {each: max(days) for each, days in before.items()}
        for found in counted(rule, given, desk.today, last):
            count = _tell(desk, procedure, rule, found, len(before.get(found.answer, [])) + 1)
            made, all_told = made + (count or 0), all_told and count is not None
    if all_told:
        memory.remember(desk.session, name, seen)
    return made


def _tell(desk: Desk, procedure: Procedure, rule: Pattern, found: Found, number: int) -> int | None:
    """Tell those who must know; how many messages were made, or None when nobody could be told."""
    roles = told(procedure, rule, found.answer)
    emails: dict[str, None] = {}
    for unit in found.units:
        chain = desk.office.authority.upwards(unit)
        for role in roles:
            emails |= dict.fromkeys(person.email for person in people.holders(desk.session, role, chain))
    if not emails:
        _nobody_to_tell(desk, procedure, rule, found, roles)
        return None
    told_id = patterns.tell(
        desk.session,
        procedure=procedure.id,
        pattern=rule.id,
        answer=found.answer,
        period=number,
        first=found.first,
        last=found.last,
        challenges=found.challenges,
        told=list(emails),
        at=desk.now,
    )
    if told_id is None:
        return 0
    body = {"answer": found.answer, "count": found.count, "told": list(emails)}
    desk.note_down("pattern_told", f"{procedure.id} {rule.id}", body)
    notes = [
        Note(
            key=f"pattern:{procedure.id}:{rule.id}:{found.answer}:{number}:{email}",
            email=email,
            notice="pattern",
            due_at=desk.now,
            send_after=desk.office.hours.next_open(desk.now),
            body={"told": told_id},
        )
        for email in emails
    ]
    return outbox.put(desk.session, notes)


def _nobody_to_tell(
    desk: Desk, procedure: Procedure, rule: Pattern, found: Found, roles: tuple[str, ...]
) -> None:
    label = choice_of(procedure, rule, found.answer).label
    names = " or ".join(procedure.role_title(role) for role in roles) or "anybody to tell"
    sentence = (
        f"“{rule.title}: {label}” was found {found.count} times across cases, and nobody holds the role {names}, who must be told. "
        "Add the person to people.csv and import it; they are told then."
    )
    report_problem(desk, f"nobody:pattern:{procedure.id}:{rule.id}:{found.answer}", sentence, None)
