"""What `make audit` looks at, and that it would see what is wrong."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests import dependencies
from tests.dependencies import ALLOWED, REFUSED, ROOT, faults


def lock() -> dict[str, Any]:
    """The lock as it is."""
    return tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))


def test_nothing_is_wrong_with_what_the_program_is_built_from() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"source": {"git": "https://code.example/x"}}, "comes from git and not from the registry"),
        ({"source": {"registry": "https://other.example/simple"}}, "The lock names 2 registries"),
        (
            {"wheels": [], "sdist": {"url": "https://a.example/x", "hash": "md5:0"}},
            "a file without its SHA-256",
        ),
    ],
)
def test_another_source_or_a_missing_hash_is_seen(change: dict[str, Any], sentence: str) -> None:
    changed = copy.deepcopy(lock())
    next(each for each in changed["package"] if each["name"] == "starlette").update(change)
    assert any(sentence in fault for fault in dependencies._sources(changed))


def test_a_shipped_file_that_was_changed_is_seen(tmp_path: Path) -> None:
    for each in dependencies.SHIPPED.iterdir():
        (tmp_path / each.name).write_bytes(each.read_bytes())
    assert dependencies._shipped(tmp_path) == []
    script = tmp_path / "adaptivecards.min.js"
    script.write_bytes(script.read_bytes() + b" ")
    assert len(dependencies._shipped(tmp_path)) == 1


def test_a_library_without_a_reason_is_seen_and_a_reason_without_a_library() -> None:
    found = dependencies._reasons({"project": {"dependencies": ["starlette>=1", "leftpad"]}})
    assert "leftpad has no reason in docs/dependencies.md." in found
    assert "uvicorn stands in docs/dependencies.md and is not used." in found
    assert not any(each.startswith("starlette") for each in found)


@pytest.mark.parametrize(("licence", "allowed"), [("MIT", True), ("LGPL-3.0-only", True), ("BSD License", True), ("GPL-3.0", False), ("AGPL-3.0-or-later", False), ("", False)])  # fmt: skip
def test_a_licence_that_asks_for_more_is_seen(licence: str, allowed: bool) -> None:
    assert bool(ALLOWED.search(licence) and not REFUSED.search(licence)) is allowed
