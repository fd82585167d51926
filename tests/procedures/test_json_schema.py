"""The JSON Schema that editors read is the one that the program reads by."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema

from procedures.schema import Procedure

ROOT = Path(__file__).parents[2]
PUBLISHED = json.loads((ROOT / "docs" / "procedure.schema.json").read_text(encoding="utf-8"))


def test_the_published_schema_is_the_programs_own() -> None:
    """After a change of procedures/schema.py: challenge-bot procedures schema > docs/procedure.schema.json."""
    assert Procedure.model_json_schema(by_alias=True) == PUBLISHED


def test_every_shipped_procedure_fits_it() -> None:
    for file in (ROOT / "procedures").glob("*.toml"):
        jsonschema.validate(tomllib.loads(file.read_text(encoding="utf-8")), PUBLISHED)


def test_a_misspelt_key_does_not_fit() -> None:
    data = tomllib.loads((ROOT / "procedures" / "bradford.toml").read_text(encoding="utf-8"))
    data["stage"][0]["windwo"] = data["stage"][0].pop("window")
    errors = [error.message for error in jsonschema.Draft202012Validator(PUBLISHED).iter_errors(data)]
    assert any("windwo" in message for message in errors)
