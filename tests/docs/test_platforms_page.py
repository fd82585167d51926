"""The page of what each platform shows is the program's own."""

from __future__ import annotations

from tests.docs import platforms


def test_the_page_is_what_the_code_makes() -> None:
    assert platforms.PAGE.read_text(encoding="utf-8") == platforms.page(), (
        "Run: python -m tests.docs.platforms"
    )
