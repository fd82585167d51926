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
    return data


def written(value: Any) -> str:
    """A value as TOML has it, on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {written(each)}" for key, each in value.items()) + " }"
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
