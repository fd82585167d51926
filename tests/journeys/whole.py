"""What must hold at the end of every story, whatever happened in it: nothing lost, nothing doubled, nothing shown to the wrong eyes."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import select

from bot.demo.outside import SENDER
from bot.mail.letters import message_id
from commands.actions import Offered
from commands.desk import SYSTEM, Desk
from commands.record import Record
from commands.todo import JUDGEMENT, of_record
from commands.told import reminders
from procedures.engine import Status, waits_for
from procedures.steps import Reassigned, write_step
from storage import audit, challenges, people, problems, roster
from storage.meeting_tables import MeetingEvent
from storage.statements import table
from storage.tables import Absence, Challenge, Outbox, Posting, SecondOpinion
from tests.journeys import private
from tests.journeys.driver import Council
from tests.journeys.reading import everything
from tests.journeys.sent import screen, sent_files, sent_messages

READING = {"Open the record", "Text for the case system", "Documents"}
"""The buttons that a challenge still has when it has ended."""
_OUTBOX, _POSTING, _CHALLENGE = table(Outbox), table(Posting), table(Challenge)
_MEETING = table(MeetingEvent)


def check(council: Council) -> None:
    """Look at everything: the log, the chats, the outbox, the records, the audit. Raises AssertionError with what is wrong."""
    council.settle()
    office = council.demo.bot.office
    with office.database.read() as session:
        desk = Desk(office, session, SYSTEM)
        ids = session.connection().execute(select(_CHALLENGE.c.id)).scalars()
        records = [desk.with_procedure(stored) for stored in challenges.load_many(session, list(ids))]
        broken = audit.verify(session)
        assert broken is None, str(broken)
        _log(council, records)
        _outbox(council, desk)
        for record in records:
            _windows(record)
            if record.standing.status is Status.open:
                _somebody_has_it(desk, record)
                _reminders_wait(desk, record)
                _nothing_stands_apart(desk, record)
        _ended(council, desk, records)
        _eyes(council, desk, records)
        private.check(council, session)


def _log(council: Council, records: list[Record]) -> None:
    bad = [
        line
        for line in council.logged()
        if line["level"] in ("error", "critical") or line["event"] in ("library_message", "(left out)")
    ]
    unexpected = [line for line in bad if line["event"] not in council.expected]
    assert not unexpected, unexpected
    text = council.log.getvalue()
    for record in records:
        for words in own_words(record):
            assert words not in text, f"The log quotes what was written about {record.reference}."


def own_words(record: Record) -> set[str]:
    """What people wrote about a challenge: texts long enough to be told from everything else."""
    found: set[str] = set()
    for entry in record.stored.entries:
        found |= {text for text in everything(write_step(entry.step)) if len(text) > 15 and " " in text}
    return found


def sent_letters(council: Council) -> list[str]:
    """The ids of all e-mails in everybody's mailbox."""
    post = council.demo.post
    return [letter.message_id for person in council.everybody for letter in post.mailbox(person.email)]


def _outbox(council: Council, desk: Desk) -> None:
    messages = sent_messages(council)
    doubled = {key: len(found) for key, found in messages.items() if len(found) > 1}
    assert not doubled, f"Sent more than once: {doubled}"
    rows = {row.key: row for row in desk.session.connection().execute(select(_OUTBOX))}
    files = sent_files(council)
    assert all(len(found) == 1 for found in files.values()), "A file was shared more than once."
    brought = {row.body.get("brought"): key for key, row in rows.items() if row.body.get("brought") in files}
    assert len(brought) == len(files), "Somebody was sent a file twice."
    sent = {key for key, row in rows.items() if row.state == "sent" and row.channel == "chat"}
    assert {*messages, *brought.values()} == sent
    posted = Counter(
        message_id(key, SENDER) for key, row in rows.items() if row.state == "sent" and row.channel == "email"
    )
    assert Counter(sent_letters(council)) == posted, "An e-mail is lost, doubled, or nobody's."
    listed = {problem.key for problem in problems.open_problems(desk.session)}
    for row in rows.values():
        if row.state == "waiting":
            assert row.send_after > desk.now, f"{row.key} was due at {row.send_after} and has not been sent."
        elif row.state == "failed":
            assert row.trouble
            told = f"undelivered:{row.key}"
            assert told in listed or problems.outcome_of(desk.session, told), f"{row.key}: nobody knows."
        elif row.state == "replaced":
            assert row.trouble, f"{row.key} was replaced by nothing."
        else:
            assert row.state in ("sent", "cancelled"), f"{row.key} is still {row.state}."
    for event in desk.session.connection().execute(select(_MEETING)):
        overdue = event.state in ("waiting", "claimed") and event.send_after <= desk.now
        assert not overdue, f"The calendars wait for the meeting of CH-{event.challenge_id}."
    stale = [row.key for row in desk.session.connection().execute(select(_POSTING)) if row.stale]
    assert not stale, f"Not redrawn: {stale}"


def _windows(record: Record) -> None:
    """Only the present stage of an open challenge may have an open window, and only while something is missing."""
    for run in record.standing.runs:
        window = record.windows.get(run.number)
        if window is None:
            assert run.stage.window is None or run.stage.window.from_ not in ("opened", "raised")
            continue
        present = record.standing.status is Status.open and run is record.standing.now
        waits = present and not run.window_met and not run.settled
        assert (window.closed_at is None) == waits, f"{record.reference}, {run.stage.name}: {window}"
        if window.closed_at is not None:
            assert window.met == run.window_met


