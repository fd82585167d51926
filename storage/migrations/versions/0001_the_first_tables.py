"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.migrations import audit_triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FIRST_CHALLENGE = 1001
TABLES = (
    *("person", "holding", "absence"),
    *("proceduretext", "challenge", "entry", "party", "window", "secondopinion"),
    *(
        "rotahead",
        "rotamember",
        "allocation",
        "swaprequest",
        "patterntold",
        "overalllimit",
        "emergencyreading",
    ),
    *("privateconcern", "privateconcernentry", "privateconcernreader"),
    *("plan", "firing"),
    *("narrativekey", "legalhold", "deleted"),
    *("outbox", "posting", "handled", "problem", "setting"),
    *("audit", "audithead", "auditgate", "auditkey", "auditsigned"),
)
ANSWERS = "kind IN ('raised', 'escalated', 'form_recorded')"
LIVE = "state IN ('waiting', 'claimed')"


def upgrade() -> None:
    """Make every table. Challenges are counted from 1001, so that CH-1 is never mistaken for a list's first line."""
    _people()
    _challenges()
    _rotas()
    _patterns_and_limits()
    _private_concerns()
    _plans()
    _keeping()
    _messages()
    _program()
    _audit()
    _number_challenges()


def downgrade() -> None:
    """Take every table away, those first that refer to others."""
    for name in reversed(TABLES):
        op.drop_table(name)
    audit_triggers.drop(op.execute, op.get_bind().dialect.name)


def _moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _number(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable, autoincrement=False)


def _counted() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _yes_or_no(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=False)


def _sealed(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _is_person(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["person.email"])


def _is_challenge() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"])


def _is_concern() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["concern_id"], ["privateconcern.id"])


def _partial_index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def _people() -> None:
    op.create_table(
        "person",
        _text("email"),
        _text("name"),
        _text("slack_user_id", nullable=True),
        _text("teams_user_id", nullable=True),
        _yes_or_no("active"),
        _text("language"),
        sa.PrimaryKeyConstraint("email"),
        sa.UniqueConstraint("slack_user_id"),
        sa.UniqueConstraint("teams_user_id"),
    )
    op.create_table(
        "holding",
        _text("email"),
        _text("role"),
        _text("unit"),
        sa.PrimaryKeyConstraint("email", "role", "unit"),
        _is_person("email"),
    )
    op.create_index("holding_by_role", "holding", ["role", "unit"])
    op.create_table(
        "absence",
        _counted(),
        _text("email"),
        _text("cover", nullable=True),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        _moment("recorded_at"),
        _moment("cancelled_at", nullable=True),
        _is_person("email"),
        _is_person("cover"),
    )
    op.create_index("ix_absence_email", "absence", ["email"])


