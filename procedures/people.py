"""people.csv: who holds which role in which unit, one row for each role a person holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from procedures.addresses import is_email
from procedures.authority import Authority
from procedures.csv_table import TableReader
from procedures.faults import FaultyFile
from procedures.reading import decoded

COLUMNS = ("email", "name", "role", "unit", "slack_user_id", "teams_user_id")

_MEMBER_ID = re.compile(r"[UW][A-Z0-9]{6,}")
_USER_IDS = ("slack_user_id", "teams_user_id")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One role of one person. email is in lower case; the user ids are None where the file has none."""

    email: str
    name: str
    role: str
    unit: str
    slack_user_id: str | None = None
    teams_user_id: str | None = None


def read_people(
    text: str | bytes, name: str, authority: Authority, roles: Mapping[str, str]
) -> list[PersonRow]:
    """The rows of a people.csv, in its order; name is what the faults call the file.

    roles: the ids of the roles that procedures know, each with its title. A user id given on one of a
    person's rows holds for all of them. Raises FaultyFile with every fault found, by line.
    """
    reader = _Reader(decoded(text, name) if isinstance(text, bytes) else text, name, authority, roles)
    rows = reader.rows()
    if reader.faults:
        raise FaultyFile(sorted(reader.faults, key=lambda fault: fault.line))
    return rows


class _Reader(TableReader):
    """One reading of one people.csv."""

    def __init__(self, text: str, name: str, authority: Authority, roles: Mapping[str, str]) -> None:
        nobody = ("there is nobody in the file", "Write one row for each role a person holds.")
        super().__init__(text, name, COLUMNS, nobody)
        self._roles = roles
        self._units = {unit.id: unit.name for unit in authority.unit}

    def rows(self) -> list[PersonRow]:
        found = [(line, row) for line, cell in self.cells() if (row := self._row(line, cell))]
        self._check_together(found)
        return self._completed([row for _, row in found])

    def _row(self, line: int, cell: dict[str, str]) -> PersonRow | None:
        """The row, or None if one of its cells has a fault."""
        before = len(self.faults)
        if not is_email(cell["email"]):
            self.fault(
                line, "email", f'"{cell["email"]}" is not an e-mail address', "For example: ada@example.org."
            )
        if not cell["name"]:
            self.fault(line, "name", "the name is missing", "For example: Ada Byron.")
        elif not cell["name"].isprintable():
            self.fault(line, "name", "there is a character that cannot be shown", "Type the name again.")
        self.known(line, "role", cell["role"], self._roles)
        self.known(line, "unit", cell["unit"], self._units)
        self._check_user_ids(line, cell)
        if len(self.faults) > before:
            return None
        ids = {column: cell[column] or None for column in _USER_IDS}
        return PersonRow(cell["email"].lower(), cell["name"], cell["role"], cell["unit"], **ids)

    def _check_user_ids(self, line: int, cell: dict[str, str]) -> None:
        member = cell["slack_user_id"]
        if member and not _MEMBER_ID.fullmatch(member):
            hint = "It is U or W and then at least 6 capital letters or digits, for example U012AB3CD."
            self.fault(line, "slack_user_id", f'"{member}" is not a member ID', hint)
        if not re.fullmatch(r"[!-~]*", cell["teams_user_id"]):
            self.fault(
                line, "teams_user_id", f'"{cell["teams_user_id"]}" is not a user ID', "It has no spaces."
            )

    def _check_together(self, found: list[tuple[int, PersonRow]]) -> None:
        """What is wrong between rows that are each right by themselves; told at the later row."""
        names: dict[str, tuple[int, str]] = {}
        ids: dict[tuple[str, str], tuple[int, str]] = {}
        owners: dict[tuple[str, str], tuple[int, str]] = {}
        seen: dict[tuple[str, str, str], int] = {}
        for line, row in found:
            first, name = names.setdefault(row.email, (line, row.name))
            if name != row.name:
                message = f'{row.email} is "{row.name}" here and "{name}" on line {first}'
                self.fault(line, "name", message, "Write the same name on both.")
            for column in _USER_IDS:
                self._check_user_id(line, row, column, ids, owners)
            first = seen.setdefault((row.email, row.role, row.unit), line)
            if first != line:
                message = f"{row.email} has this role and unit on line {first} already"
                self.fault(line, None, message, "Delete one of the two rows.")

    def _check_user_id(
        self,
        line: int,
        row: PersonRow,
        column: str,
        ids: dict[tuple[str, str], tuple[int, str]],
        owners: dict[tuple[str, str], tuple[int, str]],
    ) -> None:
        user_id: str | None = getattr(row, column)
        if user_id is None:
            return
        first, known = ids.setdefault((column, row.email), (line, user_id))
        if known != user_id:
            message = f'{row.email} has "{user_id}" here and "{known}" on line {first}'
            self.fault(line, column, message, "A person has one.")
        first, owner = owners.setdefault((column, user_id), (line, row.email))
        if owner != row.email:
            self.fault(line, column, f'"{user_id}" is {owner} on line {first}', "Each person has their own.")

    @staticmethod
    def _completed(rows: list[PersonRow]) -> list[PersonRow]:
        """The rows with a person's user ids on each of theirs."""
        known = {
            (row.email, column): user_id
            for row in rows
            for column in _USER_IDS
            if (user_id := getattr(row, column))
        }
        return [
            replace(
                row,
                slack_user_id=known.get((row.email, "slack_user_id")),
                teams_user_id=known.get((row.email, "teams_user_id")),
            )
            for row in rows
        ]


