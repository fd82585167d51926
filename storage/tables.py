"""The tables. Times are aware UTC, days are local calendar days, people are known by their e-mail address in lower case.

What happened to a challenge is a list of entries, one row a step, never changed: the engine reads them in order to know where
the challenge stands. The other columns repeat what a query must find quickly.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Dialect, Index, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from storage.narrative import Narrative


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as UTC; SQLite forgets the zone, so it is put back on reading.

    Raises ValueError for a moment without a zone.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """As SQLAlchemy would write it into SQLite, by one method in C instead of a format: a click writes a dozen."""
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """And out of it, with its zone, by another."""
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse what has no zone; the rest goes in as UTC."""
        return None if value is None else _in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give every moment its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be stored.")
    return value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    """ "2026-12-18 17:00:00.000000": SQLite's own form, in UTC."""
    return None if value is None else _in_utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


IN_ITS_KEY = {"sqlite_with_rowid": False}
"""On SQLite the rows stand in their key's own tree: half as many pages are written when a click adds one."""


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of only those rows for which `where` holds.

    What SQLAlchemy calls `sqlite_where` and `postgresql_where` would load all that it knows of PostgreSQL, on SQLite too, and nothing asks
    for it: the migrations make the indexes, and a test compares their conditions with these.
    """
    return Index(name, *columns, unique=unique, info={"where": where})


def _moment(nullable: bool = False) -> Any:
    return Field(default=None, sa_column=Column(Moment(), nullable=nullable))


def _narrative(place: str) -> Any:
    return Field(default_factory=dict, sa_column=Column(Narrative(place), nullable=False))


class Person(SQLModel, table=True):
    """Somebody who works here. Removed people stay, inactive, because the record names them."""

    email: str = Field(primary_key=True)
    name: str
    slack_user_id: str | None = Field(default=None, unique=True)
    teams_user_id: str | None = Field(default=None, unique=True)
    active: bool = True
    language: str = "en"


class Holding(SQLModel, table=True):
    """A role that a person holds for a unit and everything below it."""

    email: str = Field(primary_key=True, foreign_key="person.email")
    role: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    __table_args__ = (Index("holding_by_role", "role", "unit"),)


class Absence(SQLModel, table=True):
    """Days, first and last included, on which a person is away and who covers."""

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(foreign_key="person.email", index=True)
    cover: str | None = Field(default=None, foreign_key="person.email")
    first: date
    last: date
    recorded_at: datetime = _moment()
    cancelled_at: datetime | None = _moment(nullable=True)


class ProcedureText(SQLModel, table=True):
    """A procedure file as it was when a challenge began under it."""

    procedure: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    body: str = Field(sa_column=Column(Text, nullable=False))


class Challenge(SQLModel, table=True):
    """A challenge. Shown as `CH-` and its id. `revision` counts its entries."""

    id: int | None = Field(default=None, primary_key=True)
    procedure: str
    version: str
    case_reference: str = Field(index=True)
    unit: str
    raiser: str = Field(foreign_key="person.email")
    status: str = "open"
    stage: str
    stage_number: int = 1
    revision: int = 1
    due_at: datetime | None = _moment(nullable=True)
    opened_at: datetime = _moment()
    closed_at: datetime | None = _moment(nullable=True)
    __table_args__ = (
        partial("challenge_open_by_unit", "unit", "due_at", "id", where="status = 'open'"),
        partial("challenge_open_by_raiser", "raiser", where="status = 'open'"),
        {"sqlite_autoincrement": True},
    )


class Entry(SQLModel, table=True):
    """One step of a challenge: what kind, by whom (and for whom, when somebody covered), when, and its own words."""

    challenge_id: int = Field(primary_key=True, foreign_key="challenge.id")
    number: int = Field(primary_key=True)
    stage_number: int
    kind: str
    by: str = Field(foreign_key="person.email")
    on_behalf_of: str | None = Field(default=None, foreign_key="person.email")
    at: datetime = _moment()
    body: dict[str, Any] = _narrative("entry.body")
    __table_args__ = (
        # Those that may hold answers which are counted across cases; the others cost nothing more.
        partial("entry_of_answers", "at", where="kind IN ('raised', 'escalated', 'form_recorded')"),
        IN_ITS_KEY,
    )


class Party(SQLModel, table=True):
    """Who has a part in a stage of a challenge. `part` is asked, copied, chair or attends; `role` the role it comes from."""

    challenge_id: int = Field(primary_key=True, foreign_key="challenge.id")
    stage_number: int = Field(primary_key=True)
    part: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    email: str = Field(primary_key=True, foreign_key="person.email")
    __table_args__ = (Index("party_by_person", "email", "challenge_id"), IN_ITS_KEY)


class Window(SQLModel, table=True):
    """The time a role has to answer at a stage. Open while `closed_at` is empty; `met` says how it closed.

    It runs for `length` of `unit` from `opened_on` (from `began_at` where the unit is hours). `due_day` and `due_at` were worked out with
    the calendar of `calendar_version` and are worked out again when it changes. While its clock stands, since `stopped_at`, it
    cannot lapse; `paused` adds up for how long it stood before: working days, days, or minutes where the unit is hours.
    """

    challenge_id: int = Field(primary_key=True, foreign_key="challenge.id")
    stage_number: int = Field(primary_key=True)
    role: str
    opened_on: date
    began_at: datetime = _moment()
    unit: str
    length: int
    paused: int = 0
    stopped_at: datetime | None = _moment(nullable=True)
    due_day: date
    due_at: datetime = _moment()
    calendar_version: str
    lapsed_at: datetime | None = _moment(nullable=True)
    closed_at: datetime | None = _moment(nullable=True)
    met: bool = False
    __table_args__ = (
        # Those to be worked out again by their calendar, those that run out by their time; rows that are over and done with
        # are not read on the way.
        partial("window_open", "calendar_version", "lapsed_at", "due_at", where="closed_at IS NULL"),
        IN_ITS_KEY,
    )


class Outbox(SQLModel, table=True):
    """Something that must be said to somebody. `key` is unique, so nothing can make it twice.

    `state` is waiting, claimed, sent, cancelled, replaced or failed. `due_at` is when it ought to be read, `send_after` when it may
    be tried (office hours, back-off). A claim holds until `claimed_until`; after that the row may already have been sent.
    `maybe_sent` says that an earlier try may have reached the platform, so that it must be looked up there first; `outdated` that
    what the message tells about has changed since the claim, so that it must be redrawn once it is sent.
    `queued_at` is its place among the messages to the same person, which a further try does not change. `sent_to` is who was written to
    at the last try, a cover perhaps. `look` marks what was cancelled and has perhaps been sent all the same: it is looked for.
    `channel` is chat or email: neither holds up the other.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    email: str = Field(foreign_key="person.email")
    notice: str
    challenge_id: int | None = Field(default=None, foreign_key="challenge.id")
    stage_number: int | None = None
    body: dict[str, Any] = _narrative("outbox.body")
    urgent: bool = False
    state: str = "waiting"
    due_at: datetime = _moment()
    send_after: datetime = _moment()
    queued_at: datetime = _moment()
    claimed_by: str | None = None
    claimed_until: datetime | None = _moment(nullable=True)
    attempts: int = 0
    maybe_sent: bool = False
    outdated: bool = False
    look: bool = False
    sent_to: str | None = None
    sent_at: datetime | None = _moment(nullable=True)
    trouble: str | None = None
    channel: str = Field(default="chat", sa_column_kwargs={"server_default": "chat"})
    __table_args__ = (
        partial("outbox_to_do", "channel", "send_after", "id", where="state IN ('waiting', 'claimed')"),
        partial(
            "outbox_of_person", "email", "channel", "queued_at", "id", where="state IN ('waiting', 'claimed')"
        ),
        # Few rows at any time: who has something in hand, and when the next claim expires.
        partial("outbox_claimed", "email", "claimed_until", where="state = 'claimed'"),
        Index("outbox_of_challenge", "challenge_id", "stage_number"),
        partial("outbox_to_look_for", "id", where="look"),
    )


