"""What people read about a challenge: where it stands, who must do what by when, and what has happened."""

from __future__ import annotations

from collections.abc import Collection

from commands import calendar_notes, own_fields
from commands.actions import buttons, reading
from commands.agreed import action_parts, side_facts
from commands.desk import Desk
from commands.entries import details, moment, own_words, sentence, shortened
from commands.invitations import heard, summary
from commands.limit_words import limit_words
from commands.next_step import due_words, meeting_words, sum_words, what_is_next
from commands.record import Record
from commands.vocabulary import (
    Bullets,
    Card,
    Divider,
    Fact,
    Facts,
    Heading,
    Paragraph,
    Part,
    Quotation,
    Small,
)
from procedures.dates import short_date
from procedures.engine import Status
from procedures.schema import RAISER
from procedures.steps import (
    Escalated,
    Moved,
    Raised,
)


def plain(title: str, sentence: str, *more: Part) -> Card:
    """A card of one sentence."""
    return Card(title, (Paragraph(sentence), *more), title)


def challenge_card(
    desk: Desk,
    record: Record,
    lead: str = "",
    *,
    told: Collection[int] = (),
    says_all: bool = False,
    extra: tuple[Part, ...] = (),
    full: bool = False,
) -> Card:
    """The challenge as the person at the desk may see it, with the buttons that would work for them.

    `lead` says why they are reading it, and `extra` follows it; without one the card says where the challenge stands. `told` are the entries that
    the lead tells of already; `says_all`: it says what is next too. `full` tells every stage.
    """
    run = record.standing.now
    parts: list[Part] = []
    if lead:
        parts.append(Paragraph(lead, strong=True))
    parts += extra
    if not says_all:
        parts.append(Paragraph(what_is_next(desk, record), strong=not lead))
    if not full:
        parts += _recent(desk, record, told)
    parts.append(Facts(tuple(_facts(desk, record))))
    parts += calendar_notes.parts(desk, record, run)
    if record.standing.status is Status.open and (words := sum_words(desk, record)):
        parts.append(Small(words))
    raised = record.raised
    parts.append(Quotation("Concern", raised.concern))
    if raised.agreed_actions:
        parts.append(Quotation("Agreed actions", raised.agreed_actions))
    opened = run.opened.step
    if isinstance(opened, Escalated):
        parts.append(Quotation(f"Why it was taken to {run.stage.name}", opened.outline))
    if isinstance(opened, Raised | Escalated) and opened.immediate_risk:
        parts.append(Quotation("Immediate risk: why this stage was opened directly", opened.risk_reason))
    if isinstance(opened, Raised | Escalated):
        parts += [Quotation(*each) for each in own_fields.told(run.stage.field, opened.fields)]
    parts += _about_meeting(desk, record, full)
    parts += action_parts(desk, record, full=full)
    if full:
        parts += [Divider(), Heading("What has happened")]
        parts += _history(desk, record)
    parts.append(buttons(desk, record, opened=full))
    return Card(_title(record), tuple(parts), f"{record.reference}: {_preview(desk, record)}")


def _about_meeting(desk: Desk, record: Record, full: bool) -> list[Part]:
    """For those who come to a meeting that is still to be held: what they are told, and the agenda; in full, who is invited."""
    run = record.standing.now
    rule = run.stage.meeting
    if rule is None or run.held is not None or run.settled or record.standing.status is not Status.open:
        return []
    invited = summary(desk, record, run) if full and (rule.consider or rule.invited or run.invited) else []
    people: list[Part] = [Paragraph("Invited to the meeting"), Bullets(tuple(invited))] if invited else []
    return [*heard(rule), *people] if full or run.meeting is not None else people


