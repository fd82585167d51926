"""What people read about a private concern: where it stands, who has it, what was said, and the buttons that work for them (BR-13)."""

from __future__ import annotations

from commands.concern_matters import Matter, may, missing
from commands.concern_words import own_words, sentence, who_is_away
from commands.desk import Desk
from commands.entries import moment
from commands.vocabulary import (
    Button,
    Buttons,
    Card,
    Divider,
    Fact,
    Facts,
    Heading,
    Paragraph,
    Part,
    Quotation,
    Small,
    Style,
)
from procedures.private_concern import ASKED, THEN, WITH, Kind, Status
from storage.concerns import Entry

NEW = Button("Raise a private concern", "concern", {"new": "yes"})
SHOWN = 8
"""Private concerns in one list; older ones are shown by their reference."""


def preview(found: Matter) -> str:
    """All that a locked telephone shows."""
    return f"{found.reference}: a private matter"


def card(desk: Desk, found: Matter, lead: str = "", *, told: Entry | None = None, full: bool = False) -> Card:
    """A private concern as it stands; `lead` says why this person reads it, `told` is the step that it tells of, `full` tells all."""
    first = found.stored.entries[0]
    parts: list[Part] = [Paragraph(lead, strong=True)] if lead else []
    parts += [Quotation(label, text) for label, text in own_words(told)] if told is not None else []
    parts.append(Paragraph(what_is_next(desk, found), strong=not lead))
    parts.append(Facts(tuple(_facts(desk, found))))
    parts += [Quotation(label, text) for label, text in own_words(first)]
    later = [entry for entry in found.stored.entries[1 if full else -1 :] if entry not in (first, told)]
    if later:
        parts += [Divider(), Heading("What has happened" if full else "The latest")]
    for entry in later:
        parts.append(Small(sentence(desk, found.procedure, entry)))
        parts += [Quotation(label, text) for label, text in own_words(entry)]
    if len(found.stored.entries) > 2 and not full:
        parts.append(Small("There is more: open it to see every step."))
    parts.append(Small("Private: only those named here read it. It is on no child's file."))
    parts.append(buttons(desk, found, opened=full))
    ended = "" if found.stored.status is Status.open else f", {_STATUS[found.stored.status]}"
    return Card(f"{found.reference} · private{ended}", tuple(parts), preview(found))


_STATUS = {Status.agreed: "resolution agreed", Status.closed: "closed"}


def _facts(desk: Desk, found: Matter) -> list[Fact]:
    head, procedure, rule = found.stored.head, found.procedure, found.rule
    by = f"{desk.name(head.raiser)}, {moment(desk, head.opened_at)}"
    facts = [Fact("About", desk.name(head.about)), Fact("Raised by", by)]
    asked, with_, then = (found.stored.people(part) for part in (ASKED, WITH, THEN))
    if asked:
        facts.append(Fact("Asked", f"{desk.name_all(asked, 'and')} ({procedure.role_name(rule.to)})"))
    if with_:
        facts.append(Fact("To agree with", desk.name_all(with_, "and")))
    if then:
        facts.append(Fact("Taken to", f"{desk.name_all(then, 'and')} ({procedure.role_name(rule.then)})"))
    return facts


def what_is_next(desk: Desk, found: Matter) -> str:
    """Who is asked for what now; or how it ended."""
    status, rule, procedure = found.stored.status, found.rule, found.procedure
    raiser = found.stored.head.raiser
    if status is not Status.open:
        done = found.newest(Kind.agreed, Kind.concluded)
        words = f"{sentence(desk, procedure, done)}." if done is not None else ""
        if status is Status.closed:
            return f"{words} This private concern is closed."
        who = "you" if raiser == desk.actor.email else desk.name(raiser)
        return (
            f"{words} If it is still unresolved, {who} can take it to the {procedure.role_name(rule.then)}."
        )
    if missing(desk, found):
        return "It waits until somebody is there who can take it on. An administrator has been told that somebody is missing."
    if found.stored.head.level == 2:
        return f"Next: {desk.name_all(found.stored.people(THEN))} to record the outcome."
    asked, with_ = found.stored.people(ASKED), found.stored.people(WITH)
    return f"Next: {desk.name_all(asked)} to agree a resolution with {desk.name_all(with_)}."


def buttons(desk: Desk, found: Matter, *, opened: bool = False) -> Buttons:
    """What the person can do about it now, the likeliest first; `opened`: all of it is shown already."""
    this = {"concern": found.reference}
    then = found.procedure.role_name(found.rule.then)
    items: list[Button] = []
    if may(desk, found, Kind.concluded):
        items.append(Button("Record the outcome", "concern-outcome", this, Style.PRIMARY))
    if may(desk, found, Kind.agreed):
        items.append(Button("Record what was agreed", "concern-agree", this, Style.PRIMARY))
    if may(desk, found, Kind.taken_further):
        items.append(Button(f"Take it to the {then}"[:75], "concern-further", this))
    if may(desk, found, Kind.noted):
        items.append(Button("Add a note", "concern-note", this))
    if not opened:
        items.append(Button("Open all of it", "concern", this))
    return Buttons(
        tuple(
            Button(
                each.label, each.command, each.arguments, each.style, hint=f"{each.label}: {found.reference}"
            )
            for each in items
        )
    )


def listing(desk: Desk, matters: list[Matter], *, may_raise: bool) -> Card:
    """The person's own private concerns, those on which something is still asked first."""
    ordered = sorted(matters, key=lambda found: found.stored.status is not Status.open)
    parts: list[Part] = [Paragraph("Only you see this list, and nothing of it stands in any other.")]
    for found in ordered[:SHOWN]:
        head = found.stored.head
        parts += [
            Divider(),
            Paragraph(f"{found.reference} · about {desk.name(head.about)}", strong=True),
            Small(what_is_next(desk, found)),
            *(Small(words) for words in who_is_away(desk, _awaited(found))),
            buttons(desk, found),
        ]
    if len(ordered) > SHOWN:
        parts.append(Small("Older ones are shown by their reference: /challenge concern PC-12."))
    if may_raise:
        parts += [Divider(), Buttons((NEW,))]
    return Card("Private concerns", tuple(parts), "Private concerns")


def _awaited(found: Matter) -> list[str]:
    if found.stored.status is not Status.open:
        return []
    return found.stored.people(ASKED if found.stored.head.level == 1 else THEN)
