"""What the schema alone cannot say about a procedure file: that its parts fit each other.

`check` finds what is wrong, `doubtful` what is legal and yet may not be meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from procedures.consistency import answers, documents, forms, meetings, naming, order, private, triggers
from procedures.consistency.doubts import doubtful
from procedures.faults import Fault
from procedures.positions import Positions
from procedures.schema import Procedure

__all__ = ["check", "doubtful"]


def check(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    """Names that are not there, stages that cannot be reached or left, rules that contradict each other."""
    for part in (naming, order, answers, meetings, forms, documents, private, triggers):
        yield from part.check(procedure, positions)
