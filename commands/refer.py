"""Taking a route beside the stages, such as a referral to an outside body, and recording what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from commands import own_fields
from commands.carry_out import find_people, take
from commands.command import (
    ChallengeRef,
    Command,
    Draft,
    ListChoice,
    LongText,
    More,
    Widget,
    whole_number,
)
from commands.desk import Desk
from commands.done import done
from commands.errors import Refused
from commands.possible import sides_to_close, sides_to_open
from commands.record import Record
from commands.vocabulary import Heading, Input, Kind, Option, Paragraph, Part, Reply
from procedures.engine import BadStep, NotNow, SideRoute, not_here
from procedures.schema import Side
from procedures.steps import SideClosed, SideOpened

RESULT = "result:"
"""Before the number of the entry that took a route whose result is to be recorded."""


class Refer(Command):
    """Take a route beside the stages, such as a referral, or record what came of it."""

    name = "refer"
    title = "Beside the stages"
    submit = "Save"
    usage = "CH-1042"
    about_challenge = "side"

    challenge: ChallengeRef
    route: Annotated[ListChoice, Widget(Kind.LIST, redraws=True)] | None = Field(
        None, title="What do you want to record?"
    )
    outline: LongText = Field(title="Why?", description="In brief.")
    more: More = Field(default_factory=dict)

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """Which route, or the result of which; then what is asked for it."""
        record = desk.record(draft.context["challenge"])
        known = cls._routes(desk, record)
        names = list(known)
        chosen = draft.get("route") if draft.get("route") in known else names[0]
        if len(known) > 1:
            options = tuple(Option(name, _title(each)) for name, each in known.items())
            yield replace(inputs["route"], options=options, initial=chosen, required=True)
        else:
            yield Heading(_title(known[chosen]))
        route = known[chosen]
        if isinstance(route, SideRoute):
            yield replace(inputs["outline"], title="What came of it?")
            return
        if route.about:
            yield Paragraph(route.about)
        told = [email for role in route.to for email in find_people(desk, record, role, {})]
        if told:
            yield Paragraph(f"Told: {desk.name_all(told, 'and')}. The stages of the procedure run on.")
        yield inputs["outline"]
        yield from own_fields.inputs(route.field, draft.values, record.procedure.record.reminder)

    @classmethod
    def _routes(cls, desk: Desk, record: Record) -> dict[str, Side | SideRoute]:
        """What the person could record: routes to take, and results. Raises what says why there is nothing."""
        found: dict[str, Side | SideRoute] = {side.id: side for side in sides_to_open(desk, record)}
        found |= {f"{RESULT}{each.entry.number}": each for each in sides_to_close(desk, record)}
        if found:
            return found
        if not record.procedure.side:
            raise NotNow(not_here(record.standing.now.stage, "side_opened"))
        desk.on_behalf(record, "side_opened")
        raise Refused(f"There is nothing to record beside the stages of {record.reference} now.")

    def run(self, desk: Desk) -> Reply:
        """Record the route, or its result; those concerned are told."""
        record = desk.record(self.challenge, for_change=True)
        known = self._routes(desk, record)
        name = self.route or next(iter(known))
        route = known.get(name)
        if route is None:
            raise BadStep("route", "Choose one of those listed; somebody may just have recorded it.")
        if isinstance(route, SideRoute):
            number = whole_number(name.removeprefix(RESULT))
            step = SideClosed(opened=number, result=self.outline)
            return done(desk, take(desk, record, step), "Result recorded")
        values = own_fields.read(route.field, self.more)
        opened = SideOpened(side=route.id, outline=self.outline, fields=values)
        return done(desk, take(desk, record, opened), route.name)


def _title(route: Side | SideRoute) -> str:
    return f"The result of: {route.side.name}"[:75] if isinstance(route, SideRoute) else route.name
