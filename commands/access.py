"""Who may what, as people read it: every command, at every stage, for everybody who may stand to a challenge in some way.

Nothing is decided here. The lines come from the functions that decide: procedures/rights.py and procedures/private_concern.py
for what is done, `Authority` for what an authority sets, and CONCERNED for what is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from commands.emergency import may_read
from commands.office import ADMINISTRATOR
from procedures import private_concern
from procedures.authority import Authority
from procedures.engine import AFTER_THE_END, CONCERNED, OVERSEER, holding, parts_for_work, who_may_at
from procedures.private_concern import Kind, Status
from procedures.schema import RAISER, Procedure, Stage

LISTED = "listed"
"""Everybody on the council's list."""
HOLDS = "holds:"
"""Whoever holds the role for any unit."""
ABOVE = "above:"
"""Whoever holds the role for the team of the challenge or a unit above it."""
TURN = "turn"
"""Whoever has a part of the present stage that was given in turn."""
GIVES_OPINION = "opinion"
"""Whoever was asked for the second opinion."""
PART_IN_CONCERN = "concern:"
"""Whoever has this part in the private concern."""
COORDINATES = "coordinates"
"""Whoever is the coordinator of a child in the list of plans."""

ENDED = "ended"
"""Where a challenge stands that was resolved or withdrawn."""


@dataclass(frozen=True)
class Place:
    """Where a challenge stands: at a stage, or `ended` there."""

    procedure: Procedure
    stage: Stage
    ended: bool = False

    @property
    def id(self) -> str:
        """The stage's id, or "ended"."""
        return ENDED if self.ended else self.stage.id

    @property
    def name(self) -> str:
        """What people call it."""
        return "Resolved or withdrawn" if self.ended else self.stage.name


Who = Callable[[Authority, Place], tuple[str, ...]]


@dataclass(frozen=True)
class Use:
    """One thing that can be asked for. `command` is its name in the chat; `what` says more where a command does several things."""

    command: str
    who: Who
    what: str = ""
    staged: bool = True
    """Whether it depends on where a challenge stands."""

    @property
    def title(self) -> str:
        """The command and what is done by it."""
        return f"{self.command} ({self.what})" if self.what else self.command


def _step(*kinds: str) -> Who:
    def who(authority: Authority, place: Place) -> tuple[str, ...]:
        found: list[str] = []
        for kind in kinds:
            if not place.ended or kind in AFTER_THE_END:
                found += who_may_at(place.procedure, place.stage, kind)
        return tuple(dict.fromkeys(found))

    return who


def _held(what: str) -> Who:
    return lambda authority, place: tuple(HOLDS + role for role in holding(place.procedure, what))


def _always(*who: str) -> Who:
    return lambda authority, place: who


def _several(*rules: Who) -> Who:
    return lambda authority, place: tuple(
        dict.fromkeys(each for rule in rules for each in rule(authority, place))
    )


def _open_only(rule: Who) -> Who:
    return lambda authority, place: () if place.ended else rule(authority, place)


def _where(part: Callable[[Procedure], object], *who: str) -> Who:
    return lambda authority, place: who if part(place.procedure) else ()


def _plans(authority: Authority, place: Place) -> tuple[str, ...]:
    return tuple(HOLDS + role for role in authority.plans.by)


def _name(authority: Authority, place: Place) -> tuple[str, ...]:
    rotas = {role: data.rota for role, data in place.procedure.role.items() if data.rota is not None}
    at_stage = [rota for role, rota in rotas.items() if role in place.stage.roles()]
    return tuple(dict.fromkeys(ABOVE + role for rota in at_stage for role in rota.named_by))


def _swap(authority: Authority, place: Place) -> tuple[str, ...]:
    at_stage = set(place.stage.roles()) & set(holding(place.procedure, "take turns"))
    return (TURN,) if at_stage else ()


def _rota(authority: Authority, place: Place) -> tuple[str, ...]:
    if not holding(place.procedure, "take turns"):
        return ()
    return _several(_held("take turns"), _held("name"), _held("oversee"))(authority, place)


def _emergency(authority: Authority, place: Place) -> tuple[str, ...]:
    return tuple(ABOVE + role for role in may_read(authority, place.procedure))


def _concern(kind: Kind) -> Who:
    points = [(status, level) for status in Status for level in (1, 2)]
    parts = dict.fromkeys(part for at in points for part in private_concern.who_may(kind, *at))
    return _where(lambda procedure: procedure.concern, *(PART_IN_CONCERN + part for part in parts))


