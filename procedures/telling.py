"""A procedure told in words, in the reader's language, for whoever checks the file against the paper; the picture says the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from procedures.languages import speaking, translate
from procedures.schema import (
    CHAIR,
    COORDINATOR,
    RAISER,
    At,
    ConcernRule,
    Lead,
    OwnField,
    PlanStatus,
    Procedure,
    Stage,
    Trigger,
    When,
)
from procedures.spans import words

Leaving = Literal["by_hand", "by_itself", "ends", "resolves", "stays"]


@dataclass(frozen=True)
class Line:
    """One rule: what it is about, what it says, the clause that it carries out ("" where another line names it)."""

    label: str
    text: str
    source: str = ""

    def __str__(self) -> str:
        return f"{self.heading} {self.text}" + (f" [{self.source}]" if self.source else "")

    @property
    def heading(self) -> str:
        """The label as it stands before the text: a question keeps its own mark."""
        return _before(self.label)


@dataclass(frozen=True)
class Exit:
    """A way on from a stage, or into the first: what must have happened, and the stage that follows (None where none does)."""

    words: str
    what: Leaving
    stage: str | None = None


def tell(procedure: Procedure) -> list[str]:
    """The procedure, a line a rule, each stage with its clause, in its own language."""
    with speaking(procedure.language):
        nation = Line(translate("Bank holidays"), procedure.nation)
        lines = [procedure.title, procedure.document, str(nation), "", *map(str, beginning(procedure))]
        lines += [_way(procedure, way) for way in ways_in(procedure)]
        lines += [*map(str, beside(procedure))]
        lines += ["", translate("Roles, by the word that people.csv has for them:")]
        lines += [f"  {role}: {data.name}" for role, data in procedure.role.items()]
        for stage in procedure.stage:
            lines += ["", f"{stage.name} ({stage.id}) [{stage.source}]"]
            lines += [f"  {line}" for line in rules(procedure, stage)]
            lines += [f"  {_way(procedure, way)}" for way in exits(procedure, stage)]
    return lines


def _way(procedure: Procedure, way: Exit) -> str:
    """A way on as one line: "Agreed → Tier 1 meeting"."""
    if way.stage is not None:
        return f"{way.words} → {procedure.stages[way.stage].name}"
    return f"{way.words} → {after(way)}" if after(way) else way.words


def after(way: Exit) -> str:
    """What follows where no stage does: "the challenge ends"."""
    said: dict[Leaving, str] = {
        "ends": translate("the challenge ends"),
        "resolves": translate("it may be resolved"),
        "stays": translate("the stage goes on"),
    }
    return said.get(way.what, "")


# --- before and beside the stages ----------------------------------------------------------------------------------------


def beginning(procedure: Procedure) -> Iterator[Line]:
    """Who raises a challenge, and what comes before it."""
    rule = procedure.raising
    yield Line(translate("Raised by"), people(procedure, rule.by), rule.source)
    for question in rule.ask:
        yield Line(translate("Asked first"), question.question, question.source)
    if procedure.informal is not None:
        talks = people(procedure, procedure.informal.with_)
        yield Line(translate("Informal conversations first, with"), talks, procedure.informal.source)
    if procedure.second_opinion is not None:
        source = procedure.second_opinion.source
        yield Line(translate("Second opinion"), procedure.role_title(procedure.second_opinion.from_), source)
    if procedure.concern is not None:
        yield _concern(procedure, procedure.concern)
    if procedure.immediate_risk is not None:
        risk = procedure.immediate_risk
        said = (
            translate("this procedure is not for it")
            if risk.instead
            else translate("any stage may be opened directly, with a reason")
        )
        yield Line(translate("Immediate risk"), said, risk.source)


def _trigger(procedure: Procedure, trigger: Trigger) -> Exit:
    """When a record opens by itself, for whom not, at which stage, and in whose name."""
    said = [" / ".join(_day(at) for at in trigger.at)]
    if len(trigger.at) > 1:
        said.append(translate("whichever comes first"))
    if trigger.each_later_review:
        said.append(translate("and at each later review"))
    if trigger.before is not None:
        said.append(translate("{time} beforehand").format(time=words(*trigger.before.length)))
    if trigger.unless:
        cases = " / ".join(_status(status) for status in trigger.unless)
        said.append(translate("except where: {cases}").format(cases=cases))
    by_row = trigger.raiser == COORDINATOR
    name = translate("the plan's coordinator") if by_row else procedure.role_title(trigger.raiser)
    said.append(f"{translate('Raised by')}: {name}")
    label = _before(translate("Opens by itself"))
    text = f"{label} {trigger.title} ({'; '.join(said)}) [{trigger.source}]"
    return Exit(text, "by_itself", trigger.opens)


def _day(at: At) -> str:
    if at.review is not None:
        return translate("review {number}").format(number=at.review)
    if at.status is not None:
        return _status(at.status)
    time = words("months", at.months) if at.months is not None else words("weeks", at.weeks or 0)
    return translate("{time} on the plan").format(time=time)


def _status(status: PlanStatus) -> str:
    said = {
        PlanStatus.on_plan: translate("the child is on a plan"),
        PlanStatus.ended: translate("the plan has ended"),
        PlanStatus.looked_after: translate("the child is looked after"),
        PlanStatus.moved: translate("the child has moved away"),
    }
    return said[status]


def _concern(procedure: Procedure, rule: ConcernRule) -> Line:
    by = " / ".join(procedure.role_title(role) for role in rule.by)
    on = " → ".join(procedure.role_title(role) for _, role in rule.takers)
    return Line(translate("Private concern"), f"{rule.about}: {by} → {on}", rule.source)


def ways_in(procedure: Procedure) -> list[Exit]:
    """The ways in, each with the stage at which it begins; what begins without anybody's asking among them."""
    by_hand = [
        Exit(f"{way.label} ({people(procedure, way.by)})", "by_hand", way.stage) for way in procedure.ways
    ]
    return [*by_hand, *(_trigger(procedure, trigger) for trigger in procedure.trigger)]


