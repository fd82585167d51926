"""authority.toml: whose working days, office hours, case references and units hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date, time
from functools import cached_property
from importlib import resources
from pathlib import Path as FilePath
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from procedures.addresses import is_email
from procedures.dates import parse_date
from procedures.reading import Fault, FaultyFile, Positions, did_you_mean, parse_toml, read_toml
from procedures.workdays import DateRangeError, Nation, OfficeHours, WorkingCalendar

_CLOCK_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::00)?")
_NEARLY_CLOCK_TIME = re.compile(r"([0-9]{1,2})[:. ]?([0-9]{2})")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,20}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class UnknownUnitError(LookupError):
    """There is no such unit in authority.toml."""

    def __init__(self, unit_id: str, known: list[str]) -> None:
        super().__init__(f'There is no unit "{unit_id}" in authority.toml. {did_you_mean(unit_id, known)}')
        self.unit_id = unit_id


def _clock_time(value: object) -> object:
    """A time of day as clocks show it; pydantic alone would take seconds and time zones too."""
    if not isinstance(value, str):
        return value
    if (found := _CLOCK_TIME.fullmatch(value)) and (moment := _time_of_day(found)):
        return moment
    meant = _NEARLY_CLOCK_TIME.fullmatch(value)
    nearly = _time_of_day(meant) if meant else None
    hint = f" Did you mean {nearly:%H:%M}?" if nearly else ""
    raise ValueError(f'"{value}" is not a time written hours:minutes, for example 08:30.{hint}')


def _time_of_day(found: re.Match[str]) -> time | None:
    hours, minutes = int(found[1]), int(found[2])
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def _id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise ValueError(f'"{value}" is no id; letters, digits, - and _ make one, for example "east-1".')
    return value


def _channel(value: str) -> str:
    if not _CHANNEL.fullmatch(value) and not is_email(value):
        raise ValueError(
            f'"{value}" is neither the id of a channel in Slack, which begins with C or G, for example "C0123456789", nor an e-mail address, '
            'for example "audit@council.example".'
        )
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
ClockTime = Annotated[time, BeforeValidator(_clock_time)]
Day = Annotated[date, BeforeValidator(lambda value: parse_date(value) if isinstance(value, str) else value)]
Id = Annotated[str, AfterValidator(_id)]
Channel = Annotated[str, AfterValidator(_channel)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Hours(_Table):
    """When the office is open, local time; closes is the close of business, at which windows end."""

    opens: ClockTime = time(8, 30)
    closes: ClockTime = time(17)


class CaseReference(_Table):
    """How case references look: a regular expression for the whole of one, and an example that fits it."""

    pattern: Text = Field(examples=[r"LCS-\d{6}"])
    example: Text = Field(examples=["LCS-204815"])

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, with \\d for 0 to 9 alone."""
        return re.compile(self.pattern, re.ASCII)


class Closure(_Table):
    """A day on which the authority's offices are closed, besides weekends and bank holidays."""

    day: Day = Field(examples=["2026-12-24"])
    reason: Text = Field(examples=["Offices closed"])


class PlansRule(_Table):
    """The list of children on plans: the roles whose holders may send it in the chat."""

    by: tuple[Text, ...] = Field(default=("administrator",), min_length=1)


class AuditRule(_Table):
    """Where the signed heads of the audit go besides the file: to a channel in Slack, by its id (C… or G…), or to an e-mail address."""

    channel: Channel | None = Field(default=None, examples=["C0123456789"])

    @property
    def by_email(self) -> bool:
        """Whether they go out by e-mail."""
        return self.channel is not None and is_email(self.channel)


Years = Annotated[int, Field(strict=True, ge=1, le=150)]


class Retention(_Table):
    """How many whole years a record is kept after it was closed; without a number it is never deleted."""

    closed_years: Years | None = None
    """For challenges, and for second opinions and plans that led to none."""
    private_concern_years: Years | None = None
    procedures: dict[Text, Years] = Field(default={}, examples=[{"my-procedure": 10}])
    """For the challenges of one procedure, where that differs."""
    automatic: bool = False
    """Whether the program deletes what is due by itself; otherwise somebody says `challenge-bot records delete`."""


class MailRule(_Table):
    """What goes by e-mail besides the chat. `copies`: whoever a procedure sends a copy of a stage to gets it by e-mail as well, without
    anything of the case."""

    copies: Annotated[bool, Field(strict=True)] = False


class EmergencyRule(_Table):
    """Reading a record in an emergency without having a part in it: the roles whose holders may, for the team of the challenge or a unit
    above it. Left out: those that oversee. Empty: nobody."""

    by: tuple[Text, ...] | None = None


Minutes = Annotated[int, Field(strict=True, ge=5, le=480)]


class MeetingsRule(_Table):
    """How many minutes a stage's meeting is taken to last, in calendars and when free times are looked for."""

    minutes: Minutes = 60


