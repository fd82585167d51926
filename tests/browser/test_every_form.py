"""Every form, every answer to a command and everybody's Home in Chromium: looked at, checked for access, and seen to fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from bot.demo.demo import Demo
from tests.browser.desk import AtDesk, open_workspace

PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One workspace for all: nothing here changes a challenge."""
    with open_workspace(tmp_path_factory.mktemp("workspace")) as found:
        yield found


@pytest.fixture
def at(page: Page, demo: Demo) -> AtDesk:
    return AtDesk(page, demo)


FORMS = [
    ("Hannah", "/challenge raise", "Raise a challenge", "Case reference"),
    (
        "Hannah",
        "/challenge escalate CH-1004",
        "Take it further",
        "CH-1004 · WX-204815 · CP Challenge Stage 1",
    ),
    ("Hannah", "/challenge resolve CH-1004", "Resolve", "CH-1004 · WX-204815"),
    ("Hannah", "/challenge withdraw CH-1004", "Withdraw", "CH-1004 · WX-204815"),
    ("Hannah", "/challenge note CH-1004", "Add a note", "This is kept on the child's file."),
    ("Hannah", "/challenge reassign CH-1004", "Pass a part on", "Which part?"),
    ("Hannah", "/challenge schedule CH-1002", "The meeting", "Gareth Lyle is asked to confirm it."),
    ("Hannah", "/challenge outcome CH-1002", "The outcome", "Outcome of the stage 2 meeting"),
    ("Hannah", "/challenge show", "Challenge", "Which challenge?"),
    ("Priya", "/challenge acknowledge CH-1003", "Acknowledge", "The agreed actions are completed"),
    ("Priya", "/challenge confirm CH-1003", "Confirm the actions", "CH-1003 · WX-204377"),
    ("Priya", "/challenge away", "Being away", "Who covers?"),
    ("Priya", "/challenge due", "Work out a due date", "That day itself never counts."),
    ("Gareth", "/challenge schedule", "The meeting", "the meeting itself may be later."),
]


def test_every_form_opens_from_its_command_says_what_it_is_about_and_fits(at: AtDesk) -> None:
    for who, line, title, words in FORMS:
        if at.who != who:
            at.sit_down(who)
        at.type(line)
        expect(at.form).to_have_accessible_name(title)
        expect(at.form).to_contain_text(words)
        for name, size in (("phone", PHONE), ("laptop", LAPTOP)):
            at.page.set_viewport_size(size)
            fits(at, size)
            if name == "phone" and "raise" in line:
                at.picture_as_is(f"form-{name}-raise")
        at.picture(f"form-{line.removeprefix('/challenge ').replace(' ', '-')}-{who.lower()}", at.form)
        if title not in (
            "Resolve",
            "Withdraw",
            "Confirm the actions",
            "Challenge",
        ):  # each a part of another form
            at.accessible()
        at.close()


def fits(at: AtDesk, size: ViewportSize) -> None:
    """The whole form stands on the screen, its buttons in reach; its middle part scrolls if it must, and never sideways."""
    box = at.form.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size["width"] + 0.5
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= size["height"] + 0.5
    expect(at.form.locator("button[type=submit]")).to_be_in_viewport(ratio=1)
    assert at.form.locator(".dialog-body").evaluate("node => node.scrollWidth <= node.clientWidth")


ANSWERS = [
    ("Hannah", "/challenge", "What you can do"),
    ("Hannah", "/challenge rais", "Did you mean /challenge raise?"),
    ("Hannah", "/challenge list", "My open challenges"),
    ("Hannah", "/challenge list unit", "Only managers see the list of a whole unit."),
    ("Hannah", "/challenge show CH-1001", "What has happened"),
    ("Hannah", "/challenge show 99", "CH-99 is not a challenge that you have a part in."),
    (
        "Hannah",
        "/challenge resolve CH-1001",
        "this challenge was resolved by Hannah Okafor on Fri 6 Nov, 16:10",
    ),
    ("Hannah", "/challenge acknowledge CH-1002", "There is nothing to acknowledge at this stage."),
    ("Hannah", "/challenge record CH-1002", "Copy each text into the case system"),
    ("Hannah", "/challenge due 2026-12-18 5", "Due Wednesday 30 December 2026"),
    ("Hannah", "/challenge due 18/12/2026 5", "Did you mean 2026-12-18?"),
    ("Aisha", "/challenge raise", "can raise a challenge here."),
    ("Priya", "/challenge list overdue", "Overdue since Wednesday 18 November 2026"),
    ("Priya", "/challenge list unit", "My unit's open challenges"),
    ("Priya", "/challenge digest", "2 things wait for you."),
    (
        "Aisha",
        "/challenge acknowledge CH-1004",
        "Only the team manager can do this: Leo Fisher or Priya Nair.",
    ),
    ("Aisha", "/challenge problems", "Only an administrator sees this list."),
    ("Nadia", "/challenge problems", "Nothing needs an administrator now."),
]


