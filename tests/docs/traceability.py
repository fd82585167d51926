"""docs/traceability.md: from every clause of the five procedures to the lines that carry it out and the tests that prove it.

A line carries out a clause when its `source` names it; a test proves those with which its name begins, as
`test_br_5_br_7_the_window_…` proves BR-5 and BR-7. `python -m tests.docs.traceability` writes the page.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "traceability.md"
CLAUSES = ROOT / "tests" / "docs" / "clauses.toml"

_SOURCE = re.compile(r'\bsource = "([^"]+)"')
_CLAUSE_IN_NAME = re.compile(r"(?:^|_)(br|ct|nc|ca|bi)_(\d+)(?=_|$)")

_HEAD = """# From clause to line to test

Every clause of the five procedures that come with the program, in a few words of our own; the lines of the procedure files
that carry it out, found by their `source`; the tests that prove it, found by their names. `python -m
tests.docs.traceability` writes this page, and a test fails when a clause lacks a line or a test, or the page is out of
date.
"""


@dataclass(frozen=True)
class Clause:
    """A clause, the lines that carry it out by file, and the names of the tests that prove it by file."""

    id: str
    words: str
    lines: Mapping[str, list[int]]
    tests: Mapping[str, list[str]]

    @property
    def state(self) -> str:
        """What is still missing, or `done`."""
        missing = [what for what, there in (("line", self.lines), ("test", self.tests)) if not there]
        return f"no {' and no '.join(missing)}" if missing else "done"


def sources() -> Iterator[tuple[str, int, str]]:
    """Every clause that a line of a shipped procedure file carries out: the file, the line, the clause."""
    for file in sorted((ROOT / "procedures").glob("*.toml")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            for found in _SOURCE.findall(line):
                yield from ((file.name, number, clause.strip()) for clause in found.split(","))


def tests() -> Iterator[tuple[str, str, str]]:
    """Every test that is named after a clause: the file, the test, the clause."""
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                name = str(file.relative_to(ROOT))
                yield from ((name, node.name, clause) for clause in clauses_named(node.name))


def clauses_named(test: str) -> list[str]:
    """The clauses with which a test's name begins: BR-5 and BR-7 in test_br_5_br_7_the_window_is_met."""
    found: list[str] = []
    rest = test.removeprefix("test")
    while (match := _CLAUSE_IN_NAME.match(rest)) is not None:
        found.append(f"{match[1].upper()}-{match[2]}")
        rest = rest[match.end() :]
    return found


def authorities() -> dict[str, list[Clause]]:
    """The clauses by the procedures that they are of."""
    lines: dict[str, dict[str, list[int]]] = {}
    for name, number, clause in sources():
        lines.setdefault(clause, {}).setdefault(name, []).append(number)
    proofs: dict[str, dict[str, list[str]]] = {}
    for name, test, clause in tests():
        proofs.setdefault(clause, {}).setdefault(name, []).append(test)
    data = tomllib.loads(CLAUSES.read_text(encoding="utf-8"))
    return {
        each["name"]: [
            Clause(id_, words, lines.get(id_, {}), proofs.get(id_, {}))
            for number, words in enumerate(each["clauses"], 1)
            for id_ in (f"{each['prefix']}-{number}",)
        ]
        for each in data["authority"]
    }


def page() -> str:
    """The page as it should be."""
    parts = [_HEAD]
    for name, clauses in authorities().items():
        rows = [
            f"| {each.id} | {each.words} | {_lines(each)} | {_tests(each)} | {each.state} |"
            for each in clauses
        ]
        head = "| Clause | What must work | Lines | Tests | State |\n|---|---|---|---|---|"
        parts.append(f"## {name}\n\n{head}\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _lines(clause: Clause) -> str:
    return "; ".join(
        f"[{name}](../procedures/{name}) {', '.join(map(str, numbers))}"
        for name, numbers in clause.lines.items()
    )


def _tests(clause: Clause) -> str:
    return "; ".join(
        f"[{name.removeprefix('tests/')}](../{name}): {', '.join(_short(test) for test in dict.fromkeys(found))}"
        for name, found in clause.tests.items()
    )


def _short(test: str) -> str:
    """A test's name as a sentence, without the clauses it begins with."""
    rest = test.removeprefix("test")
    while (match := _CLAUSE_IN_NAME.match(rest)) is not None:
        rest = rest[match.end() :]
    return rest.strip("_").replace("_", " ")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
