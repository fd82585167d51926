"""Deciding on a request: to agree, or to decline with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from commands.carry_out import take
from commands.command import ChallengeRef, Choice, Command, Draft, LongText, Widget
from commands.desk import Desk
from commands.done import done
from commands.opening import opens_words
from commands.possible import deciding_roles
from commands.record import Record
from commands.vocabulary import Filled, Input, Kind, Option, Paragraph, Part, Quiet, Reply
from procedures.engine import BadStep, check
from procedures.schema import Approval
from procedures.steps import Decided

CHOICES = (Option("agree", "Agree"), Option("decline", "Decline", "Whoever asked is told why."))


class Decide(Command):
    """Agree to a request, or decline it with a reason."""

    name = "decide"
    title = "Decide on the request"
    submit = "Save the decision"
    usage = "CH-1042"
    about_challenge = "decided"

    challenge: ChallengeRef
    part: Choice | None = Field(None, title="For which part do you decide?")
    decision: Annotated[str, Widget(Kind.CHOICE, redraws=True)] = Field(title="Do you agree?")
    reason: LongText | None = Field(None, title="Comment")

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """ "Agree" agrees at once, where the person has one part in it; "Decline" opens the form, which asks for the reason."""
        challenge = arguments.get("challenge", "")
        if arguments.get("at_once") and challenge:
            record = desk.record(challenge, for_change=True)
            roles = deciding_roles(desk, record)
            if len(roles) < 2:
                record = take(desk, record, Decided(role=cls._part(desk, record, ""), agrees=True))
                return done(desk, record, "Agreed") if arguments.get("say") else Quiet()
        return super().pressed(desk, {"challenge": challenge, **_decision(arguments)}, form)

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """The procedure's question, what follows from the answer, and the reason."""
        record = desk.record(draft.context["challenge"])
        desk.on_behalf(record, "decided")
        probe = Decided(role=cls._part(desk, record, ""), agrees=True)
        check(record.procedure, record.standing, probe, desk.circumstances(record))
        rule = record.standing.now.stage.approval
        if rule is None:
            return
        roles = deciding_roles(desk, record)
        if len(roles) > 1:
            options = tuple(Option(role, record.procedure.role_title(role)) for role in roles)
            yield replace(inputs["part"], options=options, required=True)
        declines = draft.get("decision") == "decline"
        initial = draft.get("decision") or None
        yield replace(inputs["decision"], title=rule.question, options=CHOICES, initial=initial)
        if initial is not None:
            yield Paragraph(cls._what_follows(desk, record, rule, declines))
        if declines:
            yield replace(inputs["reason"], title="Why do you decline?", required=True)
        else:
            yield inputs["reason"]

    @classmethod
    def _what_follows(cls, desk: Desk, record: Record, rule: Approval, declines: bool) -> str:
        run = record.standing.now
        waiting = [role for role in rule.by if role not in run.decisions]
        if rule.need == ("all" if not declines else "one") and len(waiting) > 1:
            mine = deciding_roles(desk, record)
            others = [role for role in waiting if role not in mine[:1]]
            names = " and ".join(f"the {record.procedure.role_name(role)}" for role in others)
            return f"The decision of {names} is still awaited."
        if not declines:
            return opens_words(desk, record, rule.agreed)
        if rule.declined is not None:
            return opens_words(desk, record, rule.declined)
        return f"This ends {record.reference}. Whoever raised it is told why."

    @classmethod
    def _part(cls, desk: Desk, record: Record, chosen: str) -> str:
        """The part for which the person decides. Raises BadStep where one of several must be chosen."""
        roles = deciding_roles(desk, record)
        rule = record.standing.now.stage.approval
        if not roles:
            return rule.by[0] if rule is not None else "nobody"
        if chosen and chosen not in roles:
            raise BadStep("part", "Choose one of the parts listed; somebody may just have decided.")
        return chosen or roles[0]

    def run(self, desk: Desk) -> Reply:
        """Record the decision; what it leads to follows at once."""
        if self.decision not in ("agree", "decline"):
            raise BadStep("decision", "Choose one of the answers listed.")
        record = desk.record(self.challenge, for_change=True)
        agrees = self.decision == "agree"
        step = Decided(
            role=self._part(desk, record, self.part or ""), agrees=agrees, reason=self.reason or ""
        )
        return done(desk, take(desk, record, step), "Agreed" if agrees else "Declined")


def _decision(arguments: Mapping[str, str]) -> dict[str, str]:
    """The answer that a button stands for, so that the form comes with it."""
    return {"decision": arguments["decision"]} if "decision" in arguments else {}