def _somebody_has_it(desk: Desk, record: Record) -> None:
    """Every open challenge has a task for somebody who works here, or an administrator knows that it has none."""
    tasks = of_record(desk, record)
    assert tasks, f"Nobody has anything to do about {record.reference}."
    active = {person.email for person in roster.active(desk.session)}
    listed = {problem.challenge_id for problem in problems.open_problems(desk.session)}
    known = record.head.id in listed or any(
        problem.key.startswith("nobody:") for problem in problems.open_problems(desk.session)
    )
    assert known or any(set(holders) & active for _, holders in tasks), (
        f"{record.reference} waits for nobody who is here: {tasks}"
    )


def _reminders_wait(desk: Desk, record: Record) -> None:
    """Exactly the reminders that are still to come are waiting, for those who are asked now."""
    run, window = record.standing.now, record.window
    expected: Counter[tuple[str, str, Any]] = Counter()
    if window is not None and window.closed_at is None and run.clock is None:
        asked = record.holders(waits_for(run))
        # Who is asked and has raised it as well gets one message for both, the first under its key.
        notes = {note.key: note for note in reversed(reminders(desk, record, run, window, asked))}
        expected = Counter((note.notice, note.email, note.due_at) for note in notes.values())
    query = select(_OUTBOX.c.notice, _OUTBOX.c.email, _OUTBOX.c.due_at).where(
        _OUTBOX.c.challenge_id == record.head.id,
        _OUTBOX.c.state == "waiting",
        _OUTBOX.c.due_at > desk.now,
        _OUTBOX.c.notice.in_(["reminder", "lapsed"]),
    )
    waiting = Counter(tuple(row) for row in desk.session.connection().execute(query))
    assert waiting == expected, f"{record.reference}: {waiting} instead of {expected}"


def _nothing_stands_apart(desk: Desk, record: Record) -> None:
    """What does a task in view has nothing beside it behind "More" that does the same: a digest would not look for it there."""
    for task, holders in of_record(desk, record):
        for person in (people.person(desk.session, email) for email in set(holders)):
            assert person is not None
            theirs = Desk(desk.office, desk.session, person, now=desk.now)
            offered = Offered(theirs, theirs.with_procedure(record.stored))
            in_view, behind = (
                [
                    button.label
                    for button in buttons
                    if button.command == task.command and task.name in ("", button.arguments.get("which"))
                ]
                for buttons in (offered.items, offered.more)
            )
            assert task.command in JUDGEMENT or not (in_view and behind), (
                f"{record.reference}, {task.what}: {in_view} in view, {behind} behind."
            )


def _ended(council: Council, desk: Desk, records: list[Record]) -> None:
    """Messages about what has ended offer nothing more to do, and nothing about it is still to come but that it ended."""
    ended = {record.head.id: record for record in records if record.standing.status is not Status.open}
    messages = sent_messages(council)
    for row in desk.session.connection().execute(select(_POSTING)):
        if row.challenge_id in ended:
            shown = messages[row.key][0].shown
            assert set(shown.labels) <= _left(ended[row.challenge_id]), (
                f"{row.key} still offers {shown.labels}"
            )
    for message in [one for found in messages.values() for one in found]:
        for button in message.shown.buttons:
            over = [record for record in ended.values() if button.hint.endswith(record.reference)]
            assert all(button.label in _left(each) for each in over), (
                f"A digest still offers {button.hint!r}."
            )
    for row in desk.session.connection().execute(select(_OUTBOX).where(_OUTBOX.c.state == "waiting")):
        if row.challenge_id in ended:
            assert row.notice not in ("reminder", "lapsed", "outcome_due"), f"{row.key} is still to come."


def _left(record: Record) -> set[str]:
    """What an ended challenge still offers: reading, and saying that what was agreed before is done."""
    open_ = any(action.done is None for action in record.standing.actions)
    return READING | ({"Done"} if open_ else set())


def _eyes(council: Council, desk: Desk, records: list[Record]) -> None:
    """Nobody has the words of a case on their screen who has or had no part in it, and no notification shows any."""
    workspace = council.demo.workspace
    by_email = {persona.email: user for user, persona in workspace.personas.items()}
    screens = {user: list(screen(council, user)) for user in by_email.values()}
    sent = [*sent_messages(council).values(), *sent_files(council).values()]
    previews = [message.text for found in sent for message in found]
    for record in records:
        allowed = _may_have_read(desk, record)
        others = {text for each in records if each is not record for text in own_words(each)}
        for written in own_words(record) - others:
            for preview in previews:
                assert written not in preview
                assert record.head.case_reference not in preview
            for email, user in by_email.items():
                if email not in allowed:
                    read = [text for text in screens[user] if written in text]
                    assert not read, f"{email} has read of {record.reference}: {read}"


def _may_have_read(desk: Desk, record: Record) -> set[str]:
    """All who ever had a part, who ever covered for one of them, and whose opinion was asked."""
    found = set(record.concerned)
    for entry in record.stored.entries:
        found.add(entry.by)
        if isinstance(entry.step, Reassigned):
            found |= {entry.step.leaves, entry.step.joins}
    absences = list(desk.session.connection().execute(select(table(Absence))))
    while more := {row.cover for row in absences if row.email in found} - found:
        found |= more
    return found | set(desk.session.connection().execute(select(table(SecondOpinion).c.asked)).scalars())
