"""Second opinions that are awaited."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from storage.prepared import Prepared
from storage.statements import table
from storage.tables import SecondOpinion

_OPINION = table(SecondOpinion)


@dataclass(frozen=True)
class Question:
    """Somebody, `asker`, has asked a colleague, `asked`, for a second opinion that has not been given yet."""

    id: int
    asker: str
    asked: str


_OPEN = Prepared(
    select(*(_OPINION.c[name] for name in Question.__dataclass_fields__))
    .where(_OPINION.c.answered_at.is_(None))
    .order_by(_OPINION.c.id)
)


def open_questions(session: Session) -> list[Question]:
    """All that are awaited, in the order in which they were asked for."""
    return [Question(*row) for row in _OPEN.rows(session)]
