"""The council of `challenge-bot init`, as it is once its people's member IDs in Slack are known."""

from __future__ import annotations

from procedures.authority import people_template


def people_csv() -> str:
    """The people.csv that `init` writes, with everybody's member ID: Hannah Okafor's is U01HANNAH1, Tom Ellery's U01TOM0001."""
    headings, *rows = people_template().splitlines()
    return "\n".join([headings, *(_with_id(row) for row in rows)]) + "\n"


def _with_id(row: str) -> str:
    email, name, role, unit, _, teams_user_id = row.split(",")
    first_name = name.split()[0].upper()
    return ",".join([email, name, role, unit, f"U01{first_name:0<6}1", teams_user_id])
