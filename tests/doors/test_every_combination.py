"""Every command, at every stage, by everybody who can stand to a challenge in some way, through every door.

Signed requests go through the whole program: the slash command, the button, the form that is sent. What comes of each is held
against the table of `challenge-bot access`: who may gets on; who may not gets a sentence, alone, and nothing has changed.
"""

from __future__ import annotations

import asyncio
import gc
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bot.app import slack_side
from commands.access import LISTED, USES, Place, Position, Use, allowed
from commands.vocabulary import Value
from procedures.engine import CONCERNED, OVERSEER
from tests.commands.conftest import Council
from tests.doors.cast import (
    CASE,
    GUESTS,
    REASON,
    SECRETS,
    STANDINGS,
    SUMMARY,
    THE_SAME,
    Cast,
    Standing,
    stands,
)
from tests.doors.front import Front, Seen, driver, dump

NOT_YOURS = re.compile(
    r"Only [^\"]*? (?:can|see|sees|may)\b|not a challenge that you have a part in|not on .{0,60} list|not a private concern of yours"
    r"|You see the children on plans whose|is not the reference of a challenge in a team for which|was not asked of you"
    r"|There is no report for you|nobody takes turns|is for colleagues of this council"
)
"""That somebody else may do this."""
NOT_NOW = re.compile(r"This was not done|Please correct this|This button is from|This form is from")
"""That nobody may, or not as things stand."""

# What is put into the forms. What is not named here is sent without anything.
FORMS: dict[str, dict[str, Value]] = {
    "show": {"challenge": "CH-1001"},
    "options": {"challenge": "CH-1001"},
    "record": {"challenge": "CH-1001"},
    "acknowledge": {},
    "confirm": {},
    "schedule (propose)": {"day": "2026-11-25", "at": "14:00", "place": "Room 3", "decision": "propose"},
    "schedule (confirm)": {"day": "2026-11-25", "at": "14:00", "place": "Room 3", "decision": "confirm"},
    "invite": {"outside": "The school's head teacher"},
    "cancel": {"reason": REASON},
    "held": {"held_on": "2026-11-23", "present": ("raiser",)},
    "outcome": {"choice": "resolved", "held_on": "2026-11-23", "summary": SUMMARY},
    "escalate": {"immediate_risk": "no", "outline": REASON},
    "resolve": {"outcome": "It is settled now."},
    "withdraw": {"reason": "Raised in error."},
    "note": {"text": "A word more."},
    "reassign": {
        "part": "raiser|hannah.okafor@barsetshire.example",
        "joins": "ben.marsden@barsetshire.example",
        "reason": "On leave.",
    },
    "document": {"document": "record", "language": "en"},
    "emergency-access": {"reason": "The emergency team must know this tonight."},
    "opinion": {"answer": "I should raise it."},
    "due": {"opened": "2026-11-23", "working_days": "5"},
}
TYPED = {"list (mine, overdue)": "list mine", "list (unit)": "list unit", "plans (import)": "plans import"}
PRESSED: dict[str, dict[str, str]] = {
    "list (mine, overdue)": {"which": "mine"},
    "list (unit)": {"which": "unit"},
    "plans (import)": {"import": "yes"},
    "opinion": {"opinion": "1"},
    "concern (raise)": {"new": "yes"},
}
ONE_DOOR = {"schedule (confirm)": ("form",), "concern (raise)": ("button",), "opinion": ("button", "form")}
NOWHERE = ("decide", "fill", "action", "done", "pause", "refer", "swap", "name")
"""What Bradford's procedure never has: tried by every door at its first stage, and by the command at the others."""
NO_FORM = (
    "list",
    "plans",
    "rota",
    "patterns",
    "digest",
    "problems",
    "help",
    "language",
    "raise",
    "away",
    "report",
    "concern",
)
Stands = Callable[[str], tuple[Place, list[Position]]]
PROPOSE = next(use for use in USES if use.title == "schedule (propose)")
NOTHING_YET = {("schedule (propose)", "form"), ("escalate", "form")}
"""Those who may are told why not: the date was confirmed, and the stage brought no outcome yet."""