class Unit(_Table):
    """A part of the authority, such as a team or a locality; one without a parent is at the top."""

    id: Id = Field(examples=["east-1"])
    name: Text = Field(examples=["East safeguarding team 1"])
    parent: Id | None = None


class Authority(_Table):
    """One authority's settings, as authority.toml has them.

    Methods that take a unit's id raise UnknownUnitError for one that the file does not have.
    """

    name: Text = Field(examples=["Barsetshire Children’s Services"])
    procedures: tuple[Text, ...] = Field(min_length=1, examples=[["my-procedure.toml"]])
    nation: Nation = Field(examples=["england-and-wales"])
    time_zone: str = "Europe/London"
    office_hours: Hours = Hours()
    digest_at: ClockTime = time(8, 30)
    remind_at: ClockTime = time(9)
    case_reference: CaseReference = Field(examples=[{"pattern": r"LCS-\d{6}", "example": "LCS-204815"}])
    closure: tuple[Closure, ...] = ()
    documents: dict[Text, Text] = Field(default={}, examples=[{"agenda": "templates/agenda.docx"}])
    """The authority's own Word templates: a document's id (or `procedure/document`) with the path of its template."""
    plans: PlansRule = PlansRule()
    audit: AuditRule = AuditRule()
    retention: Retention = Retention()
    emergency: EmergencyRule = EmergencyRule()
    mail: MailRule = MailRule()
    meetings: MeetingsRule = MeetingsRule()
    unit: tuple[Unit, ...] = Field(min_length=1, examples=[[{"id": "east-1", "name": "East team 1"}]])

    @cached_property
    def _calendar(self) -> WorkingCalendar:
        return WorkingCalendar(self.nation, {closure.day: closure.reason for closure in self.closure})

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return {unit.id: unit for unit in self.unit}

    def calendar(self) -> WorkingCalendar:
        """The authority's working days: its nation's, less its own closures. Compiled once."""
        return self._calendar

    def office(self) -> OfficeHours:
        """When people may be written to, and when a day's close of business is."""
        hours = self.office_hours
        return OfficeHours(self._calendar, ZoneInfo(self.time_zone), hours.opens, hours.closes)

    def unit_name(self, unit_id: str) -> str:
        """The unit's name, as people know it."""
        return self._unit(unit_id).name

    def upwards(self, unit_id: str) -> tuple[str, ...]:
        """The unit's id, then those above it up to the top: in this order a role's holder is looked for."""
        found: list[str] = []
        above: str | None = unit_id
        while above is not None:
            unit = self._unit(above)
            found.append(unit.id)
            above = unit.parent
        return tuple(found)

    def within(self, unit_id: str) -> frozenset[str]:
        """The ids of the unit and of all below it."""
        self._unit(unit_id)
        return frozenset(each for each in self._units if unit_id in self.upwards(each))

    def fits(self, case_reference: str) -> bool:
        """Whether the whole of it looks like one of the authority's case references."""
        return self.case_reference.compiled.fullmatch(case_reference) is not None

    def case_reference_hint(self) -> str:
        """What to tell somebody whose case reference does not fit."""
        return f"A case reference looks like {self.case_reference.example}. Never write a name."

    def _unit(self, unit_id: str) -> Unit:
        if unit_id not in self._units:
            raise UnknownUnitError(unit_id, list(self._units))
        return self._units[unit_id]


def read_authority(path: FilePath | str) -> Authority:
    """Read authority.toml. Raises FaultyFile with every fault, each with its line."""
    return read_toml(path, Authority, check)


def parse_authority(text: str, name: str = "authority.toml") -> Authority:
    """Read the text of an authority.toml. Raises FaultyFile with every fault, each with its line."""
    return parse_toml(text, name, Authority, check)


def template() -> str:
    """The commented authority.toml to start from; it is valid as it is."""
    return _template("authority.toml")


def people_template() -> str:
    """A people.csv to start from, with rows that fit the template of authority.toml.

    It has no platform's ids: a made-up one that is left standing would keep people from being found by their address.
    """
    return _template("people.csv")


def plans_template() -> str:
    """A plans.csv to start from, with rows that fit the templates of authority.toml and people.csv."""
    return _template("plans.csv")


def check_roles(authority: Authority, roles: Collection[str], text: str, name: str) -> None:
    """What only the procedures in use can tell of an authority.toml: whether the roles that it names are there.

    text and name are the file's own. Raises FaultyFile with every fault, each with its line.
    """
    named = {"plans": authority.plans.by, "emergency": authority.emergency.by or ()}
    unknown = [
        (key, index, role) for key, by in named.items() for index, role in enumerate(by) if role not in roles
    ]
    if unknown:
        positions = Positions(text, name)
        raise FaultyFile(
            positions.fault(
                (key, "by", index),
                f'unknown role "{role}"',
                did_you_mean(role, sorted(roles), noun="Roles"),
            )
            for key, index, role in unknown
        )


