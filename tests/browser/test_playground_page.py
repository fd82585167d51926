"""The embedded workspace's page in a real Chromium, with a tiny bolt app behind it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from procedures.clock import SetClock
from tests.playground.conftest import MONDAY, Shed, open_shed
from tests.playground.tiny import card

pytestmark = pytest.mark.browser
PICTURES = Path(__file__).parents[2] / "build" / "pictures" / "playground"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def shed() -> Iterator[Shed]:
    with open_shed(SetClock(MONDAY)) as found:
        yield found


@contextmanager
def opened(browser: Browser, shed: Shed) -> Iterator[tuple[Page, list[str]]]:
    """The page as a newcomer sees it, and what it complains of: errors, and requests to anywhere else."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-GB")
    context.set_default_timeout(8000)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=shed.address)
    page, complaints = context.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("request", lambda one: None if one.url.startswith(shed.address) else complaints.append(one.url))
    page.goto(shed.address)
    expect(page.get_by_role("link", name="Ada Okafor")).to_be_visible()
    yield page, complaints
    context.close()


@pytest.fixture
def page(browser: Browser, shed: Shed) -> Iterator[Page]:
    """The page; the test fails if it logs an error or asks for anything from elsewhere."""
    with opened(browser, shed) as (found, complaints):
        yield found
    assert complaints == []


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


def accessible(page: Page) -> None:
    """axe finds nothing serious here."""
    found = Axe().run(page).response
    assert len(found["passes"]) > 10
    serious = [
        (one["id"], [node["target"] for node in one["nodes"]])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []


def type_command(page: Page, line: str) -> None:
    page.get_by_label("Command").fill(line)
    page.get_by_label("Command").press("Enter")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.id")
    return found


def test_a_newcomer_is_shown_where_to_start(page: Page, shed: Shed) -> None:
    start = page.get_by_role("region", name="Start here")
    expect(start.get_by_role("listitem")).to_have_count(2)
    picture(page, "start")
    accessible(page)
    start.get_by_role("button", name="Type /tool ask").click()
    expect(page.get_by_label("Command")).to_have_value("/tool ask")
    expect(page.get_by_label("Command")).to_be_focused()
    start.get_by_role("button", name="Close").click()
    expect(start).to_be_hidden()
    page.reload()
    expect(page.get_by_role("link", name="Ada Okafor")).to_be_visible()
    expect(start).to_be_hidden()
    page.get_by_role("button", name="Start here").click()
    expect(start).to_be_visible()


def test_a_form_is_filled_in_refused_at_its_field_changed_by_a_choice_and_sent(
    page: Page, shed: Shed
) -> None:
    type_command(page, "/tool ask")
    form = dialog(page)
    expect(form).to_have_accessible_name("Ask for a tool")
    expect(form.get_by_label("Which tool?")).to_be_focused()
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_text("Please complete this required field.")).to_have_count(2)
    expect(form.get_by_label("Which tool?")).to_be_focused()
    expect(form.get_by_label("Which tool?")).to_have_attribute("aria-invalid", "true")
    picture(page, "errors")
    accessible(page)
    form.get_by_label("Which tool?").fill("hammer")
    form.get_by_label("Why").fill("x" * 185)
    expect(form.get_by_text("15 characters left")).to_be_visible()
    form.get_by_label("Needed on").fill("2026-12-01")
    form.get_by_label("Size").select_option(label="Large")
    expect(form.get_by_label("How far must it reach?")).to_be_visible()
    expect(form.get_by_label("Which tool?")).to_have_value("hammer")
    form.get_by_label("How far must it reach?").fill("3")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_text("All hammers are out.")).to_be_visible()
    expect(form.get_by_label("Needed on")).to_have_value("2026-12-01")
    form.get_by_label("Which tool?").fill("ladder")
    expect(form.get_by_text("All hammers are out.")).to_be_hidden()
    form.get_by_role("button", name="Send").click()
    expect(form).to_be_hidden()
    expect(page.get_by_role("heading", name="Wanted: ladder")).to_be_visible()
    values = shed.heard("view_submission")[-1]["view"]["state"]["values"]
    assert values["when"]["value"]["selected_date"] == "2026-12-01"
    assert values["reach"]["value"]["value"] == "3"


