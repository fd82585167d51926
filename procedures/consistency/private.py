"""Those who take a private concern on must be different people: else they would agree, or resolve, it with themselves (BR-13)."""

from __future__ import annotations

from collections.abc import Iterator

from procedures.faults import Fault
from procedures.positions import Path, Positions
from procedures.schema import Procedure


def check(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    """Two of the takers of a private concern that are one and the same role."""
    roles: dict[str, str] = {}
    for key, role in [] if procedure.concern is None else procedure.concern.takers:
        if role in roles:
            path: Path = ("concern", key)
            message = f'"{key}" and "{roles[role]}" of a private concern are the same role, "{role}"'
            yield positions.fault(path, message, "Name different roles: each hears it with fresh eyes.")
        roles.setdefault(role, key)