class Posting(SQLModel, table=True):
    """A message that stands in somebody's chat. `stale` means that it shows less than is known now and must be redrawn.

    `changes` counts how often it has become stale, so that a change during the redrawing is not taken for redrawn. While
    somebody redraws it, and after a redrawing that failed, it is left alone until `retry_at`.
    """

    key: str = Field(primary_key=True)
    email: str = Field(foreign_key="person.email")
    platform: str
    channel: str
    message: str
    """The platform's own id of the message in its channel."""
    notice: str
    challenge_id: int | None = Field(default=None, foreign_key="challenge.id", index=True)
    stage_number: int | None = None
    body: dict[str, Any] = _narrative("posting.body")
    stale: bool = False
    changes: int = 0
    retry_at: datetime | None = _moment(nullable=True)
    __table_args__ = (partial("posting_stale", "key", where="stale"),)


class Handled(SQLModel, table=True):
    """A request that has had its effect, by the platform's own id of it; the same request again changes nothing."""

    key: str = Field(primary_key=True)
    at: datetime = _moment()
    __table_args__ = (IN_ITS_KEY,)


class SecondOpinion(SQLModel, table=True):
    """A second opinion asked for before anything is recorded as a challenge, with the draft of the form."""

    id: int | None = Field(default=None, primary_key=True)
    asker: str = Field(foreign_key="person.email")
    asked: str = Field(foreign_key="person.email")
    asked_at: datetime = _moment()
    draft: dict[str, Any] = _narrative("secondopinion.draft")
    answer: str | None = Field(
        default=None, sa_column=Column(Narrative("secondopinion.answer"), nullable=True)
    )
    answered_by: str | None = Field(default=None, foreign_key="person.email")
    answered_at: datetime | None = _moment(nullable=True)