def test_a_button_updates_the_message_in_place_for_whoever_looks(page: Page, shed: Shed) -> None:
    channel = shed.api("conversations.list")["channels"][0]["id"]
    shed.api("chat.postMessage", channel=channel, text="Wanted: saw", blocks=card("saw", "Waiting"))
    page.get_by_role("link", name="# workshop").click()
    other = page.context.new_page()
    other.goto(f"{shed.address}/#persona=U0BEN&view={channel}")
    expect(other.get_by_role("button", name="Lend")).to_be_visible()
    page.get_by_role("button", name="Lend").click()
    for one in (page, other):
        expect(one.get_by_text("Lent by @Ada Okafor")).to_be_visible()
        expect(one.get_by_role("button", name="Lend")).to_have_count(0)
    expect(page.get_by_text("(edited)")).to_be_visible()
    picture(page, "updated")


def test_unread_counts_come_and_go_by_themselves(page: Page, shed: Shed) -> None:
    shed.api("chat.postMessage", channel="U0BEN", text="For Ben")
    ben = page.get_by_role("link", name="Ben Hughes")
    expect(ben).to_contain_text("1 unread")
    ben.click()
    expect(page.get_by_text("For Ben", exact=True)).to_be_visible()
    expect(ben).not_to_contain_text("unread")
    expect(page).to_have_url(re.compile("persona=U0BEN"))


def test_what_only_you_see_says_so_and_a_failed_command_is_told(page: Page, shed: Shed) -> None:
    type_command(page, "/tool hello")
    expect(page.locator(".message .only")).to_have_text(["Only visible to you"])
    type_command(page, "/tool wrong")
    expect(page.locator(".failure").get_by_text("must be less than 151 characters")).to_be_visible()
    type_command(page, "hello")
    expect(page.get_by_role("alert").filter(has_text="Commands begin with a slash")).to_be_visible()
    expect(page.get_by_label("Command")).to_have_value("hello")


def test_home_is_filled_when_it_is_opened(page: Page, shed: Shed) -> None:
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="Your tools")).to_be_visible()
    page.get_by_role("link", name="Ben Hughes").click()
    expect(page.get_by_text("Hello @Ben Hughes.")).to_be_visible()
    picture(page, "home")
    accessible(page)


def test_time_is_moved_and_the_sentence_is_announced(page: Page, shed: Shed) -> None:
    page.get_by_role("button", name="Next working day").click()
    expect(
        page.get_by_role("status").filter(has_text="It is now Tuesday 24 November 2026, 10:04.")
    ).to_be_visible()
    expect(page.locator("#clock")).to_have_text("Tuesday 24 November 2026, 10:04")


