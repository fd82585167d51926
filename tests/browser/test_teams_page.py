"""The Teams side of the embedded workspace's page in a real Chromium, with a tiny app on the real SDK behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from procedures.clock import SetClock
from tests.playground.conftest import MONDAY
from tests.playground.teams_shed import BEN_ID, TeamsShed, open_teams_shed

pytestmark = pytest.mark.browser
PICTURES = Path(__file__).parents[2] / "build" / "pictures" / "playground"


@pytest.fixture
def shed() -> Iterator[TeamsShed]:
    with open_teams_shed(SetClock(MONDAY)) as found:
        yield found


@pytest.fixture
def at(page: Page, shed: TeamsShed) -> Iterator[Page]:
    """The page in Ada's Teams; the test fails if it logs an error or asks for anything from elsewhere."""
    complaints: list[str] = []
    address = str(shed.http.base_url).rstrip("/")
    page.set_viewport_size({"width": 1280, "height": 860})
    page.emulate_media(reduced_motion="reduce")
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("request", lambda one: None if one.url.startswith(address) else complaints.append(one.url))
    page.goto(address)
    expect(page.get_by_label("Command")).to_be_visible()
    page.get_by_role("link", name="Teams", exact=True).click()
    expect(page.get_by_label("Message", exact=True)).to_be_visible()
    yield page
    assert complaints == []


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


def accessible(page: Page) -> None:
    """axe finds nothing here, however small."""
    found = Axe().run(page).response
    assert len(found["passes"]) > 10
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]] == []


def write(page: Page, text: str) -> None:
    page.get_by_label("Message", exact=True).fill(text)
    page.get_by_label("Message", exact=True).press("Enter")


def last(page: Page) -> Locator:
    return page.locator("li.message").last


def test_a_card_is_shown_and_its_dialog_filled_in_with_the_keyboard(at: Page, shed: TeamsShed) -> None:
    write(at, "card")
    expect(last(at).get_by_role("button", name="Ask for a tool")).to_be_visible()
    expect(last(at).locator("strong").filter(has_text="saw")).to_be_visible()
    picture(at, "teams-card")
    accessible(at)
    last(at).get_by_role("button", name="Ask for a tool").press("Enter")
    dialog = at.get_by_role("dialog")
    expect(dialog).to_have_accessible_name("Ask for a tool")
    expect(dialog.get_by_label("Which tool?")).to_be_focused()
    picture(at, "teams-dialog")
    accessible(at)
    dialog.get_by_role("button", name="Send").press("Enter")
    expect(dialog.get_by_text("Name a tool.")).to_be_visible()
    accessible(at)
    dialog.get_by_label("Which tool?").fill("axe")
    dialog.get_by_label("When?").fill("2026-11-27")
    dialog.get_by_role("radio", name="Large").check()
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_text("No axes, please.")).to_be_visible()
    assert shed.tiny.heard[-1]["value"]["data"] == {
        "form": "tool",
        "tool": "axe",
        "when": "2026-11-27",
        "size": "l",
    }
    at.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(last(at)).to_be_focused()


def test_a_button_changes_its_message_in_place_and_what_comes_is_unread(at: Page, shed: TeamsShed) -> None:
    write(at, "card")
    last(at).get_by_role("button", name="Lend").click()
    expect(last(at).get_by_text("Lent by Ada")).to_be_visible()
    expect(at.locator("li.message")).to_have_count(2)
    shed.tiny.greets(BEN_ID, shed.tenant.id)
    expect(at.locator("#persona-U0BEN .badge")).to_have_count(0)
    at.locator("#persona-U0BEN").click()
    expect(at.locator("#app-teams .badge")).to_have_text("1 unread")
    at.get_by_role("link", name="Teams 1 unread").click()
    expect(last(at)).to_contain_text("A saw is wanted.")
    expect(at.locator("#app-teams")).to_have_attribute("aria-current", "true")
    at.reload()
    expect(last(at)).to_contain_text("A saw is wanted.")
    at.locator("#persona-U0ADA").click()
    expect(at.locator("#subheading")).to_contain_text("You are Ada")
    expect(at.locator("#app-teams")).to_have_attribute("aria-current", "true")
    at.get_by_role("link", name="Slack", exact=True).click()
    expect(at.get_by_label("Command")).to_be_visible()


def test_commands_are_offered_behind_the_slash_and_the_extension_on_a_message(
    at: Page, shed: TeamsShed
) -> None:
    at.get_by_label("Message", exact=True).press_sequentially("/")
    expect(at.get_by_role("option")).to_have_text(["/cardShow a card"])
    at.keyboard.press("ArrowDown")
    at.keyboard.press("Enter")
    at.keyboard.press("Enter")
    expect(last(at).get_by_role("button", name="Lend")).to_be_visible()
    last(at).get_by_role("button", name="More actions").click()
    at.get_by_role("menuitem", name="Ask for a tool").click()
    expect(at.get_by_role("dialog").get_by_text("From a message")).to_be_visible()
    at.get_by_role("dialog").get_by_role("button", name="Close").click()
    at.get_by_label("Send a file").set_input_files(
        {"name": "plan.csv", "mimeType": "text/csv", "buffer": b"a,b"}
    )
    expect(at.get_by_role("link", name="Download plan.csv")).to_be_visible()
    assert shed.tiny.heard[-1]["attachments"][0]["name"] == "plan.csv"
    at.get_by_role("link", name="Workshop", exact=True).click()
    write(at, "@Tool shed hello")
    expect(last(at)).to_contain_text("You said 'hello'")
    picture(at, "teams-channel")
    accessible(at)