class PrivateConcern(SQLModel, table=True):
    """A private concern about a coordinator's practice, shown as `PC-` and its id (BR-13). It has no place for a case.

    `about` is the coordinator, `unit` the raiser's own. `level` is 1 while it is with the manager, 2 with the service manager;
    `revision` counts its entries.
    """

    id: int | None = Field(default=None, primary_key=True)
    procedure: str
    version: str
    unit: str
    raiser: str = Field(foreign_key="person.email", index=True)
    about: str = Field(foreign_key="person.email")
    status: str = "open"
    level: int = 1
    revision: int = 0
    opened_at: datetime = _moment()
    closed_at: datetime | None = _moment(nullable=True)
    __table_args__ = (
        partial("private_concern_open", "id", where="status = 'open'"),
        {"sqlite_autoincrement": True},
    )


class PrivateConcernEntry(SQLModel, table=True):
    """One step of a private concern: what kind, by whom, when, and its own words."""

    concern_id: int = Field(primary_key=True, foreign_key="privateconcern.id")
    number: int = Field(primary_key=True)
    level: int
    kind: str
    by: str = Field(foreign_key="person.email")
    at: datetime = _moment()
    body: dict[str, Any] = _narrative("privateconcernentry.body")
    __table_args__ = (IN_ITS_KEY,)


class PrivateConcernReader(SQLModel, table=True):
    """Who may read a private concern besides whoever raised it. `part` is asked, with or then."""

    concern_id: int = Field(primary_key=True, foreign_key="privateconcern.id")
    part: str = Field(primary_key=True)
    email: str = Field(primary_key=True, foreign_key="person.email")
    __table_args__ = (Index("private_concern_by_reader", "email", "concern_id"), IN_ITS_KEY)


class Problem(SQLModel, table=True):
    """Something that needs an administrator. `key` keeps the same trouble from being listed twice while it is open."""

    key: str = Field(primary_key=True)
    sentence: str
    challenge_id: int | None = Field(default=None, foreign_key="challenge.id")
    found_at: datetime = _moment()
    solved_at: datetime | None = _moment(nullable=True)
    outcome: str | None = None
    """Who solved it and how, in a sentence."""


class Audit(SQLModel, table=True):
    """One change or reading. Each row's hash covers the one before, so that none can be changed or taken out unseen.

    The hash covers the `digest` of salt and body instead of the body, which can be erased (both empty) and leaves the chain whole.
    """

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = _moment()
    actor: str
    action: str
    subject: str
    body: dict[str, Any] | None = Field(
        default=None, sa_column=Column(Narrative("audit.body"), nullable=True)
    )
    salt: str | None = None
    digest: str
    previous: str
    hash: str


class AuditHead(SQLModel, table=True):
    """The end of the audit's chain: one row, locked by whoever appends."""

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = 0
    hash: str = ""


class Setting(SQLModel, table=True):
    """Small facts that the program must remember, such as the calendar's version that deadlines were worked out with."""

    name: str = Field(primary_key=True)
    value: str