def doors_of(use: Use) -> tuple[str, ...]:
    """By which doors a thing can be asked for."""
    usual = ("slash", "button") if use.command in NO_FORM else ("slash", "button", "form")
    return ONE_DOOR.get(use.title, usual)


def context_of(use: Use, reference: str) -> dict[str, str]:
    """What travels with a button or form."""
    if use.command.startswith("concern-") or use.title == "concern (read)":
        return {"concern": "PC-1"}
    return {"challenge": reference} if use.staged else {}


async def knock(front: Front, user: str, use: Use, door: str, reference: str) -> Seen:
    """Ask for one thing by one door."""
    context = context_of(use, reference)
    if door == "slash":
        text = TYPED.get(use.title) or " ".join([use.command, *context.values()])
        return await front.types(user, text)
    if door == "button":
        return await front.presses(user, use.command, PRESSED.get(use.title) or context)
    values = values_of(use)
    return await front.submits(user, use.command, PRESSED.get(use.title) or context, values)


def values_of(use: Use) -> Mapping[str, Value]:
    """What is put into the form."""
    return FORMS.get(use.title, {})


class Visit:
    """All that is tried with a challenge that stands somewhere; `where` is what that is called, `stands` how somebody stands to it."""

    def __init__(self, cast: Council, front: Front, where: str, reference: str, stands: Stands) -> None:
        self.cast, self.front, self.where, self.reference = cast, front, where, reference
        self.stands = stands
        self.connection = driver(cast.office.database)
        self.before = self.connection.serialize()
        self.rows = dump(self.connection)
        self.last = int(self.connection.execute("SELECT max(number) FROM entry").fetchone()[0])
        self.tried = 0
        self.outcomes: dict[tuple[str, str], dict[str, bool]] = defaultdict(dict)
        self.wrong: list[str] = []

    async def everything(self, names: list[str], uses: list[Use]) -> None:
        """Everybody asks for each of these by every door."""
        for name in names:
            for use in uses:
                known = use.command not in NOWHERE or self.where == str(STANDINGS[0])
                for door in doors_of(use) if known else ("slash",):
                    await self.attempt(name, use, door)

    async def attempt(self, name: str, use: Use, door: str) -> None:
        """Somebody asks for one thing by one door. (Of several forms that a part has filled in its own; then it is told who has others.)"""
        place, held = self.stands(name)
        may = self._may(use, place, held)
        proposes = use.title == "schedule (confirm)" and not may and self._may(PROPOSE, place, held)
        concerned = any(CONCERNED in each.grants for each in held)
        user = self.cast.who(name).user_id
        seen = await knock(self.front, user, use, door, self.reference)
        self.tried += 1
        what = f"{self.where}, {name}, {use.title} by {door}"
        refused = bool(NOT_YOURS.search(seen.text) or NOT_NOW.search(seen.text))
        if proposes and door == "form":
            self._check_proposed(what)
            may = not refused
        self._check(what, use, seen, user, may, concerned, held)
        if may and not proposes and not (use.command == "emergency-access" and concerned):
            self.outcomes[use.title, door][name] = not refused

    def _may(self, use: Use, place: Place, held: list[Position]) -> bool:
        return any(allowed(use, self.cast.office.authority, place, each) for each in held)

    def _check_proposed(self, what: str) -> None:
        """Whoever may only propose a date, and sends the word for confirming it, has proposed it and no more."""
        kinds = [
            row[0] for row in self.connection.execute("SELECT kind FROM entry WHERE number > ?", [self.last])
        ]
        if set(kinds) - {"date_proposed"}:
            self.wrong.append(f"{what}: recorded {kinds}")

    def _check(
        self, what: str, use: Use, seen: Seen, user: str, may: bool, concerned: bool, held: list[Any]
    ) -> None:
        changed = self._put_back()
        refused, not_now = bool(NOT_YOURS.search(seen.text)), bool(NOT_NOW.search(seen.text))
        told = seen.text[:300]
        if seen.status != 200 or "something went wrong" in seen.text.lower():
            self.wrong.append(f"{what}: {seen.status} {told}")
        if seen.addressed - {user}:
            self.wrong.append(f"{what}: shown to {seen.addressed - {user}}")
        excused = use.command == "fill" or (use.command == "emergency-access" and concerned)
        if may and refused and not excused:
            self.wrong.append(f"{what}: may, and is refused: {told}")
        if not may and not (refused or not_now):
            self.wrong.append(f"{what}: may not, and is let in: {told}")
        if (not may or refused or not_now) and changed:
            self.wrong.append(f"{what}: refused, and changed {changed}")
        reads = concerned or (use.command in ("emergency-access", "opinion") and may)
        shown = [secret for secret in SECRETS if secret and str(secret) in seen.text]
        if shown and not reads:
            self.wrong.append(f"{what}: was shown {shown}")
        if str(CASE) in seen.text and not (reads or may):
            self.wrong.append(f"{what}: was shown the case")
        if not any(LISTED in each.grants for each in held) and any(
            each in seen.text for each in ("Okafor", "CH-1001 ·")
        ):
            self.wrong.append(f"{what}: a stranger was shown {told}")

    def _put_back(self) -> list[str]:
        """The database as it was; the tables that had changed."""
        if self.connection.serialize() == self.before:
            return []
        now = dump(self.connection)
        self.connection.deserialize(self.before)
        return [name for name, rows in now.items() if rows != self.rows[name]]


