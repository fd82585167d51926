"""Where keys and entries stand in a TOML document."""

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.positions import Path, Positions

STAGES = '''\
title = "Process"  # window = not this
office.opens = "08:30"
office . "closes at" = '17:00 # not a comment'
words = """
title = "not this"
[[stage]]
""""

[[stage]] # the first
id = "stage-1"
to = [
  "team_manager", # [ not this
  # nor this: "x",
  "social_worker",
]
window = { working_days = 5, until = ["acknowledged", "completed"], more = { deep.er = [[1], [2, 3]] } }

  [stage.meeting.chair]
  role = "manager"

[[ stage ]]
id = "stage-2"
pattern = '''
STAGES += (
    "'''\\d'''\n"
    + """
  [[stage.step]]
  name = "one"
  [[stage.step]]
  name = "two"
[people]
last = 2026-12-24 08:30:00
"""
)


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ((), 1, None),
        (("title",), 1, 1),
        (("office",), 2, 1),
        (("office", "opens"), 2, 8),
        (("office", "closes at"), 3, 10),
        (("words",), 4, 1),
        (("stage",), 9, 3),
        (("stage", 0), 9, 1),
        (("stage", 0, "id"), 10, 1),
        (("stage", 0, "to"), 11, 1),
        (("stage", 0, "to", 0), 12, 3),
        (("stage", 0, "to", 1), 14, 3),
        (("stage", 0, "window"), 16, 1),
        (("stage", 0, "window", "working_days"), 16, 12),
        (("stage", 0, "window", "until"), 16, 30),
        (("stage", 0, "window", "until", 1), 16, 55),
        (("stage", 0, "window", "more", "deep", "er", 1, 1), 16, 98),
        (("stage", 0, "meeting"), 18, 10),
        (("stage", 0, "meeting", "chair"), 18, 18),
        (("stage", 0, "meeting", "chair", "role"), 19, 3),
        (("stage", 1), 21, 1),
        (("stage", 1, "id"), 22, 1),
        (("stage", 1, "pattern"), 23, 1),
        (("stage", 1, "step", 0), 25, 3),
        (("stage", 1, "step", 1), 27, 3),
        (("stage", 1, "step", 1, "name"), 28, 3),
        (("people", "last"), 30, 1),
        (("people", "first"), 29, None),
        (("stage", 1, "window", "until", 0), 21, None),
        (("nothing", 3), 1, None),
    ],
)
def test_the_place_of_each_key(path: Path, line: int, column: int | None) -> None:
    tomllib.loads(STAGES)
    positions = Positions(STAGES, "process.toml")
    assert (positions.line_of(path), positions.column_of(path)) == (line, column)


def test_a_fault_is_made_at_its_path() -> None:
    fault = Positions(STAGES, "process.toml").fault(("stage", 0, "to", 1), "unknown role", "Write another.")
    assert str(fault) == "process.toml:14: unknown role. Write another."
    assert fault.text == '  "social_worker",'
    assert fault.shown() == (
        'process.toml:14: unknown role. Write another.\n  14 |   "social_worker",\n     |   ^'
    )


class Writer:
    """Writes data as TOML in one of the many ways there are, and notes the line of each key and entry."""

    def __init__(self, draw: Any) -> None:
        self.text = ""
        self.lines: dict[Path, int] = {}
        self._draw = draw

    def chance(self) -> bool:
        return bool(self._draw(st.booleans()))

    def note(self, path: Path) -> None:
        self.lines.setdefault(path, self.text.count("\n") + 1)

    def key(self, key: str) -> str:
        bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
        return key if bare and self.chance() else json.dumps(key)

    def space(self, *, lines: bool) -> None:
        if lines and self.chance():
            self.text += ' # ] } " a.b = [\n'
        self.text += self._draw(st.sampled_from(["", " ", "\t "]))

    def value(self, path: Path, value: Any) -> None:
        if isinstance(value, dict):
            self.text += "{"
            for index, (key, inner) in enumerate(value.items()):
                self.text += ", " if index else " "
                self.pair(path, key, inner)
            self.text += "}"
        elif isinstance(value, list):
            self.text += "["
            self.space(lines=True)
            for index, inner in enumerate(value):
                self.note((*path, index))
                self.value((*path, index), inner)
                self.space(lines=True)
                if index < len(value) - 1 or self.chance():
                    self.text += ","
                self.space(lines=True)
            self.text += "]"
        elif isinstance(value, str):
            self.text += self.string(value)
        else:
            self.text += json.dumps(value)

    def string(self, value: str) -> str:
        style = self._draw(st.integers(0, 3))
        if style == 1 and "'" not in value and "\n" not in value:
            return f"'{value}'"
        if style == 2:
            return '"""\n' + value.replace("\\", "\\\\").replace('"""', '""\\"') + "\\\n" + '"""'
        if style == 3 and "''" not in value and not value.endswith("'"):
            return f"'''\n{value}'''"
        return json.dumps(value)

    def pair(self, path: Path, key: str, value: Any) -> None:
        self.note((*path, key))
        self.text += self.key(key)
        while isinstance(value, dict) and len(value) == 1 and self.chance():
            (inner, value), path, key = next(iter(value.items())), (*path, key), next(iter(value))
            self.space(lines=False)
            self.text += "."
            self.space(lines=False)
            self.note((*path, inner))
            self.text += self.key(inner)
        self.space(lines=False)
        self.text += "="
        self.space(lines=False)
        self.value((*path, key), value)

    def table(self, path: Path, header: list[str], data: dict[str, Any]) -> None:
        later = []
        for key, value in data.items():
            tables = isinstance(value, list) and value and all(isinstance(each, dict) for each in value)
            if (isinstance(value, dict) or tables) and self.chance():
                later.append((key, value))
            else:
                self.pair(path, key, value)
                self.space(lines=False)
                self.text += "# a comment\n" if self.chance() else "\n"
        for key, value in later:
            name = [*header, json.dumps(key)]
            self.note((*path, key))
            if isinstance(value, dict):
                self.text += f"[ {' . '.join(name)}]\n"
                self.table((*path, key), name, value)
            else:
                for index, each in enumerate(value):
                    self.note((*path, key, index))
                    self.text += f"[[{'.'.join(name)} ]] # {index}\n"
                    self.table((*path, key, index), name, each)


keys = st.text(st.sampled_from("ab-_.\"'é #=[]{}\\"), max_size=4)
leaves = st.integers(-9, 99) | st.booleans() | st.text(st.sampled_from("ab\"'\\ #\n[]{},="), max_size=12)
documents = st.dictionaries(
    keys,
    st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=12,
    ),
    max_size=4,
)


def paths(value: Any, path: Path = ()) -> set[Path]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path}.union(*(paths(inner, (*path, key)) for key, inner in inside))


@given(documents, st.data())
def test_however_a_document_is_written_every_place_is_found(
    document: dict[str, Any], data: st.DataObject
) -> None:
    writer = Writer(data.draw)
    writer.table((), [], document)
    assert tomllib.loads(writer.text) == document
    positions = Positions(writer.text, "any.toml")
    assert {path for path in paths(document) if path and path not in positions} == set()
    assert {path: positions.line_of(path) for path in writer.lines} == writer.lines
    for path in writer.lines:
        if isinstance(path[-1], str):
            column = positions.column_of(path)
            assert column is not None
            rest = positions.text_of(positions.line_of(path))[column - 1 :]
            assert rest.startswith((path[-1] or '"', '"'))