def beside(procedure: Procedure) -> Iterator[Line]:
    """What holds whatever the stage: endings, routes outside, the overall limit, patterns."""
    yield Line(translate("Resolved by"), people(procedure, procedure.resolve.by), procedure.resolve.source)
    yield Line(translate("Withdrawn by"), people(procedure, procedure.withdraw.by), procedure.withdraw.source)
    if procedure.order == "any":
        yield Line(translate("Order"), translate("the stages may be opened in any order"))
    for side in procedure.side:
        text = translate("at any time, by {roles}").format(roles=people(procedure, side.by))
        yield Line(side.name, text, side.source)
    if procedure.limit is not None:
        limit = procedure.limit
        told = translate("told: {roles}").format(roles=people(procedure, limit.tell))
        yield Line(limit.title, f"{words(*limit.length)}, {_since(limit.from_)}; {told}", limit.source)
    for pattern in procedure.pattern:
        text = translate("{times} times in {span}").format(
            times=pattern.at_least, span=words("months", pattern.months)
        )
        yield Line(pattern.title, text, pattern.source)


# --- a stage -------------------------------------------------------------------------------------------------------------


def rules(procedure: Procedure, stage: Stage) -> Iterator[Line]:
    """What holds at a stage."""
    yield Line(translate("Asked"), people(procedure, stage.to))
    if stage.skip:
        yield Line(translate("May be left out"), translate("with a reason"))
    if stage.copy_:
        yield Line(translate("Copied to"), people(procedure, stage.copy_))
    if stage.consulted is not None:
        who = people(procedure, stage.consulted.roles)
        yield Line(translate("Only after a discussion with"), who, stage.consulted.source)
    for field in stage.field:
        yield Line(translate("Asks"), field.title, field.source)
    yield from _window(procedure, stage)
    yield from _meeting(procedure, stage)
    if stage.approval is not None:
        need = translate("all of them") if stage.approval.need == "all" else translate("any of them")
        who = people(procedure, stage.approval.by) + (f" ({need})" if len(stage.approval.by) > 1 else "")
        yield Line(translate("Decided by"), who, stage.approval.source)
    for form in stage.form:
        yield Line(translate("Form"), f"{form.title} ({people(procedure, form.by)})", form.source)
    if stage.outcome is not None:
        outcome = stage.outcome
        who = translate("recorded by {roles}").format(roles=people(procedure, outcome.by))
        yield Line(outcome.title, who, outcome.source)
        if outcome.with_:
            yield Line(translate("Discussed with"), people(procedure, outcome.with_))
    if stage.actions is not None:
        kinds = ", ".join(kind.label for kind in stage.actions.kinds)
        yield Line(
            translate("Actions"), f"{kinds} ({people(procedure, stage.actions.by)})", stage.actions.source
        )


