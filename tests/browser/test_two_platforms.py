"""One challenge on both platforms, on the demo that a newcomer starts: Hannah in Slack, Owen in Teams, and what their calendars show.

What is on the screen at each point is kept in build/screenshots. `PICTURES=1` writes the README's picture of Teams too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, ViewportSize, expect

from bot.playground.graph import Appointment, Guest
from tests.browser.desk import WIDE, AtDesk, open_workspace

pytestmark = pytest.mark.browser
ROOMY: ViewportSize = {"width": 1280, "height": 880}
CONCERN = "The child has not been seen alone since the conference."


@pytest.fixture
def at(page: Page, tmp_path: Path) -> Iterator[AtDesk]:
    page.emulate_media(reduced_motion="reduce")
    with open_workspace(tmp_path, whole=True) as demo:
        yield AtDesk(page, demo)


def flawless(at: AtDesk) -> None:
    """axe finds nothing, however small."""
    found = Axe().run(at.page).response
    assert len(found["passes"]) > 10
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]] == []


def goes_to(at: AtDesk, who: str, view: str = "") -> None:
    """Become this person, wherever they work; then look at another view, if one is named."""
    at.page.locator(f"#persona-{at.ids[who]}").click()
    expect(at.page.locator("#subheading")).to_contain_text(f"You are {who}")
    at.who = who
    if view:
        at.page.locator(f"#view-{view}").click()


def dialog(at: AtDesk) -> Locator:
    return at.page.get_by_role("dialog")


def test_hannah_in_slack_raises_owen_in_teams_answers_and_sets_the_meeting(at: AtDesk) -> None:
    hannah_raises(at)
    owen_acknowledges(at)
    hannah_sees_it(at)
    owen_asks_for_what_is_due(at)


def test_a_newcomer_is_led_to_owen_who_answers_in_teams(at: AtDesk) -> None:
    at.page.get_by_role("button", name="Start here").click()
    start = at.page.get_by_role("region", name="Start here")
    step = start.get_by_role("listitem").filter(has_text="Owen Rees")
    expect(step).to_contain_text("works in Microsoft Teams")
    at.picture_as_is("start-here")
    flawless(at)
    step.get_by_role("button", name="Go there").click()
    expect(at.page.locator("#subheading")).to_contain_text("You are Owen")
    expect(at.page.locator("#heading")).to_have_text("challenge-bot in Teams")
    start.get_by_role("button", name="Close").click()
    message = at.message("CH-1005", "The interpreter was not booked")
    message.get_by_role("button", name="Acknowledge the concerns").first.click()
    expect(message).to_contain_text("acknowledged the concerns on Mon 23 Nov")
    goes_to(at, "Ben")
    expect(at.message("CH-1005", "You raised this challenge")).to_contain_text(
        "Owen Rees acknowledged the concerns on Mon 23 Nov"
    )


def hannah_raises(at: AtDesk) -> None:
    goes_to(at, "Hannah")
    at.look_at_messages()
    at.type("/challenge raise")
    form = at.form
    form.get_by_label("Case reference").fill("WX-204999")
    form.get_by_role("radio", name="No", exact=True).check()
    form.get_by_label("Team that has the case").select_option(label="South safeguarding team")
    form.get_by_label("Yes, there have been").check()
    form.locator("fieldset").filter(has_text="With whom?").get_by_label("Social worker").check()
    form.get_by_label("On which day?").fill("2026-11-19")
    form.get_by_label("What came of it?").fill("She will try to see the child alone.")
    form.get_by_label("What concerns you?").fill(CONCERN)
    form.get_by_label("What actions were agreed?").fill(
        "Social worker to see the child alone by 27 November."
    )
    at.submit()
    expect(form).to_contain_text("goes to Owen Rees")
    at.close()


def owen_acknowledges(at: AtDesk) -> None:
    owen = at.page.locator(f"#persona-{at.ids['Owen']}")
    expect(owen).to_contain_text("Teams")
    expect(owen.locator(".badge")).not_to_have_count(0)
    goes_to(at, "Owen")
    expect(at.page.locator("#heading")).to_have_text("challenge-bot in Teams")
    message = at.message("CH-1006", CONCERN)
    expect(message).to_be_visible()
    expect(owen.locator(".badge")).to_have_count(0)
    picture_in_full(at)
    flawless(at)
    message.get_by_role("button", name="Acknowledge the concerns").first.click()
    expect(at.message("CH-1006", CONCERN)).to_contain_text("acknowledged the concerns on Mon 23 Nov")
    at.picture_as_is("teams-owen-has-acknowledged")
    at.message("CH-1006", CONCERN).get_by_role("button", name="More options").click()
    entry = at.page.get_by_role("menuitem", name="Open the record")
    expect(entry).to_be_visible()
    at.picture_as_is("teams-owen-more")
    entry.click()
    expect(dialog(at)).to_contain_text("WX-204999")
    at.picture_as_is("teams-owen-record")
    flawless(at)
    at.page.keyboard.press("Escape")
    expect(dialog(at)).to_have_count(0)


def picture_in_full(at: AtDesk) -> None:
    """Owen's Teams for the README: the switch at the side, and the message from its heading to its buttons."""
    at.page.set_viewport_size(ROOMY)
    at.page.locator("#side").evaluate("side => side.scrollTo(0, 0)")
    at.page.locator("#heading").hover()
    at.picture("teams", readme=True)
    at.page.set_viewport_size(WIDE)


