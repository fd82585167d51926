"""What each person has to do, and the daily digest of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from commands.actions import Offered, saying
from commands.agreed import done_button
from commands.desk import Desk
from commands.entries import shortened
from commands.office import ADMINISTRATOR
from commands.raising import may_raise
from commands.record import Record
from commands.vocabulary import Button, Buttons, Card, Divider, Heading, Paragraph, Part, Small, Style
from procedures.dates import long_date, near_date, short_date
from procedures.engine import Task, tasks
from storage import absences, challenges, opinions, problems, roster, swaps
from storage.undelivered import PROBLEM

MINE = Button("My challenges", "list", {"which": "mine"})
AWAY = Button("I will be away", "away")
GROUPS = ("Overdue", "Today", "In the next five working days", "Later, or without a date")
JUDGEMENT = ("escalate", "resolve")
SHOWN = 12
"""Tasks in one digest or home page; the rest are counted."""


@dataclass(frozen=True)
class ToDo:
    """One thing for one person: `for_email` is whose it is, which a cover is told. `apart`: it stays a line of its own."""

    what: str
    day: date | None
    late: bool
    for_email: str
    buttons: tuple[Button, ...]
    record: Record | None = None
    apart: bool = False
    offered: Offered | None = None
    """All that the person could do about it."""


def of_record(desk: Desk, record: Record) -> list[tuple[Task, list[str]]]:
    """What a challenge waits for, with the people it waits for."""
    return desk.found_once("tasks", record, lambda: _of_record(desk, record))


def _of_record(desk: Desk, record: Record) -> list[tuple[Task, list[str]]]:
    found = tasks(record.procedure, record.standing, record.due_day, desk.circumstances(record))
    return [(task, [*record.holders(task.to), *task.emails]) for task in found]


def of_person(desk: Desk) -> list[ToDo]:
    """All that the person at the desk has to do today, for themselves and for those they cover; most pressing first."""
    emails = [desk.actor.email, *desk.covered]
    found: list[ToDo] = []
    for record in desk.concerning(emails):
        offered = Offered(desk, record)
        for task, holders in of_record(desk, record):
            email = next((email for email in emails if email in holders), None)
            if email is not None:
                found.append(_todo(record, offered, task, email))
    found += _opinions(desk, emails)
    found += _swaps(desk)
    found += _problems(desk)
    return sorted(_merged(found), key=lambda each: (not each.late, each.day is None, each.day or desk.today))


def _todo(record: Record, offered: Offered, task: Task, email: str) -> ToDo:
    """A task with what the person can do about it there and then, of all that they are offered, what does it first, and the way to the
    whole record."""
    shown = Button("Open", "show", {"challenge": record.reference}, hint=f"Open {record.reference}")
    what, apart = shortened(task.what), task.command in ("done", "refer")
    action = record.standing.action(int(task.name)) if task.command == "done" else None
    if action is not None:
        return ToDo(what, task.day, task.late, email, (done_button(record, action), shown), record, apart)
    found: list[Button] = []
    if task.command not in JUDGEMENT:  # nothing behind the others does what one in view does
        found = _doing(offered.items, task) or _doing(offered.more, task)
    if not found:  # who decides what happens next wants to see what is likely
        found = sorted(offered.items, key=lambda button: not _does(button, task))[:3]
    return ToDo(what, task.day, task.late, email, (*found, shown), record, apart, offered)


def _doing(buttons: Iterable[Button], task: Task) -> list[Button]:
    return [button for button in buttons if _does(button, task)]


def _does(button: Button, task: Task) -> bool:
    return button.command == task.command and task.name in ("", button.arguments.get("which"))


def _opinions(desk: Desk, emails: list[str]) -> list[ToDo]:
    awaited = opinions.open_questions(desk.session) if desk.shared is None else desk.shared.opinions
    return [
        ToDo(
            f"Give {desk.name(row.asker)} a second opinion",
            None,
            False,
            row.asked,
            (Button("Answer", "opinion", {"opinion": str(row.id)}, hint=f"Answer {desk.name(row.asker)}"),),
        )
        for row in awaited
        if row.asked in emails
    ]


def _swaps(desk: Desk) -> list[ToDo]:
    """Questions of colleagues about a swap. Nobody answers one for somebody else."""
    asked = swaps.open_questions(desk.session) if desk.shared is None else desk.shared.swaps
    return [
        ToDo(
            f"Answer {desk.name(swap.asker)}, who asks you to swap",
            desk.office.today(swap.expires_at),
            False,
            swap.asked,
            (Button("Answer", "swap", {"swap": str(swap.id)}, hint=f"Answer {desk.name(swap.asker)}"),),
        )
        for swap in asked
        if swap.asked == desk.actor.email
    ]


def _problems(desk: Desk) -> list[ToDo]:
    found = problems.open_problems(desk.session) if desk.shared is None else desk.shared.problems
    if not found or not desk.holds([ADMINISTRATOR]):
        return []
    kept = sum(problem.key.startswith(PROBLEM) for problem in found)
    todos = []
    if kept:
        what = "One message was not delivered" if kept == 1 else f"{kept} messages were not delivered"
        todos.append(ToDo(what, desk.today, False, desk.actor.email, (Button("See which", "undelivered"),)))
    count = len(found) - kept
    if count:
        what = "One thing needs an administrator" if count == 1 else f"{count} things need an administrator"
        todos.append(ToDo(what, desk.today, False, desk.actor.email, (Button("See what", "problems"),)))
    return todos


def group_of(desk: Desk, todo: ToDo) -> str:
    """Under which heading of the digest something stands."""
    if todo.late:
        return GROUPS[0]
    if todo.day is None:
        return GROUPS[3]
    if todo.day <= desk.today:
        return GROUPS[1]
    return GROUPS[2] if todo.day <= desk.office.calendar.add(desk.today, 5) else GROUPS[3]


def grouped(desk: Desk, todos: list[ToDo], *, apart: bool = False) -> list[Part]:
    """The list, under its headings; a line a challenge with all that is to be done about it. `apart`: in a message, which shows only
    later what a click has done."""
    parts: list[Part] = []
    groups: dict[str, list[ToDo]] = {group: [] for group in GROUPS}
    for todo in todos[:SHOWN]:
        groups[group_of(desk, todo)].append(todo)
    for group, here in groups.items():
        if here:
            parts.append(Heading(f"{group} ({len(here)})"))
        for todo in here:
            parts += _line(desk, todo, apart)
    if len(todos) > SHOWN:
        parts.append(Small(f"And {len(todos) - SHOWN} more: /challenge list mine shows them all."))
    return parts


def _merged(todos: list[ToDo]) -> list[ToDo]:
    """Several tasks of one challenge with one date and one person become one."""
    merged: dict[object, ToDo] = {}
    for todo in todos:
        key: object = id(todo)
        if todo.record is not None and not todo.apart:
            key = (todo.record.head.id, todo.day, todo.for_email)
        if key in merged:
            words = todo.what[:1].lower() + todo.what[1:]
            either = (*merged[key].buttons[:-1], *todo.buttons[:-1])
            together = () if todo.offered is None else todo.offered.in_order(either)[:4]
            merged[key] = replace(
                merged[key], what=f"{merged[key].what} and {words}", buttons=(*together, todo.buttons[-1])
            )
        else:
            merged[key] = todo
    return list(merged.values())


def _line(desk: Desk, todo: ToDo, apart: bool) -> list[Part]:
    record = todo.record
    details: list[str] = []
    if record is not None:
        details += [record.standing.now.stage.name, *_when(desk, todo, record)]
    if todo.for_email != desk.actor.email:
        details.append(f"you cover for {desk.name(todo.for_email)}")
    where = f"{record.reference} · {record.head.case_reference} · " if record is not None else ""
    parts: list[Part] = [Paragraph(f"{where}{todo.what}", strong=todo.late)]
    if details:
        parts.append(Small("; ".join(details)))
    parts.append(Buttons(tuple(saying(button) for button in todo.buttons) if apart else todo.buttons))
    return parts


def _when(desk: Desk, todo: ToDo, record: Record) -> list[str]:
    """By when. The raiser's judgement after a window has no date of its own: there it is the date that was not met."""
    window = record.window
    if todo.day == desk.today and not todo.late and window is not None and desk.circumstances(record).lapsed:
        return [f"the answer was due {near_date(window.due_day, desk.today)}"]
    if todo.day is None:
        return []
    return [f"{'was due' if todo.late else 'by'} {near_date(todo.day, desk.today)}"]


