"""Procedures as nobody has written them yet: made up, valid, and different each time; and the TOML to write them in."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from procedures import library
from procedures.schema import Procedure, When

ROLES = ("coordinator", "manager", "worker", "head", "board")
FACTS = ("acknowledged", "actions_completed")
Table = dict[str, Any]


def some(pool: list[str], *, least: int = 1, most: int | None = None) -> st.SearchStrategy[list[str]]:
    """Different ones of these, in any order."""
    return (
        st.lists(st.sampled_from(pool), min_size=least, max_size=most, unique=True) if pool else st.just([])
    )


@st.composite
def choices(draw: st.DrawFn) -> list[Table]:
    """One to four outcomes, at least one of which settles the stage."""
    made: list[Table] = []
    for number in range(draw(st.integers(1, 4))):
        what = (
            draw(st.sampled_from(["resolves", "again", ""]))
            if number
            else draw(st.sampled_from(["resolves", ""]))
        )
        made.append({"id": f"end_{number}", "label": f"Outcome {number}"} | ({what: True} if what else {}))
    return draw(st.permutations(made))


def _possible(before: list[Table]) -> list[str]:
    """What can happen at stages, and so can open another: the same that the file check wants, said again."""
    found: set[str] = set()
    for stage in before:
        found |= {"answered", "lapsed"} if "window" in stage else {"answered"}
        if not all(choice.get("resolves") for choice in stage.get("outcome", {}).get("choices", [])):
            found.add("unresolved")
    return sorted(found)


KINDS = ("line", "text", "choice", "ticks", "date", "number", "scores")


@st.composite
def own_fields(draw: st.DrawFn) -> list[Table]:
    """Fields of every kind."""
    made: list[Table] = []
    for number, kind in enumerate(draw(some(list(KINDS), most=3))):
        own: Table = {"id": f"own_{number}", "title": f"Question {number}", "kind": kind, "source": "f"}
        own["required"] = draw(st.booleans())
        if kind in ("choice", "ticks"):
            own["choices"] = [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]
        if kind == "ticks":
            own["all"] = draw(st.booleans())
        if kind in ("number", "scores"):
            own |= {"least": 0, "most": 10}
        made.append(own)
    return made


@st.composite
def forms(draw: st.DrawFn, roles: list[str], targets: list[str]) -> Table:
    """A form of the authority's own, and perhaps where its answers lead."""
    fields = draw(own_fields())
    form: Table = {"id": "statement", "title": "Statement", "by": draw(some(roles, most=2)), "source": "s"}
    form |= {key: True for key in ("each", "again", "before_meeting") if draw(st.integers(0, 2)) == 0}
    if draw(st.booleans()):
        form["tell"] = draw(some(roles))
    tests = {"choice": {"is": "a"}, "scores": {"most_are": 0}}
    leads = [
        {"field": own["id"], **tests[own["kind"]], "source": "l", **draw(goals(targets))}
        for own in fields
        if own["kind"] in tests and draw(st.booleans())
    ]
    if leads and draw(st.booleans()):
        leads.append({"otherwise": True, "source": "l", **draw(goals(targets))})
    return form | ({"leads": leads} if leads else {}) | {"field": fields}


@st.composite
def goals(draw: st.DrawFn, targets: list[str]) -> Table:
    """A later stage that opens by itself, or the end."""
    stage = draw(st.sampled_from([*targets, ""]))
    return {"opens": stage} if stage else {"ends": "It ends here"}


@st.composite
def beyond(draw: st.DrawFn, table: Table, roles: list[str]) -> Table:
    """The same procedure with what the simplest do without: forms, decisions, actions, clocks, routes beside, other lengths of time."""
    if draw(st.integers(0, 3)) == 0:
        table["order"] = "any"
    if draw(st.booleans()):
        table["side"] = [
            {
                "id": "outside",
                "name": "Outside",
                "by": draw(some([*roles, "raiser"])),
                "to": roles[:1],
                "source": "x",
            }
        ]
    asking = {stage["id"] for stage in table["stage"] if "field" in stage or "consulted" in stage}
    for number, stage in enumerate(table["stage"]):
        targets = [each["id"] for each in table["stage"][number + 1 :] if each["id"] not in asking]
        if number and draw(st.integers(0, 3)) == 0:
            stage["skip"] = True
        if draw(st.booleans()):
            stage["form"] = [draw(forms(roles, targets))]
        if draw(st.booleans()):
            stage["actions"] = {"by": draw(some(roles)), "source": "a"}
        if targets and draw(st.integers(0, 2)) == 0:
            stage["approval"] = {
                "by": draw(some(stage["to"], most=2)),
                "need": draw(st.sampled_from(["all", "one"])),
                "agreed": draw(st.sampled_from(targets)),
                "source": "p",
            }
        followed = any(stage["id"] in each.get("after", []) for each in table["stage"])
        for choice in [] if followed else stage.get("outcome", {}).get("choices", []):
            if "resolves" not in choice and "again" not in choice and draw(st.booleans()):
                goal = draw(goals(targets))
                choice |= goal if "opens" in goal else {"ends": True}
        if "window" in stage:
            _stretch(draw, stage, roles)
    return table