def hannah_sees_it(at: AtDesk) -> None:
    goes_to(at, "Hannah")
    expect(at.message("CH-1006", "You raised this challenge")).to_contain_text(
        "Owen Rees acknowledged the concerns on Mon 23 Nov"
    )


def owen_asks_for_what_is_due(at: AtDesk) -> None:
    goes_to(at, "Owen")
    box = at.page.get_by_label("Message", exact=True)
    box.fill("show CH-1006")
    box.press("Enter")
    expect(at.page.locator("li.message").last).to_contain_text("Owen Rees to confirm that the agreed actions")
    box.fill("away")
    box.press("Enter")
    at.page.locator("li.message").last.get_by_role("button", name="Open").click()
    expect(dialog(at)).to_be_visible()
    at.picture_as_is("teams-owen-form")
    flawless(at)
    at.page.keyboard.press("Escape")
    expect(dialog(at)).to_have_count(0)


def test_what_stands_in_calendars_and_mailboxes_is_moved_and_kept_as_in_outlook(at: AtDesk) -> None:
    graph, clock = at.demo.graph, at.demo.machine
    hour = clock.now().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1)
    people = {one.name.split()[0]: one.email for one in at.demo.workspace.personas.values()}
    guests = [Guest(people["Owen"], "Owen Rees")]
    meeting = Appointment(
        "E1",
        people["Hannah"],
        "CH-1005: meeting",
        "",
        hour,
        hour + timedelta(hours=1),
        "Room 2",
        guests,
        "",
        "t",
    )
    graph.appointments.append(meeting)
    goes_to(at, "Owen", "calendar")
    entry = at.page.get_by_role("article").filter(has_text="CH-1005: meeting")
    entry.get_by_role("button", name="Decline").click()
    expect(entry.get_by_role("button", name="Decline")).to_have_attribute("aria-pressed", "true")
    at.page.get_by_role("form", name="Keep a time free").get_by_role("button", name="Keep it").click()
    expect(at.page.get_by_role("article").filter(has_text="Busy")).to_be_visible()
    at.picture_as_is("calendar-owen")
    flawless(at)
    goes_to(at, "Hannah")
    expect(entry).to_contain_text("Owen Rees: Declined")
    entry.get_by_label("New time").fill("2026-11-25T11:30")
    entry.get_by_role("button", name="Move").click()
    expect(at.page.get_by_role("heading", name="Wednesday 25 November 2026")).to_be_visible()
    at.picture_as_is("calendar-hannah")
    flawless(at)
    at.page.locator("#view-mail").click()
    expect(at.page.get_by_role("region", name="Mailbox")).to_be_visible()
    flawless(at)