def test_every_command_is_answered_in_words_to_the_person_alone(at: AtDesk) -> None:
    for number, (who, line, words) in enumerate(ANSWERS):
        if at.who != who:
            at.sit_down(who)
        at.type(line)
        answer = at.message("Only visible to you", words)
        expect(answer).to_be_visible()
        at.picture(f"answer-{number:02}-{line.removeprefix('/').replace(' ', '-').replace('/', '.')}", answer)
    at.accessible()


def test_everybody_has_a_home_with_what_they_must_do(at: AtDesk) -> None:
    expected = {
        "Hannah": ["Nothing waits for you now.", "What you raised", "Due Monday 23 November 2026"],
        "Ben": ["No full answer in time: decide whether to take it further", "the answer was due Wed 18 Nov"],
        "Priya": ["Overdue (1)", "CH-1003 · WX-204377 · Acknowledge the concerns and confirm", "Today (1)"],
        "Gareth": ["CH-1002 · WX-204102 · Confirm the date of the meeting", "What else is due in your teams"],
        "Aisha": ["Nothing waits for you now."],
        "Ruth": ["What is due in your teams", "CH-1005 · WX-205020 · CP Challenge Stage 1"],
        "Nadia": ["Nothing waits for you now."],
    }
    for who, words in expected.items():
        at.sit_down(who)
        home = at.look_at_home()
        for each in words:
            expect(home).to_contain_text(each)
        at.picture(f"home-{who.lower()}")
        if who in ("Hannah", "Priya", "Ruth"):
            at.accessible()
    assert set(expected) < set(at.ids)


@pytest.mark.parametrize(
    ("who", "label", "shown"),
    [
        ("Hannah", "Overdue challenges", "Nothing is overdue."),
        ("Hannah", "My digest now", "Nothing waits for you now."),
        ("Hannah", "Work out a due date", "From which day?"),
        ("Ruth", "My unit's challenges", "My unit's open challenges"),
        ("Nadia", "What needs an administrator", "Nothing needs an administrator now."),
    ],
)
def test_what_is_looked_for_now_and_then_stands_in_the_menu_of_home(
    at: AtDesk, who: str, label: str, shown: str
) -> None:
    home = at.sit_down(who).look_at_home()
    at.choose_more(label, home)
    expect(at.form).to_contain_text(shown)
    at.picture(f"home-menu-{label.lower().replace(' ', '-')}", at.form)
    at.close()


def test_a_second_opinion_is_asked_for_and_given_before_anything_is_recorded(
    page: Page, tmp_path: Path
) -> None:
    with open_workspace(tmp_path) as demo:
        at = AtDesk(page, demo).sit_down("Hannah")
        at.type("/challenge raise WX-204999")
        form = at.form
        form.get_by_label("Team that has the case").select_option(label="South safeguarding team")
        expect(form.get_by_text("Nina Walsh")).to_be_visible()  # the form has been redrawn for the team
        at.press("Ask for a second opinion", form)
        expect(form.get_by_text("first write what concerns you")).to_be_in_viewport()
        form.get_by_label("What concerns you?").fill("The core group has not met for two months.")
        at.press("Ask for a second opinion", form)
        expect(form.get_by_text("Miriam Stone has been asked.")).to_be_in_viewport()
        expect(form.get_by_label("What concerns you?")).to_have_value(
            "The core group has not met for two months."
        )
        at.picture("form-raise-opinion-asked", form)
        at.close()
        at.sit_down("Miriam")
        asked = at.message("Hannah Okafor asks for your second opinion.")
        at.picture("message-opinion-asked", asked)
        at.press("Give your opinion", asked)
        expect(form).to_have_accessible_name("Second opinion")
        form.get_by_label("Your opinion").fill("Speak to the team manager once more, then raise it.")
        at.picture("form-opinion", form)
        at.accessible()
        at.submit()
        expect(form).to_contain_text("Hannah Okafor gets your opinion.")
        at.close()
        given = at.message("Miriam Stone gave Hannah Okafor a second opinion on Mon 23 Nov")
        expect(given.get_by_role("button")).to_have_count(0)
        at.sit_down("Hannah")
        answer = at.message("Miriam Stone has given a second opinion.")
        expect(answer).to_contain_text("nothing was recorded")
        at.picture("message-opinion-answered", answer)
        at.press("Go on with the challenge", answer)
        expect(form.get_by_label("Case reference")).to_have_value("WX-204999")
        expect(form.get_by_label("What concerns you?")).to_have_value(
            "The core group has not met for two months."
        )
        at.close()