class Kind(StrEnum):
    """What an import does."""

    PERSON_REMOVED = "person removed"
    PERSON_ADDED = "person added"
    PERSON_CHANGED = "person changed"
    ROLE_REMOVED = "role removed"
    ROLE_ADDED = "role added"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an import changes.

    column, before and after are given for a person who changed; role and unit for a role given or taken away.
    """

    kind: Kind
    email: str
    name: str
    role: str = ""
    unit: str = ""
    column: str = ""
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        """The change in one line."""
        who = f"{self.name} ({self.email})"
        match self.kind:
            case Kind.PERSON_ADDED:
                return f"{who} is added"
            case Kind.PERSON_REMOVED:
                return f"{who} is removed"
            case Kind.PERSON_CHANGED:
                return f'{who}: {self.column} changes from "{self.before}" to "{self.after}"'
            case Kind.ROLE_ADDED:
                return f"{who} becomes {self.role} in {self.unit}"
            case Kind.ROLE_REMOVED:
                return f"{who} is no longer {self.role} in {self.unit}"


def changes(before: Iterable[PersonRow], after: Iterable[PersonRow]) -> list[Change]:
    """What makes the second list of the first, in order of e-mail address; [] when they say the same."""
    old, new = _by_person(before), _by_person(after)
    found: list[Change] = []
    for email in sorted(old.keys() | new.keys()):
        was, now = old.get(email, []), new.get(email, [])
        name = (now or was)[0].name
        if not was:
            found.append(Change(Kind.PERSON_ADDED, email, name))
        elif not now:
            found.append(Change(Kind.PERSON_REMOVED, email, name))
        else:
            found += _details(was[0], now[0])
        held, holds = {(row.role, row.unit) for row in was}, {(row.role, row.unit) for row in now}
        if now:  # who is removed loses every role with that; it need not be said for each
            found += [
                Change(Kind.ROLE_REMOVED, email, name, role, unit) for role, unit in sorted(held - holds)
            ]
        found += [Change(Kind.ROLE_ADDED, email, name, role, unit) for role, unit in sorted(holds - held)]
    return found


def with_known_ids(rows: Iterable[PersonRow], known: Iterable[PersonRow]) -> list[PersonRow]:
    """The rows with the user ids that are known where they give none: a chat's ids are learnt, and a file need not repeat them.

    An id that another person's row gives is no longer theirs.
    """
    listed = list(rows)
    given = {(column, getattr(row, column)) for row in listed for column in _USER_IDS}
    of = {row.email: row for row in known}
    return [
        replace(
            row,
            **{
                column: getattr(of[row.email], column)
                for column in _USER_IDS
                if row.email in of
                and not getattr(row, column)
                and (column, getattr(of[row.email], column)) not in given
            },
        )
        for row in listed
    ]


def _by_person(rows: Iterable[PersonRow]) -> dict[str, list[PersonRow]]:
    people: dict[str, list[PersonRow]] = {}
    for row in rows:
        people.setdefault(row.email.lower(), []).append(row)
    return people


def _details(was: PersonRow, now: PersonRow) -> Iterator[Change]:
    for column in ("name", *_USER_IDS):
        before, after = getattr(was, column) or "", getattr(now, column) or ""
        if before != after:
            yield Change(Kind.PERSON_CHANGED, now.email, now.name, column=column, before=before, after=after)
