"""Every parser that meets outside input, with a few hundred damaged inputs each; `make fuzz` tries as many as there is time for.

What is asked of each: it takes the input, or says in a sentence what is wrong with it; in bounded time, with nothing else raised.
"""

from __future__ import annotations

import json
import resource
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.__main__ import all_targets
from tests.fuzz.mutate import ANYTHING, mutated
from tests.fuzz.target import Target, attempt

EXAMPLES = {
    "Word template, its bytes": 12,
    "Word template, its words": 6,
    "procedure file": 20,
    "evidence bundle": 12,
    "backup, sealed anew": 20,
    "interaction payload": 150,
    "slash command": 60,
    "request body": 150,
    "answers of the Web API": 80,
    "answers of Graph": 60,
    "Teams: activities": 100,
    "answers of Teams": 60,
}
"""Of those whose inputs take longest; 200 of all others."""
NAMES = [
    "references",
    "dates",
    "identifying data in free text",
    "text for the chat",
    "people.csv",
    "plans.csv",
    "authority.toml",
    "procedure file",
    "settings and .env",
    "Word template, its bytes",
    "Word template, its words",
    "guard: headers, timestamp",
    "request body",
    "interaction payload",
    "block state",
    "slash command",
    "answers of the Web API",
    "Teams: tokens",
    "Teams: activities",
    "answers of Teams",
    "answers of Graph",
    "answers of Entra",
    "answers of the mail server",
    "key file",
    "signing keys (PEM)",
    "published heads",
    "backup, its bytes",
    "backup, sealed anew",
    "evidence bundle",
]

values: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(ANYTHING) | st.text(max_size=20) | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
pairs = st.lists(st.tuples(st.from_regex(r"[a-z_.\"-]{1,12}", fullmatch=True), values), max_size=5)


def _table(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")


def _toml(found: list[tuple[str, Any]]) -> bytes:
    return "\n".join(f"{name} = {json.dumps(value)}" for name, value in found).encode("utf-8", "replace")


shaped = st.one_of(
    values.map(lambda value: json.dumps(value).encode()),
    st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=5).map(_table),
    pairs.map(_toml),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    st.binary(max_size=300),
)


@pytest.fixture(scope="module")
def targets() -> dict[str, Target]:
    """The parsers by name, made once."""
    return {target.name: target for target in all_targets()}


def test_none_is_left_out(targets: dict[str, Target]) -> None:
    """Each parser that `make fuzz` tries is tried here, too, and takes the real inputs that it begins from."""
    assert sorted(targets) == sorted(NAMES)
    for target in targets.values():
        assert target.corpus
        assert attempt(target, target.corpus[-1]) or target.name in ("dates", "plans.csv")


@pytest.mark.parametrize("name", NAMES)
def test_it_takes_an_input_or_says_what_is_wrong(name: str, targets: dict[str, Target]) -> None:
    target = targets[name]
    damaged = st.integers(0, 2**48).map(lambda seed: mutated(Random(seed), target))

    @settings(
        max_examples=EXAMPLES.get(name, 100),
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(damaged | damaged | damaged | shaped)
    def tried(data: bytes) -> None:
        attempt(target, data)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tried()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 400_000, f"{grown // 1000} MB more than before"
