"""BR-13 as data and as steps: the table of a procedure file, and who may do what where a private concern stands."""

from __future__ import annotations

import pytest

from procedures import library
from procedures.private_concern import (
    ASKED,
    RAISER,
    THEN,
    WITH,
    Kind,
    Status,
    after,
    waits_for,
    who_may,
)
from procedures.reading import FaultyFile
from procedures.telling import tell
from tests.procedures.stories import bradford
from tests.procedures.test_schema import GOOD

RULE = """\
[role.head]
name = "Head"
[concern]
about = "the practice of a coordinator"
by = ["worker"]
to = "manager"
with = "coordinator"
then = "head"
source = "10"
"""
WITH_RULE = GOOD.replace("[raise]", f"{RULE}[raise]", 1)


def test_br_13_bradford_has_it_with_its_clause() -> None:
    rule = bradford().concern
    assert rule is not None
    assert (rule.by, rule.to, rule.with_, rule.then) == (
        ["social_worker"],
        "team_manager",
        "cpc_team_manager",
        "children_service_manager",
    )
    assert rule.source == "BR-13"
    line = next(line for line in tell(bradford()) if "[BR-13]" in line)
    assert line == (
        "Private concern: the practice of a child protection coordinator: Social worker → Team manager → CPC team manager → "
        "Children's service manager [BR-13]"
    )


def test_a_procedure_may_leave_it_out() -> None:
    procedure = library.parse(GOOD, "p.toml")
    assert procedure.concern is None


def test_roles_that_only_a_private_concern_names_are_named() -> None:
    assert library.doubts(library.parse(WITH_RULE, "p.toml")) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('then = "head"', 'then = "haed"', 'p.toml:20: unknown role "haed". Did you mean "head"?'),
        ('by = ["worker"]', 'by = ["worker", "worker"]', 'p.toml:17: "worker" stands here twice. Keep one.'),
        ('by = ["worker"]', "by = []", 'p.toml:17: "by" needs at least 1 entry.'),
        ('to = "manager"\nwith', 'to = "raiser"\nwith', 'p.toml:18: unknown role "raiser". Roles: "coordinator", "manager", "worker" and "head".'),
        ('with = "coordinator"', 'with = "manager"', 'p.toml:19: "with" and "to" of a private concern are the same role, "manager". Name different roles: each hears it with fresh eyes.'),
        ('then = "head"', 'then = "coordinator"', 'p.toml:20: "then" and "with" of a private concern are the same role, "coordinator". Name different roles: each hears it with fresh eyes.'),
        ('then = "head"\n', "", 'p.toml:15: the key "then" is missing in "concern".'),
        ('then = "head"', 'then = "head"\nwindow = 5', 'p.toml:21: unknown key "window" in "concern". Allowed: "about", "by", "to", "with", "then" and "source".'),
    ],
)  # fmt: skip
def test_a_fault_in_it_is_named_with_its_line(right: str, wrong: str, said: str) -> None:
    assert right in WITH_RULE
    with pytest.raises(FaultyFile) as refused:
        library.parse(WITH_RULE.replace(right, wrong, 1), "p.toml")
    assert str(refused.value) == said


WHO: list[tuple[Status, int, dict[Kind, tuple[str, ...]]]] = [
    (Status.open, 1, {Kind.agreed: (ASKED, WITH), Kind.taken_further: (ASKED, RAISER)}),
    (Status.agreed, 1, {Kind.taken_further: (RAISER,)}),
    (Status.open, 2, {Kind.concluded: (THEN,)}),
    (Status.closed, 2, {}),
]


@pytest.mark.parametrize(("status", "level", "able"), WHO)
def test_who_may_do_what_where_it_stands(
    status: Status, level: int, able: dict[Kind, tuple[str, ...]]
) -> None:
    everybody = () if status is Status.closed else (RAISER, ASKED, WITH, THEN)
    for kind in Kind:
        expected = everybody if kind is Kind.noted else able.get(kind, ())
        assert set(who_may(kind, status, level)) == set(expected), kind


def test_every_way_leads_to_an_end_and_nothing_leads_back() -> None:
    """From each point: somebody can act, or it has ended; and no step leads to a lower level."""
    seen, edges = set(), [(Status.open, 1), (Status.open, 2)]
    while edges:
        point = edges.pop()
        if point in seen:
            continue
        seen.add(point)
        for kind in Kind:
            if who_may(kind, *point):
                there = after(kind, *point)
                assert there[1] >= point[1]
                edges.append(there)
    assert seen == {(Status.open, 1), (Status.agreed, 1), (Status.open, 2), (Status.closed, 2)}
    assert [waits_for(*point) for point in sorted(seen)] == [(), (), (ASKED, WITH), (THEN,)]
