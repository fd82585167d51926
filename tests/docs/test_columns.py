"""Administrators can read of every column what it holds and whether it is encrypted; a new one must be decided on."""

from __future__ import annotations

import importlib
import pkgutil
import re

from sqlmodel import SQLModel

import storage
from storage.narrative import Narrative
from tests.docs.pages import ROOT

ROW = re.compile(r"\| `(\w+)` \|([^|]*)\|([^|]*)\| ([^|]+) \|")


def test_every_column_of_every_table_is_told_of_with_whether_it_is_encrypted() -> None:
    for module in pkgutil.iter_modules(storage.__path__):
        importlib.import_module(f"storage.{module.name}")
    page = (ROOT / "docs" / "administrators.md").read_text(encoding="utf-8")
    told = {
        name: (re.findall(r"`(\w+)`", sealed), re.findall(r"`(\w+)`", plain))
        for name, sealed, plain, _ in ROW.findall(page.partition("### Every column")[2].partition("\n## ")[0])
    }
    there = {
        rows.name: (
            [column.name for column in rows.columns if isinstance(column.type, Narrative)],
            [column.name for column in rows.columns if not isinstance(column.type, Narrative)],
        )
        for rows in SQLModel.metadata.tables.values()
    }
    assert told == there