def digest(desk: Desk) -> Card | None:
    """The day's digest for the person at the desk; None when they have nothing to do."""
    todos = of_person(desk)
    if not todos:
        return None
    title = f"Your challenges on {long_date(desk.today)}"
    count = "One thing waits for you." if len(todos) == 1 else f"{len(todos)} things wait for you."
    parts: list[Part] = [Paragraph(count), *grouped(desk, todos, apart=True), Divider()]
    parts.append(Buttons((MINE, AWAY)))
    return Card(title, tuple(parts), f"Your digest for {short_date(desk.today)}: {count}")


def nothing_waits(desk: Desk) -> Card:
    """The digest of somebody who has nothing to do."""
    title = f"Your challenges on {long_date(desk.today)}"
    return Card(title, (Paragraph("Nothing waits for you now."),), "Nothing waits for you now.")


def old_digest(day: date) -> Card:
    """What is left of the digest of an earlier day: its tasks, and their buttons, stand in the newer one."""
    words = "This was an earlier day's digest. Your Home tab shows what waits for you now."
    title = f"Your challenges on {long_date(day)}"
    return Card(title, (Paragraph(words), Buttons((Button("Show me", "digest"),))), title)


def home(desk: Desk) -> Card:
    """The person's own page: what they must do, what they raised, what is due where they oversee."""
    from commands.listing import line, overseen

    todos = of_person(desk)
    units = overseen(desk)
    can_raise = may_raise(desk)
    parts: list[Part] = [_top(desk, can_raise, bool(units)), Heading("What you must do")]
    parts += grouped(desk, todos) if todos else [Paragraph("Nothing waits for you now.")]
    raised = [
        desk.with_procedure(stored).head
        for stored in challenges.load_many(
            desk.session, challenges.ids_concerning(desk.session, [desk.actor.email])
        )
        if stored.head.raiser == desk.actor.email
    ]
    if can_raise or raised:
        parts += [Divider(), Heading("What you raised")]
        for head in raised[:10]:
            parts += line(desk, head, openable=True)
        if not raised:
            parts.append(Paragraph("You have no open challenge."))
        if len(raised) > 10:
            parts.append(Small(f"And {len(raised) - 10} more: /challenge list mine shows them all."))
    if units:
        above = {todo.record.head.id for todo in todos if todo.record is not None} | {
            head.id for head in raised
        }
        due = [
            head
            for head in challenges.open_in_units(desk.session, units)
            if head.due_at is not None and head.id not in above
        ]
        own = set(challenges.ids_concerning(desk.session, [desk.actor.email, *desk.covered]))
        parts += [
            Divider(),
            Heading("What else is due in your teams" if above else "What is due in your teams"),
        ]
        for head in due[:8]:
            parts += line(desk, head, openable=head.id in own)
        if not due:
            parts.append(Paragraph("Nothing else is due." if above else "Nothing is due."))
        if len(due) > 8:
            parts.append(Small(f"And {len(due) - 8} more: /challenge list unit shows them all."))
    return Card("Challenges", tuple(parts), "Challenges")


