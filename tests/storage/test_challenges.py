"""Challenges found for counting: by their procedure, whatever its version, and by unit."""

from __future__ import annotations

from storage import challenges
from storage.database import Database
from tests.storage.conftest import NINE


def test_all_of_a_procedure_in_some_units_or_everywhere(staffed: Database) -> None:
    with staffed.write() as session:
        for procedure, version, unit in (
            ("bradford", "2", "east"),
            ("other", "1", "east"),
            ("bradford", "1", "west"),
        ):
            challenges.create(
                session,
                procedure=procedure,
                version=version,
                case_reference="LCS-1",
                unit=unit,
                raiser="ada@example.org",
                stage="stage-1",
                at=NINE,
            )
    with staffed.read() as session:
        assert challenges.ids_of_procedure(session, "bradford") == [1001, 1002, 1004]
        assert challenges.ids_of_procedure(session, "bradford", {"east", "north"}) == [1002]
        assert challenges.ids_of_procedure(session, "bradford", set()) == []