def _challenges() -> None:
    op.create_table(
        "proceduretext",
        _text("procedure"),
        _text("version"),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("procedure", "version"),
    )
    op.create_table(
        "challenge",
        _counted(),
        _text("procedure"),
        _text("version"),
        _text("case_reference"),
        _text("unit"),
        _text("raiser"),
        _text("status"),
        _text("stage"),
        _number("stage_number"),
        _number("revision"),
        _moment("due_at", nullable=True),
        _moment("opened_at"),
        _moment("closed_at", nullable=True),
        _is_person("raiser"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_challenge_case_reference", "challenge", ["case_reference"])
    _partial_index("challenge_open_by_unit", "challenge", ["unit", "due_at", "id"], "status = 'open'")
    _partial_index("challenge_open_by_raiser", "challenge", ["raiser"], "status = 'open'")
    op.create_table(
        "entry",
        _number("challenge_id"),
        _number("number"),
        _number("stage_number"),
        _text("kind"),
        _text("by"),
        _text("on_behalf_of", nullable=True),
        _moment("at"),
        _sealed("body"),
        sa.PrimaryKeyConstraint("challenge_id", "number"),
        _is_challenge(),
        _is_person("by"),
        _is_person("on_behalf_of"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "party",
        _number("challenge_id"),
        _number("stage_number"),
        _text("part"),
        _text("role"),
        _text("email"),
        sa.PrimaryKeyConstraint("challenge_id", "stage_number", "part", "role", "email"),
        _is_challenge(),
        _is_person("email"),
        sqlite_with_rowid=False,
    )
    op.create_index("party_by_person", "party", ["email", "challenge_id"])
    op.create_table(
        "window",
        _number("challenge_id"),
        _number("stage_number"),
        _text("role"),
        sa.Column("opened_on", sa.Date(), nullable=False),
        _moment("began_at"),
        _text("unit"),
        _number("length"),
        _number("paused"),
        _moment("stopped_at", nullable=True),
        sa.Column("due_day", sa.Date(), nullable=False),
        _moment("due_at"),
        _text("calendar_version"),
        _moment("lapsed_at", nullable=True),
        _moment("closed_at", nullable=True),
        _yes_or_no("met"),
        sa.PrimaryKeyConstraint("challenge_id", "stage_number"),
        _is_challenge(),
        sqlite_with_rowid=False,
    )
    _partial_index("window_open", "window", ["calendar_version", "lapsed_at", "due_at"], "closed_at IS NULL")
    op.create_table(
        "secondopinion",
        _counted(),
        _text("asker"),
        _text("asked"),
        _moment("asked_at"),
        _sealed("draft"),
        _sealed("answer", nullable=True),
        _text("answered_by", nullable=True),
        _moment("answered_at", nullable=True),
        _is_person("asker"),
        _is_person("asked"),
        _is_person("answered_by"),
    )


def _rotas() -> None:
    head = op.create_table("rotahead", _number("id"), sa.PrimaryKeyConstraint("id"))
    op.execute(sa.insert(head).values(id=1))
    op.create_table(
        "rotamember",
        *(_text(name) for name in ("procedure", "role", "unit", "email")),
        _number("begins"),
        _moment("joined_at"),
        sa.PrimaryKeyConstraint("procedure", "role", "unit", "email"),
        _is_person("email"),
    )
    op.create_table(
        "allocation",
        _counted(),
        *(_text(name) for name in ("procedure", "role", "unit", "email")),
        _number("challenge_id"),
        _number("stage_number"),
        _text("how"),
        _moment("at"),
        _moment("ended_at", nullable=True),
        _is_person("email"),
        _is_challenge(),
    )
    held = ["challenge_id", "role", "email"]
    _partial_index("allocation_held", "allocation", held, "ended_at IS NULL", unique=True)
    op.create_index("allocation_of_pool", "allocation", ["procedure", "role", "unit", "at"])
    op.create_table(
        "swaprequest",
        _counted(),
        _number("challenge_id"),
        *(_text(name) for name in ("role", "asker", "asked")),
        _moment("asked_at"),
        _moment("expires_at"),
        _text("state"),
        _moment("ended_at", nullable=True),
        _is_challenge(),
        _is_person("asker"),
        _is_person("asked"),
    )
    _partial_index(
        "swap_open", "swaprequest", ["challenge_id", "role", "asker"], "state = 'open'", unique=True
    )


def _patterns_and_limits() -> None:
    _partial_index("entry_of_answers", "entry", ["at"], ANSWERS)
    op.create_table(
        "patterntold",
        _counted(),
        *(_text(name) for name in ("procedure", "pattern", "answer")),
        _number("period"),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        _json("challenges"),
        _json("told"),
        _moment("told_at"),
        sa.UniqueConstraint("procedure", "pattern", "answer", "period", name="pattern_once_a_period"),
    )
    op.create_table(
        "overalllimit",
        _number("challenge_id"),
        sa.Column("day", sa.Date(), nullable=False),
        _text("calendar_version"),
        _number("next_offset", nullable=True),
        _moment("next_at", nullable=True),
        sa.PrimaryKeyConstraint("challenge_id"),
        _is_challenge(),
    )
    _partial_index("limit_to_come", "overalllimit", ["next_at"], "next_at IS NOT NULL")
    op.create_index("limit_by_calendar", "overalllimit", ["calendar_version"])
    op.create_table(
        "emergencyreading",
        _counted(),
        _number("challenge_id"),
        _text("by"),
        _moment("at"),
        _sealed("reason"),
        _is_challenge(),
        _is_person("by"),
    )


def _private_concerns() -> None:
    op.create_table(
        "privateconcern",
        _counted(),
        _text("procedure"),
        _text("version"),
        _text("unit"),
        _text("raiser"),
        _text("about"),
        _text("status"),
        _number("level"),
        _number("revision"),
        _moment("opened_at"),
        _moment("closed_at", nullable=True),
        _is_person("raiser"),
        _is_person("about"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_privateconcern_raiser", "privateconcern", ["raiser"])
    _partial_index("private_concern_open", "privateconcern", ["id"], "status = 'open'")
    op.create_table(
        "privateconcernentry",
        _number("concern_id"),
        _number("number"),
        _number("level"),
        _text("kind"),
        _text("by"),
        _moment("at"),
        _sealed("body"),
        sa.PrimaryKeyConstraint("concern_id", "number"),
        _is_concern(),
        _is_person("by"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "privateconcernreader",
        _number("concern_id"),
        _text("part"),
        _text("email"),
        sa.PrimaryKeyConstraint("concern_id", "part", "email"),
        _is_concern(),
        _is_person("email"),
        sqlite_with_rowid=False,
    )
    op.create_index("private_concern_by_reader", "privateconcernreader", ["email", "concern_id"])


def _plans() -> None:
    op.create_table(
        "plan",
        _text("case_reference"),
        sa.Column("plan_start", sa.Date(), nullable=False),
        _text("unit"),
        _json("review_dates"),
        _text("social_worker", nullable=True),
        _text("coordinator", nullable=True),
        _text("status"),
        sa.Column("since", sa.Date(), nullable=False),
        _moment("first_seen"),
        _moment("gone_at", nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("case_reference", "plan_start"),
        _is_person("social_worker"),
        _is_person("coordinator"),
        sqlite_with_rowid=False,
    )
    _partial_index("plan_waiting", "plan", ["next_on"], "next_on IS NOT NULL")
    op.create_table(
        "firing",
        _text("procedure"),
        _text("trigger"),
        _text("case_reference"),
        sa.Column("plan_start", sa.Date(), nullable=False),
        _text("occurrence"),
        sa.Column("day", sa.Date(), nullable=False),
        _number("review", nullable=True),
        _number("challenge_id", nullable=True),
        _moment("at"),
        sa.PrimaryKeyConstraint("procedure", "trigger", "case_reference", "plan_start", "occurrence"),
        sa.ForeignKeyConstraint(["case_reference", "plan_start"], ["plan.case_reference", "plan.plan_start"]),
        _is_challenge(),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_firing_challenge_id", "firing", ["challenge_id"])


def _keeping() -> None:
    op.create_table(
        "narrativekey",
        *(_text(name) for name in ("id", "check_value", "state")),
        _moment("made_at"),
        _moment("since"),
        _moment("emptied_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    _partial_index("narrativekey_current", "narrativekey", ["state"], "state = 'current'", unique=True)
    op.create_table(
        "legalhold",
        _counted(),
        _text("case_reference"),
        _sealed("reason"),
        _text("by"),
        _moment("at"),
        _text("released_by", nullable=True),
        _moment("released_at", nullable=True),
    )
    _partial_index("legalhold_in_force", "legalhold", ["case_reference"], "released_at IS NULL", unique=True)
    op.create_table(
        "deleted",
        _text("reference"),
        _text("procedure"),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        _moment("deleted_at"),
        sa.PrimaryKeyConstraint("reference"),
        sqlite_with_rowid=False,
    )


def _messages() -> None:
    op.create_table(
        "outbox",
        _counted(),
        _text("key"),
        _text("email"),
        _text("notice"),
        _number("challenge_id", nullable=True),
        _number("stage_number", nullable=True),
        _sealed("body"),
        _yes_or_no("urgent"),
        _text("state"),
        _moment("due_at"),
        _moment("send_after"),
        _moment("queued_at"),
        _text("claimed_by", nullable=True),
        _moment("claimed_until", nullable=True),
        _number("attempts"),
        _yes_or_no("maybe_sent"),
        _yes_or_no("outdated"),
        _yes_or_no("look"),
        _text("sent_to", nullable=True),
        _moment("sent_at", nullable=True),
        _text("trouble", nullable=True),
        sa.UniqueConstraint("key"),
        _is_person("email"),
        _is_challenge(),
    )
    _partial_index("outbox_to_do", "outbox", ["send_after", "id"], LIVE)
    _partial_index("outbox_of_person", "outbox", ["email", "queued_at", "id"], LIVE)
    _partial_index("outbox_claimed", "outbox", ["email", "claimed_until"], "state = 'claimed'")
    _partial_index("outbox_to_look_for", "outbox", ["id"], "look")
    op.create_index("outbox_of_challenge", "outbox", ["challenge_id", "stage_number"])
    op.create_table(
        "posting",
        _text("key"),
        _text("email"),
        _text("platform"),
        _text("channel"),
        _text("message"),
        _text("notice"),
        _number("challenge_id", nullable=True),
        _number("stage_number", nullable=True),
        _sealed("body"),
        _yes_or_no("stale"),
        _number("changes"),
        _moment("retry_at", nullable=True),
        sa.PrimaryKeyConstraint("key"),
        _is_person("email"),
        _is_challenge(),
    )
    op.create_index("ix_posting_challenge_id", "posting", ["challenge_id"])
    _partial_index("posting_stale", "posting", ["key"], "stale")


def _program() -> None:
    op.create_table(
        "handled", _text("key"), _moment("at"), sa.PrimaryKeyConstraint("key"), sqlite_with_rowid=False
    )
    op.create_table(
        "problem",
        _text("key"),
        _text("sentence"),
        _number("challenge_id", nullable=True),
        _moment("found_at"),
        _moment("solved_at", nullable=True),
        _text("outcome", nullable=True),
        sa.PrimaryKeyConstraint("key"),
        _is_challenge(),
    )
    op.create_table("setting", _text("name"), _text("value"), sa.PrimaryKeyConstraint("name"))


def _audit() -> None:
    op.create_table(
        "audit",
        _number("number"),
        _moment("at"),
        _text("actor"),
        _text("action"),
        _text("subject"),
        _sealed("body", nullable=True),
        _text("salt", nullable=True),
        _text("digest"),
        _text("previous"),
        _text("hash"),
        sa.PrimaryKeyConstraint("number"),
    )
    head = op.create_table(
        "audithead", _number("id"), _number("number"), _text("hash"), sa.PrimaryKeyConstraint("id")
    )
    op.execute(sa.insert(head).values(id=1, number=0, hash=""))
    gate = op.create_table(
        "auditgate",
        _number("id"),
        _number("opened", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(["opened"], ["auditgate.id"], deferrable=True, initially="DEFERRED"),
        sa.CheckConstraint("id = 1", name="auditgate_one_row"),
    )
    op.execute(sa.insert(gate).values(id=1, opened=None))
    op.create_table(
        "auditkey",
        *(_text(name) for name in ("fingerprint", "public")),
        _moment("since"),
        _moment("until", nullable=True),
        sa.PrimaryKeyConstraint("fingerprint"),
    )
    op.create_table(
        "auditsigned",
        _counted(),
        _number("number"),
        _text("hash"),
        _text("root"),
        _moment("at"),
        *(_text(name) for name in ("authority", "key", "signature")),
        _json("peaks"),
        _text("published", nullable=True),
        _text("channel", nullable=True),
        _moment("claimed_until", nullable=True),
        _yes_or_no("tried"),
        _moment("posted_at", nullable=True),
        sa.UniqueConstraint("published"),
        sa.ForeignKeyConstraint(["key"], ["auditkey.fingerprint"]),
    )
    audit_triggers.create(op.execute, op.get_bind().dialect.name)


def _number_challenges() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('challenge', {FIRST_CHALLENGE - 1})")  # noqa: S608
    else:
        op.execute(f"ALTER SEQUENCE challenge_id_seq RESTART WITH {FIRST_CHALLENGE}")
