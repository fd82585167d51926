"""The procedures: those that come with the program and an authority's own files, read, cross-checked and kept by version."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from procedures import wording
from procedures.consistency import check, doubtful
from procedures.positions import Path as Position
from procedures.reading import (
    Fault,
    FaultyFile,
    Positions,
    did_you_mean,
    document,
    in_order,
    read_text,
    validated,
)
from procedures.schema import Procedure


class UnknownProcedureError(LookupError):
    """There is no such procedure; the message says which there are."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f'there is no procedure "{name}". {did_you_mean(name, shipped(), noun="Those that come with the program")} '
            "For a file of your own, give its path, ending in .toml."
        )


class Library:
    """The procedures in use by an authority, and earlier versions that open challenges began under."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """`texts` are pairs of id and file content. Raises FaultyFile."""
        self._texts: dict[tuple[str, str], str] = {}
        self._by_version: dict[tuple[str, str], Procedure] = {}
        self.in_use = [self._keep(id_, text) for id_, text in texts]

    def _keep(self, id_: str, text: str) -> Procedure:
        procedure = parse(text, f"{id_}.toml", id_)
        self._by_version[id_, procedure.version] = procedure
        self._texts[id_, procedure.version] = text
        return procedure

    def of(self, id_: str, version: str, text: Callable[[], str | None]) -> Procedure:
        """A procedure as it was at a version; `text` fetches its file as it was kept then.

        Raises LookupError when no such version was kept, which means that the database has been tampered with.
        """
        known = self._by_version.get((id_, version))
        if known is None:
            kept = text()
            if kept is None:
                raise LookupError(f"The version {version} of the procedure {id_} is not in the database.")
            known = self._keep(id_, kept)
        return known

    def text(self, procedure: Procedure) -> str:
        """The file that a procedure was read from."""
        return self._texts[procedure.id, procedure.version]

    def roles(self) -> dict[str, str]:
        """Every role of the procedures in use, by id, with its name."""
        return {role: data.name for procedure in self.in_use for role, data in procedure.role.items()}


def shipped() -> list[str]:
    """The names of the procedures that come with the program."""
    names = (file.name for file in files("procedures").iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


def find(name: str, beside: Path | None = None) -> tuple[str, str, str]:
    """A procedure's id, the name of its file and its content, by the name of a shipped one or the path of a file.

    A path is taken from the folder `beside`. Raises UnknownProcedureError or FaultyFile.
    """
    if not name.endswith(".toml") and "/" not in name:
        if name not in shipped():
            raise UnknownProcedureError(name)
        return name, f"{name}.toml", files("procedures").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    path = Path(name) if beside is None else beside / name
    return path.stem, str(path), read_text(path)


def load(names: Iterable[str], beside: Path | None = None) -> Library:
    """The library of the procedures that an authority names. Raises UnknownProcedureError or FaultyFile."""
    return Library((id_, text) for id_, _, text in (find(name, beside) for name in names))


def parse(text: str, name: str, id_: str = "") -> Procedure:
    """Read and cross-check one procedure. Raises FaultyFile with every fault, each with its line."""
    data, positions = document(text, name)
    return _checked(data, positions, id_ or Path(name).stem, hashlib.sha256(text.encode()).hexdigest()[:12])


def _checked(data: dict[str, Any], positions: Positions, id_: str, version: str) -> Procedure:
    """The procedure in each language of its wording; faults that all of them share are told once."""
    faults = list(wording.faults(data, Procedure, positions))
    found: dict[str, Procedure] = {}
    for language in wording.languages_of(data):
        place = positions.of_language(language)
        try:
            procedure = validated(wording.in_one_language(data, Procedure, language), Procedure, place)
        except FaultyFile as faulty:
            faults += faulty.faults
        else:
            found[language] = procedure
            faults += check(procedure, place)
    if faults:
        raise FaultyFile(in_order(faults))
    return Procedure.identified(id_, version, found)


def doubts(procedure: Procedure) -> list[str]:
    """What is legal and yet may not be meant, a sentence each: a role that is told but never asked, a window without reminders."""
    return [sentence for _, sentence in doubtful(procedure)]


@dataclass(frozen=True)
class Report:
    """What a check of one file found."""

    file: str
    faults: tuple[Fault, ...]
    doubts: tuple[Fault, ...]

    def lines(self) -> list[str]:
        """For people: each fault with its line, then what is doubtful."""
        found = [fault.shown() for fault in self.faults]
        found += [doubt.shown() for doubt in self.doubts]
        return found if self.faults else [*found, f"{self.file}: nothing is wrong."]

    def as_data(self) -> dict[str, object]:
        """For programs."""
        return {"file": self.file, "faults": _rows(self.faults), "doubts": _rows(self.doubts)}


def _rows(found: Iterable[Fault]) -> list[dict[str, object]]:
    return [{"line": f.line, "column": f.column, "message": f.message, "hint": f.hint} for f in found]


def check_named(name: str) -> Report:
    """Check a shipped procedure or, where the name is a path or there is such a file, that file.

    Raises UnknownProcedureError for a name that is neither.
    """
    if name in shipped() and not Path(name).is_file():
        id_, file, text = find(name)
        return _report(text, file, id_)
    if "/" in name or "." in name or Path(name).is_file():
        return check_file(Path(name))
    raise UnknownProcedureError(name)


def check_file(file: Path) -> Report:
    """Check one file; nothing is raised for what is wrong in it."""
    try:
        return _report(read_text(file), str(file), file.stem)
    except FaultyFile as faulty:
        return Report(str(file), faulty.faults, ())


def _report(text: str, file: str, id_: str) -> Report:
    try:
        data, positions = document(text, file)
        procedure = _checked(data, positions, id_, "")
    except FaultyFile as faulty:
        return Report(file, faulty.faults, ())
    found = [*doubtful(procedure), *wording.doubtful(data, Procedure)]
    return Report(file, (), tuple(in_order(_doubt(positions, path, said) for path, said in found)))


def _doubt(positions: Positions, path: Position, sentence: str) -> Fault:
    return positions.fault(path, f"perhaps not meant: {sentence.removesuffix('.')}")