USES: tuple[Use, ...] = (
    Use("raise", _held("raise"), staged=False),
    Use("list", _always(LISTED), "mine, overdue", staged=False),
    Use("list", _held("oversee"), "unit", staged=False),
    Use("show", _always(CONCERNED)),
    Use("options", _always(CONCERNED)),
    Use("decide", _step("decided")),
    Use("acknowledge", _step("acknowledged")),
    Use("confirm", _step("actions_completed")),
    Use("fill", _step("form_recorded")),
    Use("schedule", _step("date_proposed"), "propose"),
    Use("schedule", _step("date_confirmed"), "confirm"),
    Use("invite", _step("invited", "considered")),
    Use("cancel", _step("meeting_cancelled")),
    Use("held", _step("meeting_held")),
    Use("outcome", _step("outcome_recorded")),
    Use("action", _step("action_agreed")),
    Use("done", _step("action_done")),
    Use("pause", _step("clock_stopped", "clock_started")),
    Use("refer", _step("side_opened", "side_closed")),
    Use("escalate", _step("escalated")),
    Use("resolve", _step("resolved")),
    Use("withdraw", _step("withdrawn")),
    Use("note", _step("noted")),
    Use("reassign", _step("reassigned")),
    Use("swap", _open_only(_swap)),
    Use("name", _open_only(_name)),
    Use("record", _always(CONCERNED)),
    Use("document", _where(lambda procedure: procedure.paper, CONCERNED)),
    Use("emergency-access", _emergency),
    Use("report", _held("report"), staged=False),
    Use("plans", _several(_held("oversee"), _held("plans"), _plans, _always(COORDINATES)), staged=False),
    Use("plans", _plans, "import", staged=False),
    Use("rota", _rota, staged=False),
    *(Use(each, _always(LISTED), staged=False) for each in ("away", "language", "patterns", "digest", "due")),
    Use("problems", _always(HOLDS + ADMINISTRATOR), staged=False),
    Use("undelivered", _always(HOLDS + ADMINISTRATOR), staged=False),
    Use("opinion", _always(GIVES_OPINION), staged=False),
    Use("concern", _held("concern"), "raise", staged=False),
    Use("concern", _concern(Kind.noted), "read", staged=False),
    Use("concern-agree", _concern(Kind.agreed), staged=False),
    Use("concern-further", _concern(Kind.taken_further), staged=False),
    Use("concern-outcome", _concern(Kind.concluded), staged=False),
    Use("concern-note", _concern(Kind.noted), staged=False),
    Use("help", _always(LISTED), staged=False),
)


def uses(procedure: Procedure) -> list[Use]:
    """The same for one procedure, in which each form and each route beside the stages has a line of its own: others may use each."""
    found: list[Use] = []
    for use in USES:
        if use.command == "fill":
            forms = {form.id: form.title for stage in procedure.stage for form in stage.form}
            found += [Use("fill", _form(id_), title) for id_, title in forms.items()] or [use]
        elif use.command == "refer":
            routes = {side.id: side.name for side in procedure.side}
            found += [Use("refer", _route(id_), name) for id_, name in routes.items()] or [use]
        else:
            found.append(use)
    return found


def _form(id_: str) -> Who:
    def who(authority: Authority, place: Place) -> tuple[str, ...]:
        there = not place.ended and id_ in place.stage.forms
        return who_may_at(place.procedure, place.stage, "form_recorded", id_) if there else ()

    return who


def _route(id_: str) -> Who:
    def who(authority: Authority, place: Place) -> tuple[str, ...]:
        return () if place.ended else who_may_at(place.procedure, place.stage, "side_opened", id_)

    return who


@dataclass(frozen=True)
class Position:
    """How somebody stands to a challenge. `grants` are the words of the table that hold for them; `role` is the role they have there."""

    id: str
    words: str
    grants: frozenset[str]
    role: str = ""


def places(procedure: Procedure) -> list[Place]:
    """Every stage, and the end."""
    return [
        *(Place(procedure, stage) for stage in procedure.stage),
        Place(procedure, procedure.stage[-1], True),
    ]


def positions(place: Place) -> list[Position]:
    """All the ways in which somebody can stand to a challenge there."""
    procedure, stage = place.procedure, place.stage
    meeting = stage.meeting
    parts = {
        "asked": stage.to,
        "copied": stage.copy_,
        "chair": [] if meeting is None else [meeting.chair],
        "attends": [] if meeting is None else meeting.attend,
        "records": parts_for_work(stage),
    }
    found = [
        Position(
            "raiser",
            "raised it",
            frozenset({LISTED, RAISER, CONCERNED, *_holds(holding(procedure, "raise"))}),
        )
    ]
    for part, roles in parts.items():
        for role in dict.fromkeys(role for role in roles if role != RAISER):
            title = procedure.role_name(role)
            own = frozenset({LISTED, CONCERNED, part, role, HOLDS + role})
            found.append(Position(f"{part}:{role}", f"{title}, {_PARTS[part]}", own, role))
    found.append(Position("before", "had a part at an earlier stage", frozenset({LISTED, CONCERNED})))
    found += [_covering(each) for each in found]
    for role, data in procedure.role.items():
        title = procedure.role_name(role)
        if data.oversees:
            above = frozenset({LISTED, OVERSEER, HOLDS + role, ABOVE + role})
            found.append(
                Position(f"above:{role}", f"{title} of the team or above, without a part", above, role)
            )
        elsewhere = frozenset({LISTED, HOLDS + role})
        found.append(Position(f"elsewhere:{role}", f"{title} elsewhere", elsewhere, role))
    found += [
        Position(ADMINISTRATOR, "administrator", frozenset({LISTED, HOLDS + ADMINISTRATOR}), ADMINISTRATOR),
        Position("listed", "on the list, without any role", frozenset({LISTED})),
        Position("removed", "taken off the list", frozenset()),
        Position("stranger", "not on the list, a guest, or of another organisation", frozenset()),
    ]
    return found


_PARTS = {
    "asked": "who is asked",
    "copied": "who is told",
    "chair": "who chairs the meeting",
    "attends": "who attends the meeting",
    "records": "who records something",
}


def _covering(position: Position) -> Position:
    """Whoever covers may what the other's part allows, and not what their roles allow without a part."""
    own = {each for each in position.grants if not each.startswith((HOLDS, ABOVE)) and each != OVERSEER}
    return Position(f"covers:{position.id}", f"covers for: {position.words}", frozenset(own), position.role)


def _holds(roles: Iterable[str]) -> list[str]:
    return [HOLDS + role for role in roles]


def allowed(use: Use, authority: Authority, place: Place, position: Position) -> bool:
    """Whether somebody who stands so may ask for it there."""
    return bool(position.grants.intersection(use.who(authority, place)))
