"""Who is asked to a stage's meeting: told on its forms, people to be considered, and people added (CT-4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from commands import colleagues
from commands.command import Draft
from commands.desk import Desk
from commands.entries import attendee
from commands.opening import text
from commands.record import Record
from commands.vocabulary import Bullets, Input, Kind, Option, Paragraph, Part, Small, Value
from procedures.engine import BadStep, StageRun, expected
from procedures.schema import MeetingRule
from procedures.steps import Considered, Invited

YES_NO = (Option("yes", "Yes, invite"), Option("no", "No"))
COLLEAGUE, OUTSIDE = "colleague", "outside"


def heard(rule: MeetingRule) -> list[Part]:
    """What everybody who attends is told, what the meeting is about, and who must not be asked (CT-11)."""
    parts: list[Part] = []
    if rule.notice:
        parts.append(Paragraph(rule.notice, strong=True))
    if rule.agenda:
        points = (f"{number}. {point}" for number, point in enumerate(rule.agenda, 1))
        parts += [Paragraph("Agenda"), Bullets(tuple(points))]
    if rule.not_invited:
        parts.append(Small(f"Not invited: {', '.join(rule.not_invited)}."))
    return parts


def expected_lines(desk: Desk, record: Record, run: StageRun) -> list[tuple[str, str]]:
    """Everybody who is to be at the meeting, as the engine names them, each with the words for it."""
    return [(each, attendee(desk, record, each)) for each in expected_at(run)]


def expected_at(run: StageRun) -> list[str]:
    """Roles, then functions of people outside, then the e-mail addresses of colleagues who were added."""
    return [] if run.stage.meeting is None else expected(run, run.stage.meeting)


def summary(desk: Desk, record: Record, run: StageRun) -> list[str]:
    """The list of those invited and considered so far, a line each."""
    lines = [words for _, words in expected_lines(desk, record, run)]
    for role, entry in run.considered.items():
        if isinstance(entry.step, Considered) and not entry.step.invited:
            title = record.procedure.role_title(role)
            lines.append(f"{title}: considered and not invited ({entry.step.reason})")
    return lines


def considered_parts(
    record: Record, draft: Draft, run: StageRun, *, required: bool
) -> Iterable[Input | Part]:
    """For each role that must be considered and has not been: whether it is invited, and when not, why."""
    for role in _to_consider(run):
        name = record.procedure.role_name(role)
        yield Input(
            f"consider_{role}",
            f"Is the {name} invited?",
            Kind.CHOICE,
            required,
            options=YES_NO,
            redraws=True,
        )
        if draft.get(f"consider_{role}") == "no":
            yield Input(
                f"consider_reason_{role}",
                f"Why is the {name} not invited?",
                Kind.TEXT,
                hint=record.procedure.record.reminder,
                max_length=1000,
            )


def _to_consider(run: StageRun) -> list[str]:
    rule = run.stage.meeting
    roles = [] if rule is None or rule.consider is None else rule.consider.roles
    return [role for role in roles if role not in run.considered]


def considered_steps(run: StageRun, more: Mapping[str, Value]) -> list[Considered]:
    """What was decided about the roles to be considered. Raises BadStep for a reason that is missing."""
    steps = []
    for role in _to_consider(run):
        answer, reason = text(more, f"consider_{role}"), text(more, f"consider_reason_{role}").strip()
        if not answer:
            continue
        if answer == "no" and not reason:
            raise BadStep(f"consider_reason_{role}", "Say why they are not invited; the reason is recorded.")
        steps.append(Considered(role=role, invited=answer == "yes", reason=reason))
    return steps


def added_parts(desk: Desk, record: Record) -> Iterable[Input]:
    """A colleague, and somebody from outside by their function, to be added to the meeting."""
    near = {party.email for party in record.stored.parties}
    yield Input(
        COLLEAGUE,
        "Add a colleague",
        Kind.LIST,
        required=False,
        hint="They can then open this challenge, and are told of its meeting.",
        options=colleagues.options(desk, near),
    )
    yield Input(
        OUTSIDE,
        "Add somebody from outside",
        Kind.LINE,
        required=False,
        hint="What they do, such as school nurse, and never a name. Nobody writes to them from here: please invite them yourself.",
        max_length=75,
    )


def added_steps(desk: Desk, more: Mapping[str, Value]) -> list[Invited]:
    """The people added. Raises BadStep for a colleague who is not on the list."""
    steps = []
    email, function = text(more, COLLEAGUE), text(more, OUTSIDE).strip()
    if email:
        if not colleagues.is_one(desk, email):
            raise BadStep(COLLEAGUE, "Choose one of the people listed.")
        steps.append(Invited(email=email))
    if function:
        steps.append(Invited(function=function))
    return steps


def steps(desk: Desk, record: Record, more: Mapping[str, Value]) -> list[Considered | Invited]:
    """All that a form says about who comes. Raises BadStep as its parts do."""
    return [*considered_steps(record.standing.now, more), *added_steps(desk, more)]