def test_everything_is_shown_as_it_is_meant(page: Page, shed: Shed) -> None:
    type_command(page, "/tool everything")
    form = dialog(page)
    expect(form.get_by_role("group", name="radio buttons")).to_be_visible()
    expect(form.get_by_label(re.compile("^timepicker"))).to_have_value("23:59")
    expect(form.get_by_label("datetimepicker")).to_have_value("2026-11-23T10:04")
    picture(page, "every-input")
    accessible(page)
    form.get_by_role("button", name="Send").click()
    expect(form).to_be_hidden()
    sent = shed.heard("view_submission")[-1]["view"]["state"]["values"]
    assert sent["datetimepicker"]["act"]["selected_date_time"] == 1_795_428_240
    message = page.locator(".message").last
    expect(message.locator("strong", has_text=re.compile("^bold$")).last).to_be_visible()
    expect(message.locator("em")).to_have_text("slanted")
    expect(message.locator("s")).to_have_text("gone")
    expect(message.get_by_role("link", name="link")).to_have_attribute("href", "https://example.org/")
    expect(message.get_by_text("<b> & on.")).to_be_visible()
    expect(message.get_by_text("Due Monday 23 November 2026 at 10:04")).to_be_visible()
    expect(message.locator("ul.points li")).to_have_text(["point", "first", "second"])
    message.get_by_role("button", name="Copy").click()
    expect(message.get_by_role("button", name="Copied")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_have_count(1)
    assert page.evaluate("navigator.clipboard.readText()") == "as is"
    picture(page, "every-block")
    accessible(page)


def test_a_menu_asks_before_it_acts_and_gives_the_focus_back(page: Page, shed: Shed) -> None:
    type_command(page, "/tool everything")
    dialog(page).get_by_role("button", name="Send").click()
    expect(page.get_by_label("Command")).to_be_focused()
    opener = page.get_by_role("button", name="More actions").last
    opener.focus()
    for key in ("Enter", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog", name="Sure?")).to_be_visible()
    accessible(page)
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    before = len(shed.heard("block_actions"))
    for key in ("Enter", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Yes").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).not_to_have_attribute("aria-busy", "true")
    assert len(shed.heard("block_actions")) == before + 1
    assert shed.heard("block_actions")[-1]["actions"][0]["selected_option"]["value"] == "value-1"


def test_the_whole_story_by_keyboard_alone(page: Page, shed: Shed) -> None:
    press = page.keyboard.press
    press("Tab")
    expect(page.get_by_role("link", name="Skip to the messages")).to_be_focused()
    press("Enter")
    assert focused(page) == "main"
    page.get_by_label("Command").focus()
    page.keyboard.type("/to")
    expect(page.get_by_role("option")).to_have_count(3)
    press("ArrowDown")
    expect(page.get_by_role("option", name="/tool ask")).to_have_attribute("aria-selected", "true")
    accessible(page)
    press("Enter")
    expect(page.get_by_label("Command")).to_have_value("/tool ask ")
    press("Enter")
    form = dialog(page)
    expect(form.get_by_label("Which tool?")).to_be_focused()
    page.keyboard.type("saw")
    press("Tab")
    press("ArrowDown")
    expect(form.get_by_label("Size")).to_have_value("small")
    for _ in range(12):
        press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    form.get_by_label("Which tool?").focus()
    press("Enter")
    expect(form).to_be_hidden()
    expect(page.get_by_label("Command")).to_be_focused()
    expect(page.get_by_role("heading", name="Wanted: saw")).to_be_visible()
    page.keyboard.type("/tool ask")
    press("Enter")
    expect(form).to_be_visible()
    press("Escape")
    expect(form).to_be_hidden()
    expect(page.get_by_label("Command")).to_be_focused()
    for _ in range(30):
        press("Shift+Tab")
        if page.evaluate("document.activeElement.textContent") == "Lend":
            break
    press("Enter")
    expect(page.get_by_text("Lent by @Ada Okafor")).to_be_visible()


def test_what_is_being_typed_survives_news_from_elsewhere(page: Page, shed: Shed) -> None:
    type_command(page, "/tool ask")
    box = dialog(page).get_by_label("Which tool?")
    expect(box).to_be_focused()
    for number, letter in enumerate("wheelbarrow"):
        page.keyboard.type(letter)
        if number % 4 == 0:
            shed.clock.advance(timedelta(seconds=1))
            shed.api("chat.postMessage", channel="U0ADA", text=f"News {number}")
    expect(box).to_have_value("wheelbarrow")
    expect(box).to_be_focused()


@pytest.mark.parametrize(("width", "height"), [(320, 640), (640, 430)], ids=["320 wide", "at 200 per cent"])
def test_a_small_window_shows_everything_without_sideways_scrolling(
    page: Page, shed: Shed, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.get_by_role("button", name="Close").click()
    type_command(page, "/tool everything")
    expect(dialog(page)).to_be_visible()
    picture(page, f"dialog-{width}")
    accessible(page)
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    picture(page, f"messages-{width}")
    accessible(page)
    toggle = page.get_by_role("button", name="Ada Okafor · Tool shed")
    expect(page.get_by_role("link", name="Ben Hughes")).to_be_hidden()
    toggle.click()
    page.get_by_role("link", name="Ben Hughes").click()
    expect(page.get_by_role("main").get_by_text("You are Ben Hughes, Gardener.")).to_be_visible()
    expect(page.get_by_role("link", name="Ben Hughes")).to_be_hidden()


def test_marks_in_a_message_never_become_a_script(page: Page, shed: Shed) -> None:
    text = (
        "<img src=x onerror=alert(1)> <javascript:alert(1)|click> &lt;script&gt;alert(1)&lt;/script&gt; *<b>*"
    )
    shed.api("chat.postMessage", channel="U0ADA", text=text)
    message = page.locator(".message").last
    expect(message).to_contain_text("<script>alert(1)</script>")
    expect(message.locator("script, img, a, b")).to_have_count(0)


def test_the_page_says_when_the_workspace_is_gone(browser: Browser, shed: Shed) -> None:
    with opened(browser, shed) as (page, _):
        page.context.set_offline(True)
        type_command(page, "/tool hello")
        expect(page.get_by_role("alert").filter(has_text="Is it still running?")).to_be_visible()
        expect(page.get_by_label("Command")).to_have_value("/tool hello")
