"""Choosing another authority in the page, in Chromium. That the program then begins anew is tried where it runs by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import open_workspace

pytestmark = pytest.mark.browser


def test_another_authority_is_chosen_beside_the_people(page: Page, tmp_path: Path) -> None:
    chosen: list[str] = []
    with open_workspace(tmp_path, chosen.append) as demo:
        page.goto(demo.address)
        offered = page.get_by_label("Authority")
        expect(offered.locator("option")).to_have_count(5)
        button = page.get_by_role("button", name="Begin anew with it")
        button.click()
        expect(page.locator("#moved")).to_have_text("This authority is the one that you are in.")
        assert chosen == []
        offered.select_option("Calderdale’s procedure, at Hebwick")
        button.click()
        expect(page.locator("#moved")).to_have_text("One moment: the workspace begins anew.")
        assert chosen == ["calderdale"]


def test_where_there_is_nothing_to_choose_nothing_is_offered(page: Page, tmp_path: Path) -> None:
    with open_workspace(tmp_path) as demo:
        page.goto(demo.address)
        expect(page.get_by_role("link", name="Hannah Okafor")).to_be_visible()
        expect(page.locator("#authorities")).to_be_hidden()