def brief_card(desk: Desk, record: Record, lead: str) -> Card:
    """A message whose moment has passed: why, where the challenge stands now, and the way to its record."""
    parts: list[Part] = [Paragraph(lead, strong=True)] if lead else []
    parts.append(Paragraph(what_is_next(desk, record), strong=not lead))
    if record.standing.status is Status.open:
        parts += _recent(desk, record)
    parts.append(reading(record))
    return Card(_title(record), tuple(parts), f"{record.reference}: {_preview(desk, record)}")


def _title(record: Record) -> str:
    standing = record.standing
    ended = "" if standing.status is Status.open else f", {standing.status.value}"
    return f"{record.reference} · {standing.now.stage.name}{ended}"


def _facts(desk: Desk, record: Record) -> list[Fact]:
    head, run = record.head, record.standing.now
    facts = [
        Fact("Case", head.case_reference),
        Fact("Team", desk.office.authority.unit_name(head.unit)),
        Fact(
            "Opened automatically for" if record.raised.trigger else "Raised by",
            f"{desk.name(head.raiser)}, {moment(desk, head.opened_at)}",
        ),
    ]
    for role in run.stage.to:
        emails = record.holders((role,)) if role != RAISER else [head.raiser]
        facts.append(Fact("Asked", f"{desk.name_all(emails, 'and')} ({record.procedure.role_name(role)})"))
    if record.standing.status is Status.open:
        facts.append(Fact("Due", due_words(desk, record)))
        if record.procedure.limit is not None:
            facts.append(Fact(record.procedure.limit.title, _capital(limit_words(desk, record))))
    if run.meeting is not None:
        facts.append(Fact("Meeting", _capital(meeting_words(run.meeting))))
    if run.stage.meeting is not None:
        facts.append(Fact("Chair", desk.name_all(record.holders((run.stage.meeting.chair,)))))
    if run.stage.outcome is not None and run.stage.outcome.with_:
        facts.append(
            Fact(
                "Discussion with",
                " and ".join(_with_names(desk, record, role) for role in run.stage.outcome.with_),
            )
        )
    if run.outcome is not None:
        facts.append(Fact("Outcome", run.outcome.label))
    return [*facts, *side_facts(desk, record)]


def _with_names(desk: Desk, record: Record, role: str) -> str:
    title, people = record.procedure.role_title(role), record.holders((role,))
    return f"{title} ({desk.name_all(people)})" if people else title


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _preview(desk: Desk, record: Record) -> str:
    if record.standing.status is not Status.open:
        return record.standing.status.value
    day = record.due_day
    return f"{record.standing.now.stage.name}" + (f", due {short_date(day)}" if day is not None else "")


def _recent(desk: Desk, record: Record, told: Collection[int] = ()) -> list[Part]:
    """What has happened at the present stage, each in a line; what people wrote is shortened, the record has it whole.

    Left out are how it and the stage began, how it ended, and the entries that are `told` elsewhere.
    """
    lines = []
    number = record.standing.now.number
    entries = [
        entry
        for entry in record.stored.entries
        if entry.stage_number == number
        and entry.number not in (1, *told)
        and entry is not record.standing.ended
        and not isinstance(entry.step, Moved)
    ]
    if len(entries) > 8:
        lines.append(f"{len(entries) - 8} earlier entries: open the record to see them")
    for entry in entries[-8:]:
        words = (
            "; ".join(shortened(text) for _, text in own_words(entry))
            if not isinstance(entry.step, Escalated)
            else ""
        )
        lines.append(sentence(desk, record, entry) + (f": {words}" if words else ""))
    return [Bullets(tuple(lines))] if lines else []


def _history(desk: Desk, record: Record) -> list[Part]:
    parts: list[Part] = []
    for run in record.standing.runs:
        parts.append(Paragraph(run.stage.name, strong=True))
        for entry in record.stored.entries:
            if entry.stage_number != run.number:
                continue
            parts.append(Small(sentence(desk, record, entry, in_full=True)))
            parts += [Quotation(label, text) for label, text in details(desk, record, entry)]
    return parts