def _top(desk: Desk, can_raise: bool, oversees: bool) -> Buttons:
    """What people come for, in view; what they look for now and then, in the menu (of five entries at most)."""
    first = (Button("Raise a challenge", "raise", style=Style.PRIMARY),) if can_raise else ()
    more = [Button("Overdue challenges", "list", {"which": "overdue"})]
    if oversees:
        more.insert(0, Button("My unit's challenges", "list", {"which": "unit"}))
    more += [Button("My digest now", "digest"), Button("Work out a due date", "due")]
    if desk.holds([ADMINISTRATOR]):
        more.append(Button("What needs an administrator", "problems"))
    return Buttons((*first, MINE, AWAY, Button("Help", "help")), tuple(more))


def people_with_something(desk: Desk) -> list[str]:
    """Everybody who gets a digest today: those for whom something waits, or whoever stands in for them."""
    waiting: dict[str, None] = {}
    for stored in challenges.load_many(desk.session, challenges.open_ids(desk.session)):
        for _, holders in of_record(desk, desk.with_procedure(stored)):
            waiting |= dict.fromkeys(holders)
    waiting |= dict.fromkeys(question.asked for question in opinions.open_questions(desk.session))
    waiting |= dict.fromkeys(swap.asked for swap in swaps.open_questions(desk.session))
    if list(problems.open_problems(desk.session)):
        waiting |= dict.fromkeys(person.email for person in roster.everyone_with(desk.session, ADMINISTRATOR))
    return stand_ins(desk, waiting)


def stand_ins(desk: Desk, emails: Iterable[str]) -> list[str]:
    """These people, each replaced by whoever stands in today; active people only, each once."""
    active = {person.email for person in roster.active(desk.session)}
    reached = (absences.stand_in(desk.absences, email).email for email in emails)
    return [email for email in dict.fromkeys(reached) if email in active]
