"""Naming somebody for a part that people take in turn, by those whom the procedure lets name (CT-10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pydantic import Field

from commands.cards import plain
from commands.carry_out import hand_over
from commands.command import ChallengeRef, Choice, Command, Draft, ListChoice, LongText
from commands.desk import Desk
from commands.done import done
from commands.errors import Refused
from commands.record import Record, challenge_id
from commands.rotas import colleagues, left_out_words, naming, places, turns_for
from commands.vocabulary import Ask, Form, Input, Kind, Option, Part, Reply, Say
from procedures.engine import BadStep, Status, holding
from procedures.steps import Reassigned
from storage import allocations, challenges


class Name(Command):
    """Name somebody else of those who take turns, where the procedure lets you."""

    name = "name"
    title = "Name somebody"
    submit = "Name them"
    usage = "CH-1042"
    about_challenge = "reassigned"

    challenge: ChallengeRef
    part: Choice = Field(title="Which part?")
    joins: ListChoice = Field(title="Who takes it?", description="In the order of turns.")
    reason: LongText = Field(title="Why?")

    @classmethod
    def offered(cls, desk: Desk) -> bool:
        """To those whom a procedure in use lets name somebody."""
        return any(desk.holds(holding(procedure, "name")) for procedure in desk.procedures)

    @classmethod
    def choose(cls, desk: Desk) -> Reply:
        """Which challenge is meant, among those open where the person may name somebody."""
        options = []
        for stored in challenges.load_many(desk.session, challenges.open_ids(desk.session)):
            record = desk.with_procedure(stored)
            if places(desk, record):
                words = f"{record.reference} · {record.head.case_reference}"
                options.append(Option(record.reference, words))
        if not options:
            raise Refused(
                "There is no challenge in which you can name somebody for a part. /challenge rota shows whose turn it is."
            )
        if len(options) == 1:
            return Ask(cls.form(desk, {"challenge": options[0].value}, {}))
        pick = Input("challenge", "Which challenge?", Kind.LIST, options=tuple(options[-100:]))
        return Ask(Form(cls.name, cls.title, "Continue", (pick,), {"choose": "yes"}))

    @classmethod
    def record(cls, desk: Desk, reference: str, *, for_change: bool = False) -> Record:
        """Whoever may name somebody need have no part: the form shows nothing of the concern."""
        record = desk.office_record(challenge_id(reference))
        if record is None or not naming(desk, record):
            return desk.record(reference, for_change=for_change)
        if for_change:
            stored = challenges.load(desk.session, record.head.id, for_change=True)
            return record if stored is None else desk.with_procedure(stored)
        return record

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """Whose place it is, then the pool in the order of turns, with the reason for each who is left out."""
        record = cls.record(desk, draft.context["challenge"])
        options = _checked(desk, record)
        chosen = draft.get("part") or options[0].value
        yield replace(inputs["part"], options=options, kind=Kind.LIST, redraws=True, initial=options[0].value)
        found = turns_for(desk, record, chosen.partition("|")[0])
        if found is None or not found.able:
            raise Refused(
                "Nobody else can take this part now: everybody who takes turns in it is away, involved in the case or has it already. "
                f"/challenge reassign {record.reference} passes it to anybody on the council's list."
            )
        yield replace(inputs["joins"], options=colleagues(desk, found))
        yield from left_out_words(desk, found)
        yield inputs["reason"]

    def run(self, desk: Desk) -> Reply:
        """Name them: the part passes to them, and with it the turn. They, whoever had it and the raiser are told."""
        record = self.record(desk, self.challenge, for_change=True)
        if self.part not in {option.value for option in _checked(desk, record)}:
            raise BadStep("part", "Choose one of the parts listed; somebody may just have changed them.")
        role, _, leaves = self.part.partition("|")
        allocations.take_turns(desk.session)
        found = turns_for(desk, record, role)
        if found is None or self.joins not in found.able:
            raise BadStep("joins", "Choose one of the people listed; somebody may just have become unable.")
        step = Reassigned(role=role, leaves=leaves, joins=self.joins, reason=self.reason)
        record = hand_over(desk, record, step)
        title = record.procedure.role_name(role)
        words = f"{desk.name(self.joins)} is the {title} now, and has been told."
        if desk.may_see(record):
            return done(desk, record, "Named")
        return Say(plain(f"Named: {record.reference}", words))


def _checked(desk: Desk, record: Record) -> tuple[Option, ...]:
    """The same; refused, with who may, where there are none."""
    options = places(desk, record)
    if options:
        return options
    if record.standing.status is not Status.open:
        raise Refused(f"{record.reference} is {record.standing.status.value}; nobody need be named any more.")
    if naming(desk, record):
        stage = record.standing.now.stage.name
        raise Refused(f"At {stage} nobody has a part that you can name somebody for.")
    able = holding(record.procedure, "name")
    if not able:
        raise Refused("In this procedure nobody names others for a part. /challenge reassign passes one on.")
    titles = " or ".join(f"the {record.procedure.role_name(each)}" for each in able)
    raise Refused(f"Only {titles} can name somebody else for a part that people take in turn.")
