"""What a procedure file can say about private concerns: who may raise one about a coordinator's practice, and who takes it on (BR-13)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from procedures.faults import Fault
from procedures.positions import Path, Positions

_Role = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=75)]
_Source = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class ConcernRule(BaseModel):
    """A private concern: raised by `by`, taken on by `to`, who agrees a resolution with `with`; `then` has what stays unresolved.

    `about` ends the sentence "a private concern about …". `to` and the others are found from the raiser's own unit upwards.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: _Words = Field(examples=["the practice of a coordinator"])
    by: list[_Role] = Field(min_length=1)
    to: _Role
    with_: _Role = Field(alias="with")
    then: _Role
    source: _Source = Field(examples=["2.1"])


def named(rule: ConcernRule | None) -> Iterator[tuple[tuple[str | int, ...], str, tuple[str, ...]]]:
    """Every place in the table that names a role: its path, the role, and no special words.

    One that `check` refuses as named before is left out, so that it is told once.
    """
    if rule is None:
        return
    yield from ((("concern", "by", i), role, ()) for i, role in enumerate(rule.by))
    firsts = {role: key for key, role in reversed(_takers(rule))}
    yield from ((("concern", key), role, ()) for role, key in firsts.items())


def _takers(rule: ConcernRule) -> list[tuple[str, str]]:
    return [("to", rule.to), ("with", rule.with_), ("then", rule.then)]


def check(rule: ConcernRule | None, positions: Positions) -> Iterator[Fault]:
    """Two of those who take a concern on that are one and the same: they would agree, or resolve, it with themselves."""
    if rule is None:
        return
    roles: dict[str, str] = {}
    for key, role in _takers(rule):
        if role in roles:
            path: Path = ("concern", key)
            message = f'"{key}" and "{roles[role]}" of a private concern are the same role, "{role}"'
            yield positions.fault(path, message, "Name different roles: each hears it with fresh eyes.")
        roles.setdefault(role, key)
