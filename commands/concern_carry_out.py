"""Carrying out what is done about a private concern: the entry, who reads it from then on, who is told, who is reminded (BR-13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from commands.concern_matters import ALL_PARTS, Matter, active, check, matter, missing, of_office
from commands.concern_people import Route, route
from commands.desk import Desk
from commands.problem_notes import report_problem
from procedures.private_concern import ASKED, RAISER, THEN, WITH, Kind, Status, after, waits_for
from procedures.schema import Procedure
from storage import concerns, outbox, people, postings, problems, procedure_texts
from storage.concerns import Entry
from storage.outbox import Note

REMIND_AFTER = 5
"""Working days without anything recorded after which everybody with a part is reminded, once. BR-13 itself sets no time."""


def begin(desk: Desk, procedure: Procedure, *, unit: str, about: str, body: Mapping[str, str]) -> Matter:
    """A new private concern, sent to those who take it on."""
    desk.once()
    found_route = route(desk, procedure, unit, desk.actor.email, about)
    procedure_texts.keep_procedure(
        desk.session, procedure.id, procedure.version, desk.office.library.text(procedure)
    )
    number = concerns.create(
        desk.session,
        procedure=procedure.id,
        version=procedure.version,
        unit=unit,
        raiser=desk.actor.email,
        about=about,
        at=desk.now,
    )
    entry = Entry(1, found_route.level, Kind.raised, desk.actor.email, desk.now, body)
    concerns.add_entry(desk.session, number, entry, status=Status.open, level=found_route.level)
    return _hand_on(desk, number, found_route, entry)


def take(desk: Desk, reference: str, kind: Kind, body: Mapping[str, str]) -> Matter:
    """One step of a private concern. Raises NotYours or Refused; then nothing is written."""
    found = matter(desk, reference, for_change=True)
    check(desk, found, kind)
    desk.once()
    head = found.stored.head
    status, level = after(kind, found.stored.status, head.level)
    entry = Entry(head.revision + 1, level, kind, desk.actor.email, desk.now, body)
    concerns.add_entry(desk.session, head.id, entry, status=status, level=level)
    if kind is not Kind.noted or desk.actor.email != head.raiser:
        # Somebody has dealt with it; a note of whoever waits for an answer is none.
        keys = [
            _reminder_key(found, each, email) for each in (1, 2) for email in found.stored.people(*ALL_PARTS)
        ]
        outbox.cancel_keys(desk.session, keys)
    if kind is Kind.taken_further:
        return _hand_on(desk, head.id, Route((), (), next_people(desk, found)), entry)
    return _tell(desk, _again(desk, head.id), entry, f"concern_{kind.value}")


def next_people(desk: Desk, found: Matter) -> tuple[str, ...]:
    """To whom it goes when it stays unresolved: somebody with fresh eyes, where there is anybody."""
    head = found.stored.head
    way = route(desk, found.procedure, head.unit, head.raiser, head.about)
    before = found.stored.people(ASKED, WITH)
    return tuple(email for email in way.then if email not in before) or way.then


def _hand_on(desk: Desk, number: int, way: Route, entry: Entry) -> Matter:
    """Give it to those who take it on now, and remind them and the raiser once when nothing comes of it."""
    for part, emails in way.first.items():
        concerns.add_readers(desk.session, number, part, emails)
    found = _again(desk, number)
    raised = (RAISER,) if entry.kind is Kind.raised else ()
    for part in (*way.first, *raised):
        notes = [_note(desk, found, entry, f"concern_{part}", email) for email in active(desk, found, part)]
        outbox.put(desk.session, notes)
    if entry.kind is Kind.taken_further:
        found = _tell(desk, found, entry, "concern_taken_further")
    else:
        _written(desk, found, entry)
    _remind(desk, found)
    report_missing(desk, found)
    return found


def _again(desk: Desk, number: int) -> Matter:
    found = of_office(desk, number)
    if found is None:
        raise RuntimeError("A private concern vanished while it was being written.")
    return found


def _tell(desk: Desk, found: Matter, entry: Entry, notice: str) -> Matter:
    """Tell everybody with a part what somebody did, but for who did it and who has just been handed it."""
    handed = found.stored.people(THEN) if entry.kind is Kind.taken_further else []
    told = [email for part in ALL_PARTS for email in active(desk, found, part)]
    emails = [email for email in dict.fromkeys(told) if email not in (entry.by, *handed)]
    outbox.put(desk.session, [_note(desk, found, entry, notice, email) for email in emails])
    _written(desk, found, entry)
    return found


def _written(desk: Desk, found: Matter, entry: Entry) -> None:
    postings.mark_prefix_stale(desk.session, f"{found.reference}:")
    desk.note_down(f"concern_{entry.kind.value}", found.reference, {"entry": entry.number})


def _note(desk: Desk, found: Matter, entry: Entry, notice: str, email: str) -> Note:
    mine = email == desk.actor.email
    return Note(
        key=f"{found.reference}:{entry.number}:{notice}:{email}",
        email=email,
        notice=notice,
        due_at=desk.now,
        send_after=desk.now if mine else desk.office.hours.next_open(desk.now),
        body={"concern": found.stored.head.id, "entry": entry.number},
        urgent=mine,
    )


def _reminder_key(found: Matter, level: int, email: str) -> str:
    return f"{found.reference}:level-{level}:still:{email}"


def reminder_at(desk: Desk) -> datetime:
    """When those who have it now will be reminded if nothing is recorded until then."""
    hours, authority = desk.office.hours, desk.office.authority
    return hours.next_open(hours.at(desk.office.calendar.add(desk.today, REMIND_AFTER), authority.remind_at))


def _remind(desk: Desk, found: Matter) -> None:
    head, at = found.stored.head, reminder_at(desk)
    parts = (RAISER, *waits_for(found.stored.status, head.level))
    emails = dict.fromkeys(email for part in parts for email in active(desk, found, part))
    notes = [
        Note(
            key=_reminder_key(found, head.level, email),
            email=email,
            notice="concern_still",
            due_at=at,
            send_after=at,
            body={"concern": head.id, "entry": head.revision, "level": head.level},
        )
        for email in emails
    ]
    outbox.put(desk.session, notes)


# --- when nobody is there to take it on -----------------------------------------------------------------------------


def report_missing(desk: Desk, found: Matter) -> None:
    """Tell the administrators that people are missing from the council's list, and nothing of what it is about."""
    parts, key, rule = missing(desk, found), f"private:{found.reference}", found.rule
    unit = found.stored.head.unit
    name = desk.office.authority.unit_name(unit)
    if parts:
        roles = [{ASKED: rule.to, WITH: rule.with_, THEN: rule.then}[part] for part in parts]
        titles = " and ".join(found.procedure.role_title(role) for role in roles)
        needs = f"A private matter, {found.reference}, needs somebody for {name} or above it in the role {titles}."
        report_problem(
            desk, key, f"{needs} Once the person is in people.csv, it reaches them by itself.", None
        )
        return
    problems.solve(desk.session, key, desk.now)
    for role in (rule.to, rule.with_, rule.then):
        if not people.holders(desk.session, role, desk.office.authority.upwards(unit)):
            nobody = f"Nobody holds the role {found.procedure.role_title(role)} for {name} or above it."
            report_problem(
                desk,
                f"private-role:{role}:{unit}",
                f"{nobody} Add the person to people.csv and import it.",
                None,
            )


