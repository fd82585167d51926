"""Raising a challenge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from commands import informal, opening, own_fields, raising
from commands.cards import plain
from commands.carry_out import begin
from commands.command import Command, Draft, Line, ListChoice, LongText, More, Widget, YesNo, whole_number
from commands.desk import Desk
from commands.errors import Refused
from commands.next_step import due_words, sum_words
from commands.reviews import check_reviews
from commands.told import when_told
from commands.vocabulary import (
    Ask,
    Button,
    Buttons,
    Divider,
    Filled,
    Input,
    Kind,
    Option,
    Part,
    Reply,
    Say,
    Small,
    Value,
)
from procedures.engine import BadStep
from procedures.schema import Procedure, Stage, Way
from procedures.steps import Closed, Raised
from storage.tables import SecondOpinion


class RaiseChallenge(Command):
    """Raise a challenge about a case."""

    name = "raise"
    title = "Raise a challenge"
    submit = "Raise"
    usage = "[case reference]"

    procedure: ListChoice | None = Field(None, title="Under which procedure?")
    immediate_risk: Annotated[YesNo, Widget(Kind.CHOICE, redraws=True)] = Field(
        "no", title="Is a child at immediate risk?"
    )
    way: Annotated[str, Widget(Kind.CHOICE, redraws=True)] | None = Field(None, title="How does it begin?")
    stage: Annotated[str, Widget(Kind.LIST, redraws=True)] | None = Field(None, title="Which stage?")
    risk_reason: LongText | None = Field(None, title="Why is this stage opened directly?")
    case_reference: Line = Field(title="Case reference")
    unit: Annotated[str, Widget(Kind.LIST, redraws=True)] = Field(title="Team that has the case")
    informal: Annotated[str, Widget(Kind.CHOICE, redraws=True)] | None = Field(
        None, title="Informal conversations"
    )
    no_informal_reason: LongText | None = Field(None, title="Why has there been none yet?")
    concern: LongText = Field(title="What are the concerns?")
    agreed_actions: LongText | None = Field(
        None,
        title="Which actions were agreed?",
        description="With whom, and by when. If none could be agreed, say so.",
    )
    more: More = Field(default_factory=dict)

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """A case reference may stand behind `raise`."""
        return Ask(cls.form(desk, {}, {"case_reference": " ".join(words)} if words else {}))

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """From a button: a new form, one conversation more on the form, or a draft that a second opinion was asked on."""
        if arguments.get("talks") and form is not None:
            return Ask(cls.form(desk, {**form.context, "talks": arguments["talks"]}, form.values))
        if arguments.get("opinion"):
            row = desk.session.get(SecondOpinion, whole_number(arguments["opinion"]))
            if row is None or row.asker not in (desk.actor.email, *desk.covered):
                raise Refused("That draft is not yours. /challenge raise begins a new one.")
            values: dict[str, Value] = {
                name: tuple(v) if isinstance(v, list) else v for name, v in row.draft["values"].items()
            }
            return Ask(cls.form(desk, row.draft["context"], values))
        return Ask(cls.form(desk, {}, {}))

    @classmethod
    def submitted(cls, desk: Desk, filled: Filled) -> Reply:
        """Refused in words, with nothing recorded, where an answer means that this belongs elsewhere (CT-12)."""
        draft = Draft(filled.context, filled.values)
        procedure = raising.chosen_procedure(desk, draft)
        if opening.risk_ends_here(procedure, draft):
            raise BadStep("immediate_risk", opening.not_for_risk(procedure))
        question = raising.refusing(procedure, draft)
        if question is not None:
            raise BadStep(f"ask_{question.id}", question.otherwise)
        return super().submitted(desk, filled)

    @classmethod
    def reminder(cls, desk: Desk, draft: Draft) -> str:
        """What stands under every free text."""
        return raising.chosen_procedure(desk, draft).record.reminder

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """What may end it here comes first: immediate risk, and the questions of the procedure; then the challenge itself."""
        procedure = raising.chosen_procedure(desk, draft)
        several = raising.procedures(desk)
        if len(several) > 1:
            options = tuple(Option(each.id, each.title) for each in several)
            yield replace(
                inputs["procedure"], options=options, redraws=True, required=True, initial=procedure.id
            )
        yield from opening.risk_parts(procedure, draft, inputs["immediate_risk"])
        if opening.risk_ends_here(procedure, draft):
            return
        yield from raising.question_parts(procedure, draft)
        if raising.refusing(procedure, draft) is None:
            yield from cls._challenge_parts(desk, draft, procedure, inputs)

    @classmethod
    def _challenge_parts(
        cls, desk: Desk, draft: Draft, procedure: Procedure, inputs: dict[str, Input]
    ) -> Iterable[Input | Part]:
        """The way in, the case, the informal conversations, the concern, and what the first stage asks."""
        ways, way = raising.ways(desk, procedure), raising.chosen_way(desk, procedure, draft)
        stage = procedure.stages[way.stage]
        if len(ways) > 1:
            yield replace(inputs["way"], options=raising.way_options(ways), initial=way.id, required=True)
        if draft.get("immediate_risk") == "yes":
            yield replace(opening.stage_input(procedure.stage), initial=stage.id)
            yield replace(inputs["risk_reason"], required=True)
            yield Divider()
            stage = procedure.stages.get(draft.get("stage"), stage)
        case = desk.office.authority.case_reference
        yield replace(inputs["case_reference"], hint=f"For example {case.example}. Never a name.")
        known = raising.units(desk, way.by)
        units = tuple(Option(id_, name) for id_, name in known.items())
        unit = replace(inputs["unit"], options=units, initial=units[0].value if len(units) == 1 else None)
        yield from raising.unit_parts(desk, draft, procedure, way, known, unit)
        yield from raising.date_parts(procedure)
        yield from informal.parts(
            procedure, draft, inputs["informal"], inputs["no_informal_reason"], cls.name
        )
        yield replace(inputs["concern"], title=procedure.raising.concern)
        if procedure.raising.actions:
            yield replace(inputs["agreed_actions"], title=procedure.raising.actions, required=True)
        yield from opening.stage_parts(procedure, stage, draft)
        yield from cls._opinion_parts(desk, draft, procedure)

    @classmethod
    def _opinion_parts(cls, desk: Desk, draft: Draft, procedure: Procedure) -> Iterable[Input | Part]:
        if procedure.second_opinion is None or draft.context.get("asked"):
            return
        yield Divider()
        yield Small(
            f"Not sure? The {procedure.role_name(procedure.second_opinion.from_)} can give a second opinion before anything is recorded as a challenge. What you have typed is kept."
        )
        yield Buttons((Button("Ask for a second opinion", "opinion", {"ask": "yes"}),))

    def run(self, desk: Desk) -> Reply:
        """Raise it, and say to whom it went and by when an answer is due."""
        draft = Draft({}, {"procedure": self.procedure, "way": self.way})
        procedure = raising.chosen_procedure(desk, draft)
        way = raising.chosen_way(desk, procedure, draft)
        if not desk.office.authority.fits(self.case_reference):
            raise BadStep("case_reference", desk.office.authority.case_reference_hint())
        step = self._step(desk, procedure, way)
        check_reviews(desk, way, self.case_reference)
        if self.unit not in raising.units(desk, way.by):
            raise BadStep("unit", "Choose one of the teams listed.")
        chosen = raising.chosen_people(desk, procedure, way, self.unit, self.more)
        record = begin(
            desk, procedure, step, case_reference=self.case_reference, unit=self.unit, chosen=chosen
        )
        stage = record.standing.now.stage  # what was answered may have led on already
        ended = record.standing.ended
        if ended is not None and isinstance(ended.step, Closed):
            words = f"{ended.step.outcome}. Nothing more is asked, and the record is closed."
            return Say(plain(f"{record.reference} is recorded", words))
        asked = desk.name_all(record.holders(tuple(stage.to)), "and")
        due = f" An answer is due by {due_words(desk, record)}." if record.window is not None else ""
        later = "" if step.immediate_risk else when_told(desk)
        more = tuple(Small(words) for words in (sum_words(desk, record), later) if words)
        return Say(
            plain(
                f"{record.reference} is raised",
                f"{stage.name} goes to {asked}.{due} You will find the challenge in your messages and on your home page.",
                *more,
            )
        )

    def _step(self, desk: Desk, procedure: Procedure, way: Way) -> Raised:
        stage = self._stage(procedure, way)
        had = self.informal == "had"
        return Raised(
            stage=stage.id,
            way=way.id if procedure.raising.way else "",
            answers=raising.answers(procedure, self.more),
            dates=raising.dates(desk, procedure, self.case_reference, self.more),
            concern=self.concern,
            agreed_actions=self.agreed_actions or "",
            immediate_risk=self.immediate_risk == "yes",
            risk_reason=self.risk_reason or "",
            informal=informal.read(procedure, self.more, desk.today) if had else (),
            no_informal_reason=(self.no_informal_reason or "") if self.informal == "none" else "",
            fields=own_fields.read(stage.field, self.more),
            consulted=opening.consulted(stage, self.more),
        )

    def _stage(self, procedure: Procedure, way: Way) -> Stage:
        if self.immediate_risk != "yes":
            return procedure.stages[way.stage]
        stage = procedure.stages.get(self.stage or "")
        if stage is None:
            raise BadStep("stage", "Choose the stage that fits.")
        return stage
