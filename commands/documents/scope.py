"""Who may have which report of activity, and of which units."""

from __future__ import annotations

from commands.desk import Desk
from procedures.schema import Procedure
from procedures.schema.documents import ActivityReport


def reports_for(desk: Desk) -> list[tuple[Procedure, ActivityReport]]:
    """The reports that the person at the desk may have, of the procedures in use."""
    return [
        (procedure, report)
        for procedure in desk.procedures
        for report in procedure.report
        if desk.holds(report.by)
    ]


def units_for(desk: Desk, report: ActivityReport) -> frozenset[str]:
    """The ids of the units that the person's report covers: those of their role, and all below."""
    within = desk.office.authority.within
    own = [within(unit) for role, unit in desk.roles if role in report.by]
    return frozenset().union(*own)
