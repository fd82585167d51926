"""A private concern in Chromium: Aisha raises it, Priya agrees a resolution with Miriam, Gareth's outcome ends it (BR-13)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.demo.demo import Demo
from tests.browser.desk import AtDesk, open_workspace
from tests.browser.test_every_form import LAPTOP, PHONE, fits

CONCERN = "He decides before anybody else in the room has spoken."


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with open_workspace(tmp_path) as found:
        yield found


def test_a_private_concern_from_its_form_to_its_end(page: Page, demo: Demo) -> None:
    at = AtDesk(page, demo)
    aisha_raises_it(at)
    priya_records_what_was_agreed(at)
    aisha_takes_it_further(at)
    gareth_ends_it(at)
    nobody_else_has_anything_of_it(at)
    previews = {
        m.text for channel in demo.workspace.channels.values() for m in channel.messages if "PC-" in m.text
    }
    assert previews == {"PC-1: a private matter"}


def aisha_raises_it(at: AtDesk) -> None:
    form = at.form
    at.sit_down("Aisha").type("/challenge concern")
    expect(form).to_have_accessible_name("A private concern")
    expect(form).to_contain_text("Choose the coordinator: then it stands here, by name.")
    form.get_by_label("Which coordinator?").select_option(label="Ben Marsden")
    expect(form).to_contain_text("Leo Fisher and Priya Nair (team manager), asked to agree a resolution")
    expect(form).to_contain_text("Ben Marsden is not told of it here.")
    for name, size in (("phone", PHONE), ("laptop", LAPTOP)):
        at.page.set_viewport_size(size)
        fits(at, size)
        at.picture_as_is(f"form-{name}-concern")
    at.picture("form-concern", form)
    at.accessible()

    form.get_by_label("What concerns you?").fill(f"{CONCERN} It was so with WX-204815.")
    form.get_by_label("What have you tried so far?").fill("I told him so after the last two conferences.")
    at.submit()
    expect(form.locator(".wrong")).to_have_count(1)
    expect(form.locator(".wrong")).to_contain_text("“WX-204815” looks like the reference of a case")
    at.picture("form-concern-mistake", form)
    form.get_by_label("What concerns you?").fill(CONCERN)
    at.submit()
    expect(form).to_contain_text("PC-1 is sent")
    at.picture("form-concern-sent", form)
    at.close()
    mine = at.message("You raised this private concern")
    expect(mine).to_contain_text(CONCERN)
    at.picture("message-concern-raised", mine)


def priya_records_what_was_agreed(at: AtDesk) -> None:
    asked = at.sit_down("Priya").message("Please agree a resolution with Miriam Stone.")
    expect(asked).to_contain_text(CONCERN)
    at.picture("message-concern-asked", asked)
    at.press("Record what was agreed", asked)
    at.form.get_by_label("What was agreed?").fill(
        "He hears everybody first; Miriam sits in on the next conference."
    )
    at.picture("form-concern-agree", at.form)
    at.accessible()
    at.submit()
    expect(at.form).to_contain_text("PC-1 · private, resolution agreed")
    at.picture("form-concern-agreed", at.form)
    at.close()
    kept_up(at, asked=at.message("what was agreed with Miriam Stone."))


def kept_up(at: AtDesk, asked: Locator) -> None:
    """The message that asked asks for nothing any more."""
    expect(asked.get_by_role("button", name="Record what was agreed")).to_have_count(0)
    at.picture("message-concern-asked-later", asked)


def aisha_takes_it_further(at: AtDesk) -> None:
    told = at.sit_down("Aisha").message("you can take it to the children's service manager.")
    at.picture("message-concern-agreed", told)
    at.press("Take it to the children's service manager", told)
    expect(at.form).to_contain_text("Gareth Lyle (children's service manager)")
    at.form.get_by_label("What is unresolved?").fill("At the next conference he did the same again.")
    at.picture("form-concern-further", at.form)
    at.accessible()
    at.submit()
    expect(at.form).to_contain_text("Next: Gareth Lyle to record the outcome.")
    at.close()


def gareth_ends_it(at: AtDesk) -> None:
    handed = at.sit_down("Gareth").message("is unresolved, and comes to you.")
    at.picture("message-concern-then", handed)
    at.type("/challenge concern")
    own = at.message("Only you see this list")
    expect(own).to_contain_text("PC-1 · about Ben Marsden")
    at.picture("answer-concern-list", own)
    at.press("Open all of it", own)
    shown = at.message("Only visible to you", "What has happened")
    expect(shown).to_contain_text("Aisha Begum took it to the children's service manager on Mon 23 Nov")
    at.picture("answer-concern-all", shown)
    at.press("Record the outcome", shown)
    at.form.get_by_label("What is the outcome?").fill("Ben has a supervisor of his own from January.")
    at.submit()
    expect(at.form).to_contain_text("This private concern is closed.")
    at.close()


def nobody_else_has_anything_of_it(at: AtDesk) -> None:
    for who in ("Ben", "Hannah", "Nadia", "Owen", "Ruth"):
        at.sit_down(who)
        expect(at.page.locator("li.message").filter(has_text="PC-1")).to_have_count(0)
    home = at.sit_down("Gareth").look_at_home()
    expect(home).not_to_contain_text("PC-1")
    at.look_at_messages()
    at.type("/challenge digest")
    digest = at.message("Only visible to you", "Your challenges on")
    expect(digest).not_to_contain_text("PC-1")
