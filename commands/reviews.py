"""Ways in that are open only after so many reviews of the child's plan (CA-2)."""

from __future__ import annotations

from commands.desk import Desk
from procedures.engine import BadStep
from procedures.schema import Way
from storage import plans


def check_reviews(desk: Desk, way: Way, case_reference: str) -> None:
    """Refuse a way in that comes too early for this child, by the list of plans. Raises BadStep.

    A child who is not on the list passes: the list may be a month old, and whoever raises knows better.
    """
    plan = plans.of_case(desk.session, case_reference)
    if way.after_review is None or plan is None:
        return
    had = plan.row.reviews_by(desk.today)
    if had < way.after_review:
        shown = {0: "none so far", 1: "one so far"}.get(had, f"{had} so far")
        raise BadStep(
            "case_reference",
            f"“{way.label}” is open once the child's plan has had {way.after_review} review{'' if way.after_review == 1 else 's'}; "
            f"the list of plans shows {shown}. If the list is out of date, ask for a new one to be sent.",
        )
