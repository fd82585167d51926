"""The page of rights is the table's own, and the table names every command."""

from __future__ import annotations

from commands.access import USES
from commands.registry import ALL
from tests.docs.access import PAGE, page


def test_the_page_is_up_to_date() -> None:
    """After a change: python -m tests.docs.access."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_command_has_its_line_in_the_table() -> None:
    assert {use.command for use in USES} == {command.name for command in ALL}
