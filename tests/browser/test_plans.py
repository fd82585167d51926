"""The list of plans in Chromium: an administrator chooses the file and sends it, and what comes up is there for those who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.demo.demo import Demo
from tests.browser.desk import AtDesk, open_workspace
from tests.browser.test_every_form import LAPTOP, PHONE, fits
from tests.commands.long_plans import PROCEDURE
from tests.journeys.driver import authority_with
from tests.journeys.test_plans import LIST


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A workspace whose council has a procedure that opens records by itself besides its own."""
    folder = tmp_path_factory.mktemp("workspace")
    authority = authority_with("bradford", "long.toml")
    (folder / "authority.toml").write_text(authority, encoding="utf-8")
    (folder / "long.toml").write_text(PROCEDURE.replace('["cpc"]', '["team_manager"]'), encoding="utf-8")
    with open_workspace(folder) as found:
        yield found


@pytest.fixture
def at(page: Page, demo: Demo) -> AtDesk:
    return AtDesk(page, demo)


def test_a_list_is_chosen_looked_at_sent_and_what_comes_up_is_shown(at: AtDesk, tmp_path: Path) -> None:
    file = tmp_path / "plans.csv"
    file.write_text(LIST.replace("on_plan", "on_plam", 1), encoding="utf-8")
    at.sit_down("Nadia")
    at.type("/challenge plans import")
    expect(at.form).to_have_accessible_name("Children on plans")
    chooser = at.form.get_by_label("The list of plans, as a CSV file")

    at.submit()
    expect(at.form).to_contain_text("Please complete this required field.")
    chooser.set_input_files(file)
    expect(at.form.locator(".files")).to_contain_text("plans.csv")
    at.form.get_by_role("button", name="Take out plans.csv").click()
    expect(at.form.locator(".files li")).to_have_count(0)
    chooser.set_input_files(file)
    for size in (PHONE, LAPTOP):
        at.page.set_viewport_size(size)
        fits(at, size)
    at.accessible()
    at.picture("form-plans-import", at.form)

    at.submit()
    expect(at.form).to_contain_text("Nothing was changed. One thing is wrong in the file:")
    expect(at.form).to_contain_text('Line 2, status: unknown status "on_plam". Did you mean "on_plan"?')
    at.accessible()
    at.picture("plans-import-fault", at.form)

    at.press("Send it again", at.form)
    file.write_text(LIST, encoding="utf-8")
    chooser.set_input_files(file)
    expect(at.form.locator(".files")).to_contain_text("plans.csv")
    at.submit()
    expect(at.form).to_contain_text("2 new")
    expect(at.form).to_contain_text("The list has been taken in.")
    at.picture("plans-imported", at.form)
    at.close()

    at.sit_down("Priya")
    at.type("/challenge plans")
    expect(at.message("Children on plans")).to_contain_text("WX-201111 · Third review, or 15 months")
    expect(at.message("Children on plans")).to_contain_text(
        "15 months on the plan, which began on Monday 1 September 2025"
    )
    at.picture("plans-coming-up")  # which lets the message's arrival come to rest
    at.accessible()


def test_the_day_comes_and_the_record_opens(at: AtDesk) -> None:
    at.sit_down("Priya")
    for _ in range(6):  # Tuesday 1 December is the sixth working day
        at.move_time("Next working day")
    expect(at.message("Tier 1", "WX-201111")).to_contain_text("please acknowledge the concerns")
    at.picture("plans-opened")
