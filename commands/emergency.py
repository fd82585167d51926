"""Reading a record in an emergency without having a part in it: with a reason, and never unseen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pydantic import Field

from commands.cards import challenge_card
from commands.command import ChallengeRef, Command, Draft, LongText
from commands.desk import Desk
from commands.entries import moment
from commands.errors import Refused
from commands.leads import Notice
from commands.office import ADMINISTRATOR
from commands.problem_notes import report_problem
from commands.record import Record, challenge_id
from commands.vocabulary import (
    Button,
    Buttons,
    Card,
    Filled,
    Form,
    Input,
    Paragraph,
    Part,
    Quotation,
    Reply,
    Say,
    Small,
    Value,
)
from procedures.authority import Authority
from procedures.engine import BadStep, holding
from procedures.languages import in_a_sentence
from procedures.schema import Procedure
from storage import emergencies, outbox, people, roster
from storage.outbox import Note

NOTICE = "emergency_read"
WORDS = 4
"""Words that a reason has at least."""


def may_read(authority: Authority, procedure: Procedure) -> tuple[str, ...]:
    """The roles whose holders may read in an emergency, for the team of the challenge or a unit above it."""
    return holding(procedure, "oversee") if authority.emergency.by is None else authority.emergency.by


class EmergencyAccess(Command):
    """Read a record in an emergency although you have no part in it; its manager is told."""

    name = "emergency-access"
    title = "Read in an emergency"
    submit = "Read the record"
    usage = "CH-1042"
    pointed_out = "Your reason is sent to the manager and kept. It need not name anybody."

    challenge: ChallengeRef
    reason: LongText = Field(
        title="Why must you read it now?",
        description="Say what has happened and why nobody who has a part can be asked.",
    )

    @classmethod
    def offered(cls, desk: Desk) -> bool:
        """To those whom the authority lets read in an emergency."""
        return desk.holds(_roles(desk))

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """The form for one reference; there is no list to choose from, because it would show what is not the person's."""
        if not words:
            raise Refused("Say which record: /challenge emergency-access and its reference, such as CH-1042.")
        return super().pressed(desk, {"challenge": words[0]}, None)

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """The same."""
        return cls.typed(desk, [arguments["challenge"]] if arguments.get("challenge") else [])

    @classmethod
    def form(cls, desk: Desk, context: Mapping[str, str], values: Mapping[str, Value]) -> Form:
        """The form shows the reference as it was typed, and nothing else of the record."""
        cls.record(desk, context.get("challenge", ""))
        return super().form(desk, context, values)

    @classmethod
    def record(cls, desk: Desk, reference: str, *, for_change: bool = False) -> Record:
        """A record of a team for which the person may. Raises Refused in the same words whether or not it exists."""
        _check_role(desk)
        if reference.strip().upper().startswith("PC"):
            raise Refused(
                "A private concern cannot be read in an emergency: only those who have a part in it see it."
            )
        record = desk.office_record(challenge_id(reference))
        if record is not None and desk.may_see(record):
            raise Refused(
                f"You have a part in {record.reference}: /challenge show {record.reference} opens it."
            )
        if record is None or not desk.holds_above(
            may_read(desk.office.authority, record.procedure), record.head.unit
        ):
            raise Refused(
                f'"{reference.strip()[:40]}" is not the reference of a challenge in a team for which you may do this. Check the number.'
            )
        return record

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """What follows from it, then the reason."""
        record = cls.record(desk, draft.context["challenge"])
        told = desk.name_all(dict.fromkeys(_told(desk, record)), "and") if _told(desk, record) else "nobody"
        yield Paragraph(
            f"You have no part in {record.reference}. You can read it once now. {told} will be told at once that you did, and why; your reason "
            "is written to the audit.",
            strong=True,
        )
        yield inputs["reason"]

    @classmethod
    def reminder(cls, desk: Desk, draft: Draft) -> str:
        """The reason is no part of the child's file."""
        return ""

    def run(self, desk: Desk) -> Reply:
        """Show the record once; the manager and whoever raised it are told, out of office hours too."""
        record = self.record(desk, self.challenge)
        if len(self.reason.split()) < WORDS:
            raise BadStep("reason", f"Please say why, in {WORDS} words at least.")
        desk.once()
        number = emergencies.note(desk.session, record.head.id, desk.actor.email, desk.now, self.reason)
        desk.note_down("emergency_read", record.reference, {"reading": number, "reason": self.reason})
        told = _told(desk, record)
        outbox.put(
            desk.session,
            [
                Note(
                    key=f"{record.reference}:emergency:{number}:{email}",
                    email=email,
                    notice=NOTICE,
                    due_at=desk.now,
                    send_after=desk.now,
                    challenge_id=record.head.id,
                    body={"reading": number},
                    urgent=True,
                )
                for email in told
            ],
        )
        if not _managers(desk, record):
            report_problem(
                desk,
                f"emergency:{number}",
                f"{record.reference} was read in an emergency, and nobody oversees its team who could be told. Add a manager to people.csv and import it.",
                None,
            )
        return Say(_once(desk, record, told))


