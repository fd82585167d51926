"""The meetings that are in people's calendars."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002_meetings"
down_revision = "0001"
branch_labels = None
depends_on = None

LIVE, TO_DO, LOOKED_AT = "NOT cancelled", "state IN ('waiting', 'claimed')", "look_at IS NOT NULL"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "meetingevent",
        sa.Column("id", sa.Integer(), primary_key=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("challenge_id", "stage_number")),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        *(_moment(name) for name in ("starts_at", "ends_at")),
        sa.Column("chair", sa.String(), nullable=False),
        sa.Column("attendees", sa.JSON(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=True),
        _moment("done_at", nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("organiser", "event", "link", "state")),
        _moment("send_after"),
        sa.Column("claimed_by", sa.String(), nullable=True),
        _moment("claimed_until", nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("attempts", "tries")),
        sa.Column("maybe_done", sa.Boolean(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=True),
        _moment("look_at", nullable=True),
        sa.Column("seen", sa.String(), nullable=False),
        sa.UniqueConstraint("uid"),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"]),
        sa.ForeignKeyConstraint(["chair"], ["person.email"]),
    )
    op.create_index("meeting_of_challenge", "meetingevent", ["challenge_id", "stage_number"])
    _partial("meeting_live", ["challenge_id", "stage_number"], LIVE, unique=True)
    _partial("meeting_to_do", ["send_after", "id"], TO_DO)
    _partial("meeting_to_look_at", ["look_at"], LOOKED_AT)


def downgrade() -> None:
    """Take it away."""
    op.drop_table("meetingevent")


def _moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _partial(name: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(
        name, "meetingevent", columns, unique=unique, sqlite_where=condition, postgresql_where=condition
    )
