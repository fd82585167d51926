"""Taking a challenge to a later stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from commands import opening, own_fields
from commands.cards import plain
from commands.carry_out import take
from commands.command import ChallengeRef, Command, Draft, LongText, More, Widget, YesNo, whole_number
from commands.desk import Desk
from commands.next_step import due_words, sum_words
from commands.record import Record
from commands.told import when_told
from commands.vocabulary import Filled, Form, Input, Kind, Paragraph, Part, Reply, Say, Small, Value
from procedures.engine import BadStep, NotNow, Status, check, openable, skipped
from procedures.schema import Stage
from procedures.steps import Escalated


class Escalate(Command):
    """Take a challenge to the next stage when it is not resolved."""

    name = "escalate"
    title = "Take it further"
    submit = "Open the stage"
    usage = "CH-1042"
    about_challenge = "escalated"

    challenge: ChallengeRef
    immediate_risk: Annotated[YesNo, Widget(Kind.CHOICE, redraws=True)] = Field(
        "no", title="Is a child at immediate risk?"
    )
    stage: Annotated[str, Widget(Kind.LIST, redraws=True)] | None = Field(None, title="Which stage?")
    risk_reason: LongText | None = Field(None, title="Why is this stage opened directly?")
    skip_reason: LongText | None = Field(None, title="Why are the stages between left out?")
    outline: LongText = Field(
        title="What is unresolved?", description="In brief. If no meeting took place, say so."
    )
    more: More = Field(default_factory=dict)

    @classmethod
    def form(cls, desk: Desk, context: Mapping[str, str], values: Mapping[str, Value]) -> Form:
        """The form remembers at which stage it was opened, so that it cannot open a stage later than its words say."""
        at = context.get("at") or str(desk.record(context.get("challenge", "")).standing.now.number)
        return super().form(desk, {**context, "at": at}, values)

    @classmethod
    def submitted(cls, desk: Desk, filled: Filled) -> Reply:
        """Refused when somebody has opened a stage, or ended the challenge, since the form was opened."""
        at = whole_number(filled.context.get("at", ""))
        if filled.context.get("challenge") and not filled.context.get("choose"):
            record = desk.record(filled.context["challenge"], for_change=True)
            if at > 0:
                cls._check_still_at(desk, record, at)
            if opening.risk_ends_here(record.procedure, Draft(filled.context, filled.values)):
                raise BadStep("immediate_risk", opening.not_for_risk(record.procedure))
        return super().submitted(desk, filled)

    @classmethod
    def _check_still_at(cls, desk: Desk, record: Record, number: int) -> None:
        standing = record.standing
        if standing.now.number > number or standing.status is not Status.open:
            again = Escalated(stage=standing.now.stage.id, outline="-")
            check(record.procedure, standing, again, desk.circumstances(record))

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """Immediate risk first; then the stage that follows, or any stage where a child is at risk."""
        record = desk.record(draft.context["challenge"])
        desk.on_behalf(record, "escalated")
        cls._check_still_at(desk, record, record.standing.now.number)
        yield from opening.risk_parts(record.procedure, draft, inputs["immediate_risk"])
        if opening.risk_ends_here(record.procedure, draft):
            return
        risk = draft.get("immediate_risk") == "yes"
        stages = cls._stages(desk, record, risk)
        if not stages:
            yield Paragraph(cls._why_not(desk, record), strong=True)
            return
        stage = next((each for each in stages if each.id == draft.get("stage")), stages[0])
        if len(stages) > 1:
            yield replace(opening.stage_input(stages), initial=stage.id)
        else:
            yield Paragraph(f"This opens {stage.name}. {stage.about or ''}".strip())
        if risk:
            yield replace(inputs["risk_reason"], required=True)
        elif left_out := skipped(record.procedure, record.standing.now.stage, stage):
            names = " and ".join(each.name for each in left_out)
            yield replace(inputs["skip_reason"], title=f"Why is {names} left out?"[:150], required=True)
        yield inputs["outline"]
        yield from opening.stage_parts(record.procedure, stage, draft)

    @classmethod
    def _stages(cls, desk: Desk, record: Record, risk: bool) -> list[Stage]:
        return openable(record.procedure, record.standing, desk.circumstances(record), risk)

    @classmethod
    def _why_not(cls, desk: Desk, record: Record) -> str:
        later = record.procedure.later(record.standing.now.stage.id)
        if not later:
            return f"{record.standing.now.stage.name} is the last stage. Resolve the challenge once its outcome is known."
        try:
            probe = Escalated(stage=later[0].id, outline="-")
            check(record.procedure, record.standing, probe, desk.circumstances(record))
        except NotNow as reason:
            return str(reason)
        return ""

    def run(self, desk: Desk) -> Reply:
        """Open the stage, and say to whom it went and by when."""
        record = desk.record(self.challenge, for_change=True)
        risk = self.immediate_risk == "yes"
        desk.on_behalf(record, "escalated")
        stages = self._stages(desk, record, risk)
        stage = next(
            (each for each in stages if each.id == self.stage),
            stages[0] if stages and not self.stage else None,
        )
        if stage is None:
            raise NotNow(self._why_not(desk, record) or "This stage cannot be opened now.")
        step = Escalated(
            stage=stage.id,
            outline=self.outline,
            immediate_risk=risk,
            risk_reason=self.risk_reason or "",
            skip_reason="" if risk else self.skip_reason or "",
            fields=own_fields.read(stage.field, self.more),
            consulted=opening.consulted(stage, self.more),
        )
        record = take(desk, record, step)
        asked = desk.name_all(record.holders(tuple(stage.to)), "and")
        due = f" An answer is due by {due_words(desk, record)}." if record.window is not None else ""
        later = "" if risk else when_told(desk)
        more = tuple(Small(words) for words in (sum_words(desk, record), later) if words)
        return Say(
            plain(
                f"{record.reference}: {stage.name} is open",
                f"It goes to {asked}.{due}",
                *more,
            )
        )