def _window(procedure: Procedure, stage: Stage) -> Iterator[Line]:
    window = stage.window
    if window is None:
        return
    facts = translate(" and ").join(stage.fact_words(fact) for fact in window.until)
    since = "" if window.from_ == "opened" else f" {_since(window.from_)}"
    text = translate("{span}{since}, on {role}, until {facts}").format(
        span=words(*window.length), since=since, role=_the(procedure, window.on), facts=facts
    )
    yield Line(translate("Window"), text, window.source)
    offsets = ", ".join(_offset(offset) for offset in window.remind)
    yield Line(translate("Reminders"), offsets or translate("none"))
    if window.stop_clock is not None:
        reasons = ", ".join(reason.label for reason in window.stop_clock.reasons)
        text = f"{people(procedure, window.stop_clock.by)} ({reasons})"
        yield Line(translate("The clock may be stopped by"), text, window.stop_clock.source)


def _meeting(procedure: Procedure, stage: Stage) -> Iterator[Line]:
    meeting = stage.meeting
    if meeting is None:
        return
    text = translate("chair {chair}; attend {roles}").format(
        chair=procedure.role_title(meeting.chair), roles=people(procedure, meeting.attend)
    )
    yield Line(translate("Meeting"), text, meeting.source)
    if meeting.invited:
        yield Line(translate("Invited as well"), ", ".join(meeting.invited))
    if meeting.consider is not None:
        who = people(procedure, meeting.consider.roles)
        yield Line(translate("To be considered"), who, meeting.consider.source)


def exits(procedure: Procedure, stage: Stage) -> Iterator[Exit]:
    """The ways on from a stage: decisions, answers, outcomes, and what the raiser may open by hand."""
    if stage.approval is not None:
        yield Exit(translate("Agreed"), "by_itself", stage.approval.agreed)
        declined = stage.approval.declined
        yield Exit(translate("Declined"), "ends" if declined is None else "by_itself", declined)
    for fields, leads in ((stage.field, stage.leads), *((form.field, form.leads) for form in stage.form)):
        for lead in leads:
            what: Leaving = "by_itself" if lead.opens else "ends" if lead.ends else "by_hand"
            yield Exit(_told(procedure, _answer(fields, lead), lead.tell), what, lead.opens)
    for choice in [] if stage.outcome is None else stage.outcome.choices:
        what = "ends" if choice.ends else "resolves" if choice.resolves else "by_hand"
        what = "by_itself" if choice.opens else "stays" if choice.again else what
        yield Exit(_told(procedure, choice.label, choice.tell), what, choice.opens)
    for later in procedure.later(stage.id) if procedure.order == "in_order" else []:
        once = translate(" or ").join(_when(when) for when in later.opens)
        yield Exit(translate("The raiser, once {facts}").format(facts=once), "by_hand", later.id)


def _told(procedure: Procedure, answer: str, roles: list[str]) -> str:
    if not roles:
        return answer
    return f"{answer} ({translate('told: {roles}').format(roles=people(procedure, roles))})"


def _answer(fields: list[OwnField], lead: Lead) -> str:
    field = next((field for field in fields if field.id == lead.field), None)
    if field is None:
        return translate("Any other answer")
    if lead.is_ is not None:
        said = f"“{next(choice.label for choice in field.choices if choice.id == lead.is_)}”"
    elif lead.most_are is not None:
        said = translate("most are {score}").format(score=lead.most_are)
    else:
        said = translate("most are above {score}").format(score=lead.most_above)
    return f"{_before(field.title)} {said}"


def _before(label: str) -> str:
    return label if label.endswith(("?", ":")) else f"{label}:"


def _when(when: When) -> str:
    said = {
        When.answered: translate("there has been an answer that does not resolve it"),
        When.lapsed: translate("the time to answer has run out"),
        When.unresolved: translate("an outcome without resolution was recorded"),
        When.held: translate("the meeting was held"),
        When.any_time: translate("at any time"),
    }
    return said[when]


def _since(begins: str) -> str:
    said = {
        "opened": translate("from its opening"),
        "raised": translate("from the day it was raised"),
        "meeting": translate("from the meeting"),
        "review": translate("from the review"),
        "plan_start": translate("from the beginning of the plan"),
    }
    return said[begins]


def people(procedure: Procedure, roles: Iterable[str]) -> str:
    """Roles as a list: "Team manager, the chair"."""
    special = {RAISER: translate("whoever raised it"), CHAIR: translate("the chair")}
    return ", ".join(special.get(role) or procedure.role_title(role) for role in roles)


def _the(procedure: Procedure, role: str) -> str:
    name = procedure.role_name(role)
    return name if role == RAISER or procedure.language != "en" else f"the {name}"


def _offset(offset: int) -> str:
    if offset == 0:
        return translate("on the due day")
    span = words("working_days", abs(offset))
    template = translate("{span} before") if offset < 0 else translate("{span} after")
    return template.format(span=span)