def _stretch(draw: st.DrawFn, stage: Table, roles: list[str]) -> None:
    """Another length, another beginning, other facts to wait for, a clock that can be stopped."""
    window = stage["window"]
    unit = draw(st.sampled_from(["working_days", "calendar_days", "weeks", "months", "hours"]))
    del window["working_days"]
    window[unit] = draw(st.integers(1, 9))
    if draw(st.integers(0, 2)) == 0:
        window["from"] = draw(st.sampled_from(["opened", "raised", "plan_start", "review"]))
    more = [form["id"] for form in stage.get("form", [])]
    more += ["meeting_held"] if "meeting" in stage else []
    more += ["outcome_recorded"] if "outcome" in stage else []
    more += ["approved"] if "approval" in stage else []
    window["until"] = list(dict.fromkeys([*window["until"], *draw(some(more, least=0))]))
    if draw(st.booleans()):
        reasons = [{"id": "family", "label": "The family is away"}]
        window["stop_clock"] = {"by": draw(some(roles)), "reasons": reasons, "source": "t"}


@st.composite
def stages(draw: st.DrawFn, earlier: list[Table], roles: list[str]) -> Table:
    """One stage behind those there are."""
    number = len(earlier)
    stage: Table = {"id": f"stage-{number}", "name": f"Stage {number}", "source": f"{number}"}
    stage["to"] = draw(some(roles, most=2))
    if draw(st.booleans()):
        stage["copy"] = draw(some(roles))
    has = draw(st.sampled_from(["window", "outcome", "both"]))
    if draw(st.booleans()):
        people = [*roles, "raiser"]
        stage["meeting"] = {
            "chair": draw(st.sampled_from(people)),
            "attend": draw(some(people)),
            "source": "m",
        }
    if has != "outcome":
        facts = [*FACTS, "date_confirmed"] if "meeting" in stage else list(FACTS)
        stage["window"] = {
            "working_days": draw(st.integers(1, 20)),
            "on": draw(st.sampled_from(stage["to"])),
            "until": draw(some(facts)),
            "remind": draw(st.lists(st.integers(-5, 3), max_size=4, unique=True)),
            "source": "w",
        }
    if has != "window":
        by = [*roles, "raiser", *(["chair"] if "meeting" in stage else [])]
        stage["outcome"] = {"by": draw(some(by, most=3)), "choices": draw(choices()), "source": "o"}
    if draw(st.integers(0, 4)) == 0:
        stage["consulted"] = {"roles": draw(some(roles, most=2)), "source": "c"}
    if draw(st.integers(0, 3)) == 0:
        stage["field"] = [
            {
                "id": "ground",
                "title": "Why?",
                "kind": "choice",
                "source": "f",
                "choices": [{"id": "a", "label": "A"}],
            },
            {"id": "more", "title": "More", "kind": "text", "required": False, "source": "f"},
        ]
    if earlier:
        after = draw(st.lists(st.sampled_from(earlier), min_size=1, unique_by=lambda each: str(each["id"])))
        stage["after"] = [each["id"] for each in after]
        extra = draw(st.lists(st.sampled_from(list(When)), max_size=2))
        stage["opens"] = list(dict.fromkeys([*draw(some(_possible(after))), *(str(when) for when in extra)]))
    return stage


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A whole procedure as its file would hold it: one to six stages, windows, meetings, outcomes, everything optional or not."""
    roles = draw(some(list(ROLES)))
    data: Table = {
        "schema": 1,
        "title": "A procedure",
        "document": "Made up",
        "nation": draw(st.sampled_from(["england-and-wales", "scotland", "northern-ireland"])),
        "role": {role: {"name": role.title(), "oversees": draw(st.booleans())} for role in roles},
        "raise": {"by": draw(some(roles)), "source": "1"},
        "record": {"reminder": "It is kept.", "source": "1"},
    }
    endings = draw(st.sampled_from([("raiser", "raiser"), ("raiser", roles[0]), (roles[0], "raiser")]))
    data["resolve"] = {"by": [endings[0]], "source": "2"}
    data["withdraw"] = {"by": [endings[1]], "source": "2"}
    if draw(st.booleans()):
        data["immediate_risk"] = {"question": "At risk?", "now": ["Ring."], "source": "3"}
    if draw(st.booleans()):
        data["informal"] = {"with": draw(some(roles)), "source": "4"}
    if draw(st.booleans()):
        data["second_opinion"] = {"from": draw(st.sampled_from(roles)), "source": "5"}
    data["stage"] = []
    for _ in range(draw(st.integers(1, 6))):
        data["stage"].append(draw(stages(data["stage"], roles)))
    return draw(beyond(data, roles)) if draw(st.booleans()) else data


def written(value: Any) -> str:
    """A value as TOML has it, on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {written(each)}" for key, each in value.items()) + " }"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(written(each) for each in value) + "]"
    return json.dumps(value)


def text_of(table: Table) -> str:
    """The file: a key a line, a stage a line."""
    lines = [f"{key} = {written(value)}" for key, value in table.items() if key != "stage"]
    lines.append("stage = [\n" + "".join(f"  {written(stage)},\n" for stage in table["stage"]) + "]")
    return "\n".join(lines) + "\n"


def procedures() -> st.SearchStrategy[Procedure]:
    """The same, read by the program."""
    return tables().map(lambda table: library.parse(text_of(table), "made_up.toml"))
