"""people.csv: who holds which role in which unit, one row for each role a person holds."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from procedures.authority import Authority
from procedures.faults import Fault, FaultyFile, closest, did_you_mean
from procedures.reading import decoded

COLUMNS = ("email", "name", "role", "unit", "slack_user_id", "teams_user_id")

_HEADINGS = ",".join(COLUMNS)
# As a browser checks an e-mail field (HTML standard, valid e-mail address), but with a dot in the domain.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
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


class _Reader:
    """One reading of one file; gathers faults rather than stopping at the first."""

    def __init__(self, text: str, name: str, authority: Authority, roles: Mapping[str, str]) -> None:
        self.faults: list[Fault] = []
        self._name = name
        self._text = text.removeprefix("\ufeff")
        self._lines = self._text.splitlines()
        self._roles = roles
        self._units = {unit.id: unit.name for unit in authority.unit}

    def rows(self) -> list[PersonRow]:
        records = list(self._records())
        if not records:
            if not self.faults:
                self._fault(0, None, "the file is empty", f"Its first line is {_HEADINGS}.")
            return []
        line, headings = records[0]
        if not self._check_headings(line, [heading.strip() for heading in headings]):
            return []
        if len(records) == 1 and not self.faults:
            self._fault(
                line, None, "there is nobody in the file", "Write one row for each role a person holds."
            )
        order = [heading.strip() for heading in headings]
        found = [(line, row) for line, cells in records[1:] if (row := self._row(line, order, cells))]
        self._check_together(found)
        return self._completed([row for _, row in found])

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Each row that is not blank, with the line it begins on."""
        reader = csv.reader(io.StringIO(self._text, newline=""), strict=True)
        line = 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error:
            hint = 'A cell ends with the quote that opens it; a quote inside it is written twice: "".'
            self._fault(line, None, "a quote is not closed, or stands where none should", hint)

    def _check_headings(self, line: int, headings: list[str]) -> bool:
        before = len(self.faults)
        if len(headings) == 1 and any(mark in headings[0] for mark in ";\t"):
            hint = f"Save the file as CSV with commas: {_HEADINGS}."
            self._fault(line, None, "the cells are not separated by commas", hint)
            return False
        missing = [column for column in COLUMNS if column not in headings]
        for index, heading in enumerate(headings):
            if heading not in COLUMNS:
                meant = closest(heading, missing)
                if meant:
                    missing.remove(meant)
                hint = f'Did you mean "{meant}"?' if meant else f"The columns are {_HEADINGS}."
                self._fault(line, None, f'unknown column "{heading}"', hint)
            elif heading in headings[:index]:
                self._fault(line, None, f'the column "{heading}" is there twice', "Keep one.")
        for column in missing:
            self._fault(line, None, f'the column "{column}" is missing', f"The columns are {_HEADINGS}.")
        return len(self.faults) == before

    def _row(self, line: int, order: list[str], cells: list[str]) -> PersonRow | None:
        """The row, or None if one of its cells has a fault."""
        if len(cells) != len(order):
            hint = (
                "A cell with a comma in it stands in double quotes."
                if len(cells) > len(order)
                else ("A cell with nothing in it needs its comma all the same.")
            )
            self._fault(line, None, f"the row has {len(cells)} cells instead of {len(order)}", hint)
            return None
        before = len(self.faults)
        cell = {column: text.strip() for column, text in zip(order, cells, strict=True)}
        if not _EMAIL.fullmatch(cell["email"]) or len(cell["email"]) > 254:
            self._fault(
                line, "email", f'"{cell["email"]}" is not an e-mail address', "For example: ada@example.org."
            )
        if not cell["name"]:
            self._fault(line, "name", "the name is missing", "For example: Ada Byron.")
        elif not cell["name"].isprintable():
            self._fault(line, "name", "there is a character that cannot be shown", "Type the name again.")
        self._known(line, "role", cell["role"], self._roles)
        self._known(line, "unit", cell["unit"], self._units)
        self._check_user_ids(line, cell)
        if len(self.faults) > before:
            return None
        ids = {column: cell[column] or None for column in _USER_IDS}
        return PersonRow(cell["email"].lower(), cell["name"], cell["role"], cell["unit"], **ids)

    def _known(self, line: int, column: str, word: str, known: Mapping[str, str]) -> None:
        """A role or a unit: its id is what counts, but somebody may have written its title."""
        if word in known:
            return
        if not word:
            self._fault(line, column, f"the {column} is missing", did_you_mean("", list(known)))
            return
        titled = [each for each, title in known.items() if title.lower() == word.lower()]
        hint = f'Did you mean "{titled[0]}"?' if titled else did_you_mean(word, list(known))
        self._fault(line, column, f'unknown {column} "{word}"', hint)

    def _check_user_ids(self, line: int, cell: dict[str, str]) -> None:
        member = cell["slack_user_id"]
        if member and not _MEMBER_ID.fullmatch(member):
            hint = "It is U or W and then at least 6 capital letters or digits, for example U012AB3CD."
            self._fault(line, "slack_user_id", f'"{member}" is not a member ID', hint)
        if not re.fullmatch(r"[!-~]*", cell["teams_user_id"]):
            self._fault(
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
                self._fault(line, "name", message, "Write the same name on both.")
            for column in _USER_IDS:
                self._check_user_id(line, row, column, ids, owners)
            first = seen.setdefault((row.email, row.role, row.unit), line)
            if first != line:
                message = f"{row.email} has this role and unit on line {first} already"
                self._fault(line, None, message, "Delete one of the two rows.")

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
            self._fault(line, column, message, "A person has one.")
        first, owner = owners.setdefault((column, user_id), (line, row.email))
        if owner != row.email:
            self._fault(line, column, f'"{user_id}" is {owner} on line {first}', "Each person has their own.")

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

    def _fault(self, line: int, column: str | None, message: str, hint: str) -> None:
        text = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        self.faults.append(Fault(self._name, line, column, text, message, hint))


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
