"""What has happened to a private concern, told step by step, and in a sentence who reads it and who does not (BR-13)."""

from __future__ import annotations

from collections.abc import Iterable

from commands.concern_people import Route, rule_of
from commands.desk import Desk
from commands.entries import moment
from procedures.dates import long_date
from procedures.private_concern import Kind
from procedures.schema import Procedure
from storage.concerns import Entry

LABELS = {
    "concern": "The concern",
    "tried": "What has been tried",
    "text": "Note",
    "agreed": "What was agreed",
    "unresolved": "What is unresolved",
    "outcome": "Outcome",
}
"""How each text of an entry is called, by its name in the entry's body."""


def sentence(desk: Desk, procedure: Procedure, entry: Entry) -> str:
    """What somebody did, in one line without their own words and without a full stop."""
    who, at = desk.name(entry.by), moment(desk, entry.at)
    then = procedure.role_name(rule_of(procedure).then)
    with_ = entry.body.get("with")
    what = {
        Kind.raised: f"raised this concern on {at}",
        Kind.noted: f"added a note on {at}",
        Kind.agreed: f"recorded on {at} what was agreed with {desk.name(with_ or '')}",
        Kind.taken_further: f"took it to the {then} on {at}",
        Kind.concluded: f"recorded the outcome on {at}",
    }
    return f"{who} {what[entry.kind]}"


def own_words(entry: Entry) -> list[tuple[str, str]]:
    """The free texts of a step, each with its label; empty ones are left out."""
    return [(label, entry.body[name]) for name, label in LABELS.items() if entry.body.get(name)]


def audience(desk: Desk, procedure: Procedure, way: Route) -> list[str]:
    """Who will read a concern, a line each, with what they have to do with it."""
    rule = rule_of(procedure)
    if not way.asked:
        return [f"{names(desk, procedure, rule.then, way.then)}, who records the outcome"]
    lines = [f"{names(desk, procedure, rule.to, way.asked)}, asked to agree a resolution"]
    if way.with_ == way.then:  # nobody else is there with whom it could be agreed
        return [*lines, f"{names(desk, procedure, rule.then, way.then)}, with whom it is agreed"]
    lines.append(f"{names(desk, procedure, rule.with_, way.with_)}, with whom it is agreed")
    return [*lines, f"Only if it stays unresolved: {names(desk, procedure, rule.then, way.then)}"]


def names(desk: Desk, procedure: Procedure, role: str, emails: Iterable[str]) -> str:
    """People with the role in which they are asked; who is missing is said as well."""
    found, title = list(emails), procedure.role_name(role)
    if not found:
        return f"The {title}, once there is one: an administrator is told that somebody is missing"
    return f"{desk.name_all(found, 'and')} ({title})"


def who_is_away(desk: Desk, emails: Iterable[str]) -> list[str]:
    """A sentence for each of these people who is away today: nobody who covers for them reads it."""
    return [
        f"{desk.name(email)} is away until {long_date(away.last)}. It waits for {desk.name(email)}: whoever covers does not read it."
        for email in emails
        if (away := desk.absences.get(email)) is not None
    ]
