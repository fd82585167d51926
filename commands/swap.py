"""Swapping a part that was given in turn: one asks, the other agrees, and the part and its turn pass on (issue: by agreement of both)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pydantic import Field

from commands.cards import plain
from commands.carry_out import hand_over
from commands.command import ChallengeRef, Choice, Command, Draft, ListChoice, whole_number
from commands.desk import Desk
from commands.errors import NotYours, Refused
from commands.record import Record
from commands.rotas import colleagues, left_out_words, mine, turns_for
from commands.swaps import DAYS_TO_ANSWER, end, question, still_possible, tell_asked, tell_asker
from commands.told import when_told
from commands.vocabulary import (
    Ask,
    Button,
    Buttons,
    Filled,
    Form,
    Input,
    Kind,
    Option,
    Part,
    Reply,
    Say,
    Small,
)
from procedures.dates import long_date
from procedures.engine import BadStep, Status, holding
from procedures.steps import Reassigned
from storage import allocations, challenges, swaps


def has_turns(desk: Desk) -> bool:
    """Whether the person takes turns in some role of a procedure in use."""
    return any(desk.holds(holding(procedure, "take turns")) for procedure in desk.procedures)


class Swap(Command):
    """Ask a colleague to take over a part that it was your turn to take."""

    name = "swap"
    title = "Swap a part"
    submit = "Ask them"
    usage = "CH-1042"
    about_challenge = "reassigned"

    challenge: ChallengeRef
    role: Choice = Field(title="Which part?")
    asked: ListChoice = Field(
        title="Whom do you ask?", description="They accept or decline. Until they accept, the part is yours."
    )

    @classmethod
    def offered(cls, desk: Desk) -> bool:
        """To those who take turns."""
        return has_turns(desk)

    @classmethod
    def choose(cls, desk: Desk) -> Reply:
        """Which challenge is meant, among those in which the person was given a part."""
        held = dict.fromkeys(
            number for number, _ in allocations.challenges_held(desk.session, desk.actor.email)
        )
        records = [desk.with_procedure(each) for each in challenges.load_many(desk.session, list(held))]
        records = [record for record in records if mine(desk, record)]
        if not records:
            raise Refused(
                "You have no part now that was given to you in turn. /challenge rota shows whose turn it is."
            )
        if len(records) == 1:
            return Ask(cls.form(desk, {"challenge": records[0].reference}, {}))
        options = tuple(
            Option(record.reference, f"{record.reference} · {record.head.case_reference}")
            for record in records
        )
        pick = Input("challenge", "Which challenge?", Kind.LIST, options=options[-100:])
        return Ask(Form(cls.name, cls.title, "Continue", (pick,), {"choose": "yes"}))

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """The part, if there are several; then the pool in the order of turns. A request that stands open can be taken back."""
        record = desk.record(draft.context["challenge"])
        roles = _checked(desk, record)
        titles = tuple(Option(role, record.procedure.role_title(role)) for role in roles)
        role = draft.get("role") or roles[0]
        yield replace(inputs["role"], options=titles, kind=Kind.LIST, redraws=True, initial=roles[0])
        asked = swaps.open_for(desk.session, record.head.id, role, desk.actor.email)
        if asked is not None:
            until = long_date(desk.office.today(asked.expires_at))
            yield Small(
                f"You have asked {desk.name(asked.asked)}, who can answer until {until}. Asking somebody else takes that back."
            )
            hint = f"Take back the question to {desk.name(asked.asked)}"
            take_back = {"swap": str(asked.id), "answer": "withdrawn"}
            yield Buttons((Button("Take it back", cls.name, take_back, hint=hint),))
        found = turns_for(desk, record, role)
        if found is None or not found.able:
            raise Refused(
                "There is nobody to ask now: everybody else who takes turns in this part is away, involved in the case or has it already. "
                f"/challenge reassign {record.reference} passes it to anybody on the council's list."
            )
        yield replace(inputs["asked"], options=colleagues(desk, found))
        yield from left_out_words(desk, found)

    def run(self, desk: Desk) -> Reply:
        """Ask them; an earlier question about the same part is taken back."""
        record = desk.record(self.challenge, for_change=True)
        if self.role not in _checked(desk, record):
            raise BadStep("role", "Choose one of the parts listed; somebody may just have changed them.")
        allocations.take_turns(desk.session)
        found = turns_for(desk, record, self.role)
        if found is None or self.asked not in found.able:
            raise BadStep("asked", "Choose one of the people listed; somebody may just have become unable.")
        desk.once()
        before = swaps.open_for(desk.session, record.head.id, self.role, desk.actor.email)
        if before is not None:
            end(desk, before, "withdrawn")
        swap = swaps.ask(
            desk.session,
            challenge_id=record.head.id,
            role=self.role,
            asker=desk.actor.email,
            asked=self.asked,
            at=desk.now,
            expires_at=desk.office.hours.due_at(desk.office.calendar.add(desk.today, DAYS_TO_ANSWER)),
        )
        tell_asked(desk, swap)
        desk.note_down("swap_asked", record.reference, {"role": self.role, "asked": self.asked})
        words = f"{desk.name(self.asked)} has been asked. You hear of the answer; until then the part is yours. {when_told(desk)}"
        return Say(plain(f"Asked: {record.reference}", words.strip()))

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """Accept, decline or take back a question, or read it again; or open the form."""
        answer = arguments.get("answer", "")
        if arguments.get("swap") and not answer:
            return cls._read_again(desk, whole_number(arguments["swap"]))
        if answer not in ("accepted", "declined", "withdrawn"):
            return super().pressed(desk, arguments, form)
        return cls._answered(desk, whole_number(arguments.get("swap", "")), answer)

    @classmethod
    def _read_again(cls, desk: Desk, number: int) -> Reply:
        swap = swaps.find(desk.session, number)
        card = question(desk, number)
        if swap is None or card is None or swap.asked != desk.actor.email:
            raise NotYours("This question was not put to you.")
        return Say(card)

    @classmethod
    def _answered(cls, desk: Desk, number: int, answer: str) -> Reply:
        swap = swaps.find(desk.session, number)
        whose = None if swap is None else swap.asker if answer == "withdrawn" else swap.asked
        if swap is None or whose != desk.actor.email:
            raise NotYours("Only the two colleagues themselves can agree on a swap, or take it back.")
        # The challenge's row first, as whoever acts on the challenge does, and then what may have changed meanwhile.
        stored = challenges.load(desk.session, swap.challenge_id, for_change=True)
        swap = swaps.find(desk.session, number, for_change=True)
        if stored is None or swap is None:
            raise Refused("This question is no longer there.")
        record = desk.with_procedure(stored)
        if swap.state != "open":
            raise Refused(f"{_OVER[swap.state]} Nothing has changed.")
        if answer == "accepted":
            return cls._accept(desk, record, swap)
        desk.once()
        end(desk, swap, answer)
        desk.note_down(f"swap_{answer}", record.reference, {"role": swap.role})
        if answer == "withdrawn":
            return Say(plain("Taken back", "The question is taken back. The part is still yours."))
        tell_asker(desk, swap)
        words = f"{desk.name(swap.asker)} is told that you cannot take it. The part stays with them."
        return Say(plain("Declined", words))

    @classmethod
    def _accept(cls, desk: Desk, record: Record, swap: swaps.Swap) -> Reply:
        why_not = still_possible(desk, record, swap)
        if why_not:
            raise Refused(f"{why_not} Nothing has changed.")
        both = f"A swap that both agreed to: {desk.name(swap.asker)} asked, {desk.name(swap.asked)} accepted."
        step = Reassigned(role=swap.role, leaves=swap.asker, joins=swap.asked, reason=both)
        record = hand_over(desk, record, step)
        allocations.mark(desk.session, record.head.id, swap.role, swap.asked, "swapped")
        end(desk, swap, "accepted")
        title = record.procedure.role_name(swap.role)
        words = f"You are the {title} of {record.reference} now. {desk.name(swap.asker)} and whoever raised it are told."
        shown = Buttons((Button("Open the record", "show", {"challenge": record.reference}),))
        return Say(plain("The part is yours", words, shown))


_OVER = {
    "accepted": "This swap was agreed on already.",
    "declined": "This was declined already.",
    "withdrawn": "The question was taken back.",
    "lapsed": "The time to answer this question is over.",
}


def _checked(desk: Desk, record: Record) -> list[str]:
    roles = mine(desk, record)
    if roles:
        return roles
    if record.standing.status is not Status.open:
        raise Refused(
            f"{record.reference} is {record.standing.status.value}; there is nothing to swap any more."
        )
    raise Refused(
        f"At {record.standing.now.stage.name} you have no part in {record.reference} that was given to you in turn, so there is "
        f"nothing to swap. /challenge reassign {record.reference} passes other parts on, where you may."
    )
