"""The procedures: those that come with the program and an authority's own files, read, cross-checked and kept by version."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from procedures.reading import Fault, FaultyFile, Positions, did_you_mean, parse_toml, read_text
from procedures.schema import CHAIR, COORDINATOR, RAISER, Fact, Procedure, Stage, When
from procedures.trigger_checks import check_triggers


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
    procedure = parse_toml(text, name, Procedure, check)
    version = hashlib.sha256(text.encode()).hexdigest()[:12]
    return procedure.identified(id_ or Path(name).stem, version)


# --- what the schema alone cannot say -----------------------------------------------------------------------------------


def check(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    """Roles and stages that are named but not there, stages that cannot be reached or left, rules that contradict each other."""
    yield from _check_roles(procedure, positions)
    if RAISER not in {*procedure.resolve.by, *procedure.withdraw.by}:
        message = (
            "whoever raised a challenge could not end it: resolve and withdraw are both for others alone"
        )
        yield positions.fault(("withdraw", "by"), message, f'Add "{RAISER}" to one of them.')
    yield from _check_stages(procedure, positions)
    for index, stage in enumerate(procedure.stage):
        yield from _check_stage(procedure, index, stage, positions)
    yield from check_triggers(procedure, positions)


def _named_roles(procedure: Procedure) -> Iterator[tuple[tuple[str | int, ...], str, tuple[str, ...]]]:
    """Every place in the file that names a role: its path, the role, and the special words allowed there."""
    yield from ((("raise", "by", i), role, ()) for i, role in enumerate(procedure.raising.by))
    if procedure.informal is not None:
        yield from ((("informal", "with", i), role, ()) for i, role in enumerate(procedure.informal.with_))
    if procedure.second_opinion is not None:
        yield ("second_opinion", "from"), procedure.second_opinion.from_, ()
    for n, trigger in enumerate(procedure.trigger):
        yield ("trigger", n, "raiser"), trigger.raiser, (COORDINATOR,)
    for key, ending in (("resolve", procedure.resolve), ("withdraw", procedure.withdraw)):
        yield from (((key, "by", i), role, (RAISER,)) for i, role in enumerate(ending.by))
    for n, stage in enumerate(procedure.stage):
        yield from ((("stage", n, "to", i), role, ()) for i, role in enumerate(stage.to))
        yield from ((("stage", n, "copy", i), role, ()) for i, role in enumerate(stage.copy_))
        if stage.window is not None:
            yield ("stage", n, "window", "on"), stage.window.on, ()
        if stage.meeting is not None:
            yield ("stage", n, "meeting", "chair"), stage.meeting.chair, (RAISER,)
            attend = enumerate(stage.meeting.attend)
            yield from ((("stage", n, "meeting", "attend", i), role, (RAISER,)) for i, role in attend)
        if stage.outcome is not None:
            by = enumerate(stage.outcome.by)
            yield from ((("stage", n, "outcome", "by", i), role, (RAISER, CHAIR)) for i, role in by)
            with_ = enumerate(stage.outcome.with_)
            yield from ((("stage", n, "outcome", "with", i), role, ()) for i, role in with_)
        if stage.consulted is not None:
            roles = enumerate(stage.consulted.roles)
            yield from ((("stage", n, "consulted", "roles", i), role, ()) for i, role in roles)


def _check_roles(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    known = list(procedure.role)
    for reserved in (RAISER, CHAIR, "administrator", "concerned"):
        if reserved in procedure.role:
            message = f'"{reserved}" has a meaning of its own and cannot be the id of a role'
            yield positions.fault(("role", reserved), message, "Choose another id.")
    seen: set[tuple[object, ...]] = set()
    for path, role, special in _named_roles(procedure):
        if role not in procedure.role and role not in special:
            yield positions.fault(
                path, f'unknown role "{role}"', did_you_mean(role, [*known, *special], noun="Roles")
            )
        elif (*path[:-1], role) in seen:
            yield positions.fault(path, f'"{role}" stands here twice', "Keep one.")
        seen.add((*path[:-1], role))


def _check_stages(procedure: Procedure, positions: Positions) -> Iterator[Fault]:
    ids: list[str] = []
    names: list[str] = []
    for n, stage in enumerate(procedure.stage):
        if stage.id in ids:
            yield positions.fault(
                ("stage", n, "id"), f'two stages have the id "{stage.id}"', "Give each its own."
            )
        if stage.name in names:
            yield positions.fault(
                ("stage", n, "name"), f'two stages have the name "{stage.name}"', "Give each its own."
            )
        ids.append(stage.id)
        names.append(stage.name)
    for n, stage in enumerate(procedure.stage):
        for i, before in enumerate(stage.after):
            if before not in ids:
                yield positions.fault(
                    ("stage", n, "after", i),
                    f'unknown stage "{before}"',
                    did_you_mean(before, ids, noun="Stages"),
                )
            elif ids.index(before) >= n:
                message = f'"{stage.id}" follows "{before}", which does not come before it in the file'
                yield positions.fault(
                    ("stage", n, "after", i),
                    message,
                    "Put the stages in their order; a stage cannot lead back.",
                )
    if procedure.stage[0].after:
        yield positions.fault(
            ("stage", 0, "after"), "the first stage follows no other", "Leave after out, or move the stage."
        )
    opened = {trigger.opens for trigger in procedure.trigger}
    for n, stage in enumerate(procedure.stage[1:], 1):
        if stage.id in opened and not stage.after:
            continue
        if not stage.after:
            message = f'nothing leads to the stage "{stage.id}"'
            yield positions.fault(
                ("stage", n), message, 'Say which stage it follows, for example after = ["stage-1"].'
            )
        elif not stage.opens:
            message = f'the stage "{stage.id}" does not say when it may be opened'
            yield positions.fault(("stage", n), message, f"Add opens with one or more of: {', '.join(When)}.")


def _check_stage(procedure: Procedure, n: int, stage: Stage, positions: Positions) -> Iterator[Fault]:
    window, meeting, outcome = stage.window, stage.meeting, stage.outcome
    if window is None and outcome is None:
        message = f'the stage "{stage.id}" has neither a window nor an outcome, so it could never be answered'
        yield positions.fault(("stage", n), message, "Add [stage.window] or [stage.outcome].")
    if window is not None:
        if window.on not in stage.to and window.on in procedure.role:
            message = f'the window is on "{window.on}", who is not asked at this stage'
            yield positions.fault(("stage", n, "window", "on"), message, "Add the role to the stage's to.")
        if Fact.date_confirmed in window.until and meeting is None:
            message = "the window waits for the date of a meeting, and the stage has none"
            yield positions.fault(("stage", n, "window", "until"), message, "Add [stage.meeting].")
        for i, fact in enumerate(window.until):
            if fact in window.until[:i]:
                yield positions.fault(
                    ("stage", n, "window", "until", i), f'"{fact}" stands here twice', "Keep one."
                )
        for i, offset in enumerate(window.remind):
            if offset in window.remind[:i]:
                yield positions.fault(
                    ("stage", n, "window", "remind", i), f"{offset} stands here twice", "Keep one."
                )
    if outcome is not None:
        if CHAIR in outcome.by and meeting is None:
            message = "the outcome is recorded by the chair, and the stage has no meeting"
            yield positions.fault(
                ("stage", n, "outcome", "by"), message, "Add [stage.meeting], or name a role."
            )
        ids = [choice.id for choice in outcome.choices]
        for i, id_ in enumerate(ids):
            if id_ in ids[:i]:
                yield positions.fault(
                    ("stage", n, "outcome", "choices", i),
                    f'two outcomes have the id "{id_}"',
                    "Give each its own.",
                )
        for i, choice in enumerate(outcome.choices):
            if choice.resolves and choice.again:
                message = f'the outcome "{choice.id}" cannot both resolve the matter and let the stage go on'
                yield positions.fault(
                    ("stage", n, "outcome", "choices", i), message, "Keep resolves or again."
                )
        if all(choice.again for choice in outcome.choices):
            message = "every outcome lets the stage go on as it was, so it could never be settled"
            yield positions.fault(
                ("stage", n, "outcome", "choices"), message, "Take again away from at least one."
            )
    yield from _check_reachable(procedure, n, stage, positions)
    own = [field.id for field in stage.field]
    for i, field in enumerate(stage.field):
        if field.id in own[:i]:
            yield positions.fault(
                ("stage", n, "field", i, "id"), f'two fields have the id "{field.id}"', "Give each its own."
            )
        path = ("stage", n, "field", i)
        if field.kind == "choice" and not field.choices:
            yield positions.fault(path, "a choice needs something to choose from", "Add choices.")
        if field.kind != "choice" and field.choices:
            message = f'there is something to choose from, but the kind is "{field.kind}"'
            yield positions.fault((*path, "choices"), message, 'Write kind = "choice", or take choices away.')
        answers = [choice.id for choice in field.choices]
        for j, id_ in enumerate(answers):
            if id_ in answers[:j]:
                message = f'two answers have the id "{id_}"'
                yield positions.fault((*path, "choices", j), message, "Give each its own.")


def _check_reachable(procedure: Procedure, n: int, stage: Stage, positions: Positions) -> Iterator[Fault]:
    """Whether what opens the stage can ever happen at one of those that it follows."""
    before = [procedure.stages[id_] for id_ in stage.after if id_ in procedure.stages]
    if not before or not stage.opens:
        return
    possible: set[When] = set()
    for each in before:
        if each.window is not None:
            possible |= {When.answered, When.lapsed}
        if each.outcome is not None:
            possible.add(When.answered)
            if not all(choice.resolves for choice in each.outcome.choices):
                possible.add(When.unresolved)
    if not possible & set(stage.opens):
        message = f'the stage "{stage.id}" can never be opened: nothing in its opens can happen at {" or ".join(stage.after)}'
        hint = f"What can happen there: {', '.join(sorted(possible)) or 'nothing'}."
        yield positions.fault(("stage", n, "opens"), message, hint)


def doubts(procedure: Procedure) -> list[str]:
    """What is legal and yet may not be meant, a sentence each: a role that is never named, a window without reminders."""
    found: list[str] = []
    named = {role for _, role, _ in _named_roles(procedure)}
    found += [f'The role "{role}" is not named by any stage.' for role in procedure.role if role not in named]
    asked = {role for stage in procedure.stage for role in stage.to}
    told = {role for stage in procedure.stage for role in stage.copy_}
    only_told = sorted(
        told - asked - {role for path, role, _ in _named_roles(procedure) if "copy" not in path}
    )
    found += [f'The role "{role}" is told, but never asked.' for role in only_told if role in procedure.role]
    for stage in procedure.stage:
        if stage.window is not None and not stage.window.remind:
            found.append(f"{stage.name}: nobody is reminded before its window ends.")
        elif stage.window is not None and not any(offset > 0 for offset in stage.window.remind):
            found.append(f"{stage.name}: the raiser is not told when its window has lapsed; add 1 to remind.")
        days = (stage.window.working_days or 0) if stage.window is not None else 0
        found += [
            f"{stage.name}: the reminder {offset} can never come, because its window has {days} working days."
            for offset in (stage.window.remind if stage.window is not None else [])
            if offset <= -days
        ]
    return found


@dataclass(frozen=True)
class Report:
    """What a check of one file found."""

    file: str
    faults: tuple[Fault, ...]
    doubts: tuple[str, ...]

    def lines(self) -> list[str]:
        """For people: each fault with its line, then what is doubtful."""
        found = [fault.shown() for fault in self.faults]
        found += [f"{self.file}: perhaps not meant: {doubt}" for doubt in self.doubts]
        return found if self.faults else [*found, f"{self.file}: nothing is wrong."]

    def as_data(self) -> dict[str, object]:
        """For programs."""
        faults = [
            {"line": f.line, "column": f.column, "message": f.message, "hint": f.hint} for f in self.faults
        ]
        return {"file": self.file, "faults": faults, "doubts": list(self.doubts)}


def check_file(file: Path) -> Report:
    """Check one file; nothing is raised for what is wrong in it."""
    try:
        procedure = parse(read_text(file), str(file))
    except FaultyFile as faulty:
        return Report(str(file), faulty.faults, ())
    return Report(str(file), (), tuple(doubts(procedure)))


__all__ = [
    "FaultyFile",
    "Library",
    "Report",
    "UnknownProcedureError",
    "check",
    "check_file",
    "doubts",
    "find",
    "load",
    "parse",
    "shipped",
]