def look_for_people(desk: Desk, numbers: Iterable[int]) -> int:
    """Hand on those whose people have all left, or that nobody could take on so far. Returns how many found somebody."""
    handed = 0
    for number in numbers:
        found = of_office(desk, number)
        if found is None or not missing(desk, found):
            continue
        found = _locked(desk, number)
        head = found.stored.head
        way = route(desk, found.procedure, head.unit, head.raiser, head.about)
        level = head.level if head.level == 2 or active(desk, found, ASKED) else way.level
        if level != head.level:
            concerns.change(desk.session, number, level=level)
            found = _again(desk, number)
        have = found.stored.people(ASKED, WITH)
        free = {
            part: [email for email in way.of(part) if email not in have or part == THEN]
            for part in missing(desk, found)
        }
        new = {part: emails for part, emails in free.items() if emails}
        for part, emails in new.items():
            concerns.add_readers(desk.session, number, part, emails)
            notes = [_note(desk, found, found.last, f"concern_{part}", email) for email in emails]
            outbox.put(desk.session, notes)
        found = _again(desk, number)
        if new:
            handed += 1
            _remind(desk, found)
            postings.mark_prefix_stale(desk.session, f"{found.reference}:")
            desk.note_down("concern_handed_on", found.reference, {})
        report_missing(desk, found)
    return handed


def _locked(desk: Desk, number: int) -> Matter:
    found = of_office(desk, number, for_change=True)
    if found is None:
        raise RuntimeError("A private concern vanished while it was being handed on.")
    return found
