"""Taking in the list of children on plans: the whole of it or nothing, and what it changes in words that name no case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from commands.office import Office
from commands.plans_due import by_trigger, coming, work_out
from procedures.plans import COLUMNS, PlanRow, read_plans
from storage import plans, roster
from storage.plans import Changes, Plan


@dataclass(frozen=True)
class Import:
    """What a list changes, and how many records open because of it by now, by the trigger's title. `trial`: nothing was changed."""

    changes: Changes
    opens: Counter[str]
    trial: bool


def take_in(office: Office, session: Session, content: bytes, name: str, *, trial: bool = False) -> Import:
    """Take in a plans.csv; with `trial` only say what it would change. Raises FaultyFile, and then nothing has changed."""
    now = office.clock.now()
    people = {person.email: person.name for person in roster.active(session)}
    rows = read_plans(content, name, office.authority, people, office.today(now))
    opens = _opens(office, session, rows)
    changes = plans.take_in(session, rows, office.today(now), now, dry_run=trial)
    if not trial:
        work_out(office, session)
    return Import(changes, opens, trial)


def _opens(office: Office, session: Session, rows: Iterable[PlanRow]) -> Counter[str]:
    """What is due by today once these are the plans."""
    today = office.today(office.clock.now())
    known = {plan.key: plan for plan in plans.everything(session)}
    fired = plans.fired(session)
    found: Counter[str] = Counter()
    for row in rows:
        key = row.case_reference, row.plan_start
        before = known.get(key)
        since = before.since if before is not None and before.row.status is row.status else today
        left = coming(office, Plan(row, since, None, None), fired.get(key, {}))
        found.update(
            due[-1].trigger.title for due in by_trigger(each for each in left if each.occurrence.on <= today)
        )
    return found


def counts(found: Import) -> dict[str, int]:
    """The numbers alone, for the audit."""
    changes = found.changes
    return {
        "new": len(changes.new),
        "changed": len(changes.changed),
        "returned": len(changes.returned),
        "gone": len(changes.gone),
        "same": changes.same,
    }


def summary(found: Import) -> list[str]:
    """What a list changes, a sentence each; numbers and no case."""
    changes, lines = found.changes, []
    parts = [
        f"{number} {word}"
        for number, word in (
            (len(changes.new), "new"),
            (len(changes.changed), "changed"),
            (len(changes.returned), "back on the list"),
            (len(changes.gone), "gone"),
            (changes.same, "as before"),
        )
        if number
    ]
    lines.append(f"Plans: {', '.join(parts)}.")
    columns = Counter(column for _, changed in changes.changed for column in changed)
    if columns:
        told = (f"{column.replace('_', ' ')} {columns[column]}" for column in COLUMNS if columns[column])
        lines.append(f"What changed: {', '.join(told)}.")
    if changes.gone:
        is_one = len(changes.gone) == 1
        them, are = ("it", "is") if is_one else ("them", "are")
        lines.append(
            f"{len(changes.gone)} {are} not on the list any more: nothing opens for {them} from now on. If that is wrong, complete the list and send it again."
        )
    if found.opens:
        number = sum(found.opens.values())
        titles = ", ".join(f"{title} {count}" for title, count in sorted(found.opens.items()))
        hours = "in the next office hours"
        lines.append(
            f"{_records(number)} {'would open' if found.trial else 'opens' if number == 1 else 'open'} by {'itself' if number == 1 else 'themselves'} {hours}: {titles}."
        )
    lines.append(
        "Nothing has been changed: this was a trial." if found.trial else "The list has been taken in."
    )
    return lines


def _records(number: int) -> str:
    return f"{number} record{'' if number == 1 else 's'}"


def named(found: Changes, units: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The plans by their case references, for whoever may see those of these units: new, changed, back and gone."""
    changed = [row for row, _ in found.changed]
    groups = (
        ("New", found.new),
        ("Changed", changed),
        ("Back on the list", found.returned),
        ("Gone", found.gone),
    )
    seen = [(label, [row.case_reference for row in rows if row.unit in units]) for label, rows in groups]
    return [(label, references) for label, references in seen if references]