async def open_front(cast: Council, names: list[str]) -> Front:
    """The program, which has asked Slack who is a guest."""
    front = Front(cast.office)
    front.slack.users = {cast.who(name).user_id: {"is_restricted": name in GUESTS} for name in names}
    await slack_side(front.bot).colleagues.learn()
    return front


def visit(standing: Standing, uses: list[Use]) -> Visit:
    """Come to a stage, and let everybody try everything there."""
    cast = Cast()
    reference = cast.come_to(standing)

    async def go() -> Visit:
        front = await open_front(cast, cast.names)
        visiting = Visit(cast, front, str(standing), reference, lambda name: stands(cast, standing, name))
        await visiting.everything([name for name in cast.names if name not in THE_SAME], uses)
        await front.close()
        return visiting

    gc.disable()  # thousands of requests leave little behind, and looking for it takes a fifth of the time
    try:
        return asyncio.run(go())
    finally:
        gc.enable()
        cast.office.database.dispose()


@pytest.mark.parametrize("standing", STANDINGS, ids=str)
def test_every_combination_does_what_the_table_says(standing: Standing) -> None:
    """More than a thousand at each stage; with `-rP` the number is shown."""
    found = visit(standing, [use for use in USES if use.staged])
    sys.stdout.write(f"{standing}: {found.tried} combinations tried\n")
    assert found.tried > 1000
    assert found.wrong == []
    for (use, door), outcomes in found.outcomes.items():
        assert len(set(outcomes.values())) == 1, f"{use} by {door}: {outcomes}"
    nothing = {each for each, outcomes in found.outcomes.items() if not any(outcomes.values())}
    assert nothing <= NOTHING_YET


def test_what_has_no_stage_is_open_to_those_whom_the_table_names() -> None:
    found = visit(STANDINGS[1], [use for use in USES if not use.staged])
    sys.stdout.write(f"Without a stage: {found.tried} combinations tried\n")
    assert found.wrong == []


@pytest.mark.parametrize("standing", STANDINGS[::2], ids=str)
def test_home_shows_a_case_to_those_concerned_and_to_those_who_oversee(standing: Standing) -> None:
    """And to no administrator, to nobody who was taken off the list, to no guest."""
    cast = Cast()
    cast.come_to(standing)

    async def go() -> dict[str, Seen]:
        front = await open_front(cast, cast.names)
        seen = {name: await front.opens_home(cast.user(name)) for name in cast.names}
        await front.close()
        return seen

    try:
        seen = asyncio.run(go())
    finally:
        cast.office.database.dispose()
    for name, home in seen.items():
        _, held = stands(cast, standing, name)
        grants = frozenset().union(*(each.grants for each in held))
        assert "views.publish" in home.methods
        assert home.addressed == {cast.user(name)}
        assert not any(str(secret) in home.text for secret in SECRETS), name
        if not grants & {CONCERNED, OVERSEER}:
            assert str(CASE) not in home.text, name
            assert "CH-1001" not in home.text, name