def _template(name: str) -> str:
    return resources.files("procedures").joinpath("templates", name).read_text(encoding="utf-8")


def check(authority: Authority, positions: Positions) -> Iterator[Fault]:
    """What is wrong between the entries of an authority.toml whose entries are each right by themselves."""
    yield from _check_times(authority, positions)
    yield from _check_case_reference(authority.case_reference, positions)
    yield from _check_closures(authority, positions)
    yield from _check_units(authority, positions)
    known = [FilePath(name).stem for name in authority.procedures]
    for name in authority.retention.procedures:
        if name not in known:
            message = f'there is no procedure "{name}" here'
            yield positions.fault(
                ("retention", "procedures", name), message, did_you_mean(name, known, noun="Procedures")
            )
    for index, name in enumerate(authority.procedures):
        if name in authority.procedures[:index]:
            yield positions.fault(
                ("procedures", index), f'the procedure "{name}" is there twice', "Keep one."
            )


def _check_times(authority: Authority, positions: Positions) -> Iterator[Fault]:
    try:
        ZoneInfo(authority.time_zone)
    except (ValueError, OSError, LookupError):
        message = f'there is no time zone "{authority.time_zone}"'
        yield positions.fault(("time_zone",), message, 'In the United Kingdom it is "Europe/London".')
    opens, closes = authority.office_hours.opens, authority.office_hours.closes
    hours = f"{opens:%H:%M} to {closes:%H:%M}"
    if opens >= closes:
        message = f"the office must open before it closes, not be open from {hours}"
        yield positions.fault(
            ("office_hours",), message, 'For example: { opens = "08:30", closes = "17:00" }.'
        )
        return
    for key, moment in (("digest_at", authority.digest_at), ("remind_at", authority.remind_at)):
        if not opens <= moment < closes:
            message = f'"{key}" ({moment:%H:%M}) is outside the office hours, {hours}'
            yield positions.fault((key,), message, "People are written to in office hours only.")


def _check_case_reference(reference: CaseReference, positions: Positions) -> Iterator[Fault]:
    try:
        pattern = reference.compiled
    except (re.error, OverflowError, RecursionError) as error:
        message = f'"pattern" is not a regular expression: {error}'
        yield positions.fault(("case_reference", "pattern"), message, r"For example: 'LCS-\d{6}'.")
        return
    if pattern.fullmatch(""):
        message = f'"pattern" fits an empty text too: {reference.pattern}'
        yield positions.fault(("case_reference", "pattern"), message, r"For example: 'LCS-\d{6}'.")
    if not pattern.fullmatch(reference.example):
        message = f'the example "{reference.example}" does not fit the pattern {reference.pattern}'
        yield positions.fault(
            ("case_reference", "example"), message, "The pattern is for the whole reference."
        )


def _check_closures(authority: Authority, positions: Positions) -> Iterator[Fault]:
    calendar = WorkingCalendar(authority.nation)
    for index, closure in enumerate(authority.closure):
        path = ("closure", index, "day")
        if any(closure.day == other.day for other in authority.closure[:index]):
            yield positions.fault(path, f"the closure day {closure.day} is there twice", "Keep one.")
        try:
            calendar.is_working(closure.day)
        except DateRangeError as error:
            yield positions.fault(path, str(error).removesuffix("."))


def _check_units(authority: Authority, positions: Positions) -> Iterator[Fault]:
    parents = {unit.id: unit.parent for unit in authority.unit}
    counts: Counter[str] = Counter()
    told: set[str] = set()
    for index, unit in enumerate(authority.unit):
        counts[unit.id] += 1
        if counts[unit.id] == 2:
            yield positions.fault(
                ("unit", index, "id"), f'the unit "{unit.id}" is there twice', "Each id is one unit's."
            )
        if unit.parent is None:
            continue
        path = ("unit", index, "parent")
        if unit.parent not in parents:
            others = [each for each in parents if each != unit.id]
            hint = did_you_mean(unit.parent, others, noun="Units")
            yield positions.fault(path, f'unknown unit "{unit.parent}"', hint)
        elif unit.id not in told and (loop := _loop(unit.id, parents)):
            told.update(loop)
            message = f"these units are above each other: {' → '.join([*loop, loop[0]])}"
            if len(loop) == 1:
                message = f'the unit "{unit.id}" is its own parent'
            yield positions.fault(path, message, "Leave out the parent of the one at the top.")


def _loop(start: str, parents: dict[str, str | None]) -> list[str]:
    """The units from this one up until it comes again; [] if it does not."""
    chain = [start]
    while (above := parents.get(chain[-1])) is not None:
        if above == start:
            return chain
        if above in chain:  # a loop further up: told at one of its own units
            return []
        chain.append(above)
    return []