def read_card(desk: Desk, notice: Notice) -> Card | None:
    """The message to those who are told: who read which record, when and why."""
    found = emergencies.find(desk.session, int(notice.body["reading"]))
    record = None if found is None else desk.office_record(found.challenge_id)
    if found is None or record is None:
        return None
    lead = f"{desk.name(found.by)} has read {record.reference} in an emergency, on {moment(desk, found.at)}."
    why = "They have no part in it. If this was not right, speak to them and to your information governance lead."
    parts: list[Part] = [
        Paragraph(lead, strong=True),
        Quotation("The reason given", found.reason),
        Small(why),
    ]
    if desk.may_see(record):
        parts.append(
            Buttons(
                (Button("Open the record", "show", {"challenge": record.reference}, hint=record.reference),)
            )
        )
    title = f"{record.reference} was read in an emergency"
    return Card(title, tuple(parts), title)


def _once(desk: Desk, record: Record, told: list[str]) -> Card:
    """The record to read, with nothing to press: the reader has no part in it."""
    whom = f" {desk.name_all(told, 'and')} are told." if len(told) > 1 else ""
    whom = f" {desk.name(told[0])} is told." if len(told) == 1 else whom
    lead = f"Shown once, because of an emergency.{whom}"
    card = challenge_card(desk, record, lead, full=True)
    parts = tuple(part for part in card.parts if not isinstance(part, Buttons))
    return replace(card, parts=parts, preview=record.reference)


def _check_role(desk: Desk) -> None:
    """Refused, with who may, for those who hold none of the roles; whatever they asked for."""
    roles = _roles(desk)
    if desk.holds(roles):
        return
    titles = [in_a_sentence(desk.office.roles.get(role, role)) for role in roles]
    if not titles:
        raise Refused("Here nobody may read a record in an emergency without having a part in it.")
    raise Refused(
        f"Only these roles can read a record in an emergency, for their own teams: {', '.join(titles)}. Ask one of them, or whoever has a part in it."
    )


def _roles(desk: Desk) -> list[str]:
    authority = desk.office.authority
    return list(
        dict.fromkeys(role for procedure in desk.procedures for role in may_read(authority, procedure))
    )


def _managers(desk: Desk, record: Record) -> list[str]:
    """Those who oversee the team, from the nearest unit in which somebody but the reader does."""
    seeing = set(holding(record.procedure, "oversee"))
    active = {person.email for person in roster.active(desk.session)} - {desk.actor.email}
    held = roster.holdings(desk.session)
    for unit in desk.office.authority.upwards(record.head.unit):
        found = [email for email, role, where in held if role in seeing and where == unit and email in active]
        if found:
            return list(dict.fromkeys(found))
    return []


def _told(desk: Desk, record: Record) -> list[str]:
    """The managers and whoever raised it; where they have left the council, the administrators hear of it instead."""
    raiser = people.person(desk.session, record.head.raiser)
    found = [*_managers(desk, record), *([raiser.email] if raiser is not None and raiser.active else [])]
    found = [email for email in dict.fromkeys(found) if email != desk.actor.email]
    return found or [person.email for person in roster.everyone_with(desk.session, ADMINISTRATOR)]
