"""The main story as people live it, in Chromium, on the demo that a newcomer starts: from raise to resolve, and past a lapse.

What is on the screen at each point is kept in build/screenshots. `PICTURES=1` writes the README's pictures too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.demo.demo import Demo
from tests.browser.desk import AtDesk, open_workspace


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with open_workspace(tmp_path) as found:
        yield found


@pytest.fixture
def at(page: Page, demo: Demo) -> Iterator[AtDesk]:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=demo.address)
    found = AtDesk(page, demo)
    yield found
    no_case_on_a_locked_phone(demo)


def no_case_on_a_locked_phone(demo: Demo) -> None:
    """What a notification shows of any message of the whole story: a kind of message and the challenge's own reference."""
    shown = [message for channel in demo.workspace.channels.values() for message in channel.messages]
    assert len(shown) > 50
    for message in shown:
        assert not re.search(r"WX-?\d", message.text), message.text
        assert len(message.text) < 80, message.text
        for word in ("uncle", "interpreter", "assessment", "school", "core group", "safety plan", "visit"):
            assert word not in message.text.lower(), message.text


def test_hannah_raises_a_challenge_and_priya_answers_until_hannah_resolves_it(at: AtDesk) -> None:
    hannah_raises(at)
    priya_acknowledges(at)
    time_passes_and_priya_is_reminded(at)
    priya_confirms(at)
    hannah_resolves_and_copies_the_text(at)


def hannah_raises(at: AtDesk) -> None:
    at.sit_down("Hannah").type("/challenge raise")
    form = at.form
    expect(form).to_have_accessible_name("Raise a challenge")
    at.picture("form-raise", form)
    at.accessible()

    # Immediate risk asks for what must happen outside this tool first; taken back, nothing else is lost.
    form.get_by_label("Case reference").fill("204999")
    form.get_by_role("radio", name="Yes", exact=True).check()
    expect(form.get_by_text("Do this now, outside this tool")).to_be_visible()
    expect(form.get_by_text("call 999")).to_be_visible()
    expect(form.get_by_label("Why is this stage opened directly?")).to_be_visible()
    at.picture("form-raise-immediate-risk", form)
    form.get_by_role("radio", name="No", exact=True).check()
    expect(form.get_by_text("Do this now, outside this tool")).to_have_count(0)
    expect(form.get_by_label("Case reference")).to_have_value("204999")

    form.get_by_label("Team that has the case").select_option(label="North safeguarding team 1")
    form.get_by_label("Social worker", exact=True).first.select_option(label="Aisha Begum")
    form.get_by_label("Yes, there have been").check()
    talk = form.locator("fieldset").filter(has_text="With whom?")
    talk.last.get_by_label("Social worker").check()
    form.get_by_label("On which day?").fill("2026-11-19")
    form.get_by_label("What came of it?").fill("She will try to see the child alone.")
    at.press("Add another conversation", form)
    expect(form.get_by_text("Conversation 2")).to_be_visible()
    expect(form.get_by_label("What came of it?").first).to_have_value("She will try to see the child alone.")
    talk.last.get_by_label("Team manager").check()
    form.get_by_label("On which day?").last.fill("2026-11-20")
    form.get_by_label("What came of it?").last.fill("No visit could be arranged.")
    form.get_by_label("What concerns you?").fill("The child has not been seen alone since the conference.")
    form.get_by_label("What actions were agreed?").fill(
        "Social worker to see the child alone by 27 November."
    )

    # A mistake is shown at its field, and nothing is lost.
    at.submit()
    wrong = form.locator(".wrong")
    expect(wrong).to_have_count(1)
    expect(wrong).to_contain_text("WX-204815")
    expect(form.get_by_label("Case reference")).to_be_focused()
    expect(form.get_by_label("What came of it?").last).to_have_value("No visit could be arranged.")
    at.picture("form-raise-mistake", form)
    at.picture("raise", readme=True)
    at.accessible()
    form.get_by_label("Case reference").fill("WX-204999")
    form.get_by_label("What concerns you?").fill("The child has not been seen alone. Call 07700 900123.")

    # What identifies somebody is pointed out before anything is saved.
    at.submit()
    expect(form.get_by_text("looks like a phone number").first).to_be_in_viewport()
    expect(form.get_by_text("Not saved yet: “07700 900123” looks like a phone number.")).to_have_count(1)
    expect(form.get_by_label("What actions were agreed?")).to_have_value(
        "Social worker to see the child alone by 27 November."
    )
    at.picture("form-raise-identifying", form)
    form.get_by_label("What concerns you?").fill("The child has not been seen alone since the conference.")
    at.submit()
    expect(form).to_contain_text("CH-1006 is raised")
    expect(form).to_contain_text("Leo Fisher and Priya Nair")
    expect(form).to_contain_text("5 working days from Monday 23 November 2026")
    at.picture("form-raised", form)
    at.close()
    mine = at.message("CH-1006")
    expect(mine).to_contain_text("You raised this challenge. It went to Leo Fisher and Priya Nair.")
    at.picture("message-raised", mine)


def priya_acknowledges(at: AtDesk) -> None:
    expect(at.unread("Aisha")).to_contain_text("2")
    before = int(at.unread("Priya").inner_text().split()[0])
    at.sit_down("Leo")
    expect(at.message("CH-1006")).to_contain_text("Priya Nair is asked too; one answer is enough.")
    at.sit_down("Priya")
    expect(at.unread("Priya")).to_have_count(0)
    assert before > 1
    asked = at.message("CH-1006")
    expect(asked).to_contain_text(
        "By Monday 30 November 2026, 17:00, please acknowledge the concerns and confirm that the agreed actions are completed."
    )
    at.picture("message-asked", asked)
    at.picture("message", readme=True)
    at.accessible()
    at.press("Acknowledge the concerns", asked)
    expect(asked).to_contain_text("Priya Nair acknowledged the concerns on Mon 23 Nov")
    expect(asked).to_contain_text("17:00, please confirm that the agreed actions are completed.")
    expect(asked.get_by_role("button").filter(has_text="Acknowledge the concerns")).to_have_count(0)
    at.picture("message-asked-acknowledged", asked)

    # The same message has changed in place for everybody who holds it.
    at.sit_down("Leo")
    expect(at.message("CH-1006")).to_contain_text("Priya Nair acknowledged the concerns on Mon 23 Nov")
    at.sit_down("Aisha")
    copied = at.message("CH-1006")
    expect(copied).to_contain_text("This is for your information; others are asked to answer.")
    expect(copied).to_contain_text("Priya Nair acknowledged the concerns on Mon 23 Nov")
    at.picture("message-copied", copied)
    at.sit_down("Hannah")
    answered = at.message("CH-1006")
    expect(answered).to_contain_text("Priya Nair acknowledged the concerns on Mon 23 Nov")
    expect(answered).to_contain_text(
        "Next, by Monday 30 November 2026, 17:00: Leo Fisher or Priya Nair to confirm that the agreed actions are completed."
    )
    at.picture("message-answered", answered)


def time_passes_and_priya_is_reminded(at: AtDesk) -> None:
    said = at.move_time("Next working day")
    assert "Tuesday 24 November 2026" in said
    at.sit_down("Priya")
    digest = at.message("Your challenges on Tuesday 24 November 2026")
    expect(digest).to_contain_text("3 things wait for you.")
    expect(digest).to_contain_text("CH-1006 · WX-204999 · Confirm that the agreed actions are completed")
    at.picture("message-digest", digest)
    at.page.set_viewport_size({"width": 1280, "height": 800})
    while "Thursday 26 November 2026" not in at.page.locator("#clock").inner_text():
        at.move_time("To the next reminder")
    reminder = at.message("CH-1006", "2 working days left")
    expect(reminder).to_contain_text(
        "2 working days left, until Monday 30 November 2026, 17:00: please confirm that the agreed actions are completed."
    )
    at.picture("message-reminder", reminder)


def priya_confirms(at: AtDesk) -> None:
    reminder = at.message("CH-1006", "2 working days left")
    at.press("Confirm actions completed", reminder)
    question = at.page.get_by_role("dialog", name="Are they all completed?")
    expect(question).to_contain_text("This is kept on the child's file.")
    at.picture("question-confirm", question)
    question.get_by_role("button", name="Yes, all completed").click()
    done = at.page.locator("li.message").filter(has_text="Thank you: this has been answered.").last
    expect(done).to_contain_text("Next: Hannah Okafor decides whether this resolves it.")
    expect(done.get_by_role("button")).to_have_text(["Open the record"])
    at.picture("message-reminder-answered", done)
    # The digest of the day has taken note of it as well.
    expect(at.message("Your challenges on Thursday 26 November 2026")).not_to_contain_text("CH-1006")


def hannah_resolves_and_copies_the_text(at: AtDesk) -> None:
    at.sit_down("Hannah")
    home = at.look_at_home()
    expect(home).to_contain_text("Answered: decide whether this resolves it")
    at.picture("home", readme=True)
    at.accessible()
    at.look_at_messages()
    answered = at.message(
        "CH-1006", "that the agreed actions are completed", "Next: you decide whether this resolves it."
    )
    at.press("Resolve", answered)
    form = at.form
    expect(form).to_contain_text("CH-1006 · WX-204999 · CP Challenge Stage 1")
    at.picture("form-resolve", form)
    at.submit()
    expect(form.locator(".wrong")).to_have_count(1)
    form.get_by_label("How was it resolved?").fill(
        "The child was seen alone on 25 November and is safe at home."
    )
    at.submit()
    expect(form).to_contain_text("Resolved: CH-1006")
    expect(form).to_contain_text("Nothing more needs to be done.")
    at.picture("form-resolved", form)
    at.close()
    ended = at.message("CH-1006 · CP Challenge Stage 1, resolved")
    expect(ended).to_contain_text("Hannah Okafor resolved the challenge on Thu 26 Nov")
    at.sit_down("Aisha")
    ended = at.message("CH-1006 · CP Challenge Stage 1, resolved")
    expect(ended).to_contain_text("The child was seen alone on 25 November")
    at.picture("message-resolved", ended)

    at.sit_down("Hannah").type("/challenge record CH-1006")
    text = at.message("CH-1006: text for the case system")
    at.picture("message-record-text", text)
    text.get_by_role("button", name="Copy").click()
    expect(text.get_by_role("button", name="Copied")).to_be_visible()
    copied = at.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("CP Challenge Stage 1\nReference: CH-1006\nCase: WX-204999\n")
    assert "Hannah Okafor resolved the challenge on Thursday 26 November 2026" in copied
    assert (
        "Informal conversation: Team manager, Friday 20 November 2026: No visit could be arranged." in copied
    )


def test_no_answer_comes_and_ben_takes_the_challenge_further(at: AtDesk) -> None:
    # CH-1003 has lapsed before the newcomer comes in. Nothing goes further by itself: Ben is told, and decides.
    at.sit_down("Ben")
    lapsed = at.message("There was no full answer by Wednesday 18 November 2026")
    expect(lapsed).to_contain_text("You decide what happens next: take it further, resolve it or wait.")
    at.picture("message-lapsed", lapsed)
    home = at.look_at_home()
    expect(home).to_contain_text("the answer was due Wed 18 Nov")
    at.picture("home-ben")
    at.look_at_messages()
    at.press("Take it further", at.message("There was no full answer"))
    form = at.form
    expect(form).to_contain_text("CH-1003 · WX-204377 · CP Challenge Stage 1")
    expect(form).to_contain_text("This opens CP Challenge Stage 2.")
    form.get_by_label("What is unresolved?").fill("The child has still not been seen alone.")
    at.picture("form-escalate", form)
    at.accessible()
    at.submit()
    expect(form).to_contain_text("CH-1003: CP Challenge Stage 2 is open")
    expect(form).to_contain_text("Gareth Lyle")
    at.picture("form-escalated", form)
    at.close()
    past = at.message("This message was about CP Challenge Stage 1")
    expect(past.get_by_role("button")).to_have_text(["Open the record"])
    at.picture("message-past", past)

    at.sit_down("Miriam")
    chair = at.message("CH-1003")
    expect(chair).to_contain_text("You chair the meeting of this stage.")
    expect(chair).to_contain_text(
        "Next, by Monday 30 November 2026, 17:00: Gareth Lyle to confirm the date of the meeting."
    )
    at.picture("message-chair", chair)

    at.sit_down("Gareth")
    asked = at.message("CH-1003")
    expect(asked).to_contain_text(
        "By Monday 30 November 2026, 17:00, please confirm the date of the meeting."
    )
    at.picture("message-asked-for-a-date", asked)
    at.press("Set the meeting", asked)
    form.get_by_label("Day").fill("2026-11-29")
    form.get_by_label("Time").fill("10:30")
    form.get_by_label("Place").fill("Room 4")
    expect(form).to_contain_text("Chair: Miriam Stone.")
    at.submit()
    expect(form.locator(".wrong")).to_contain_text("Sunday")
    expect(form.get_by_label("Place")).to_have_value("Room 4")
    at.picture("form-schedule", form)
    at.accessible()
    form.get_by_label("Day").fill("2026-11-26")
    at.submit()
    expect(form).to_contain_text("Date confirmed: CH-1003")
    at.close()
    expect(at.message("CH-1003")).to_contain_text("Confirmed for Thursday 26 November 2026, 10:30, Room 4")
    at.sit_down("Ben")
    told = at.message(
        "Gareth Lyle confirmed the date of the meeting on Mon 23 Nov",
        "Thursday 26 November 2026, 10:30, Room 4",
    )
    expect(told).to_contain_text("to record its outcome afterwards")
    at.picture("message-date-confirmed", told)

    # On the working day after the meeting its outcome is asked for.
    while "Friday 27 November 2026" not in at.page.locator("#clock").inner_text():
        at.move_time("Next working day")
    at.sit_down("Miriam")
    due = at.message("Please record its outcome, or that it did not take place.")
    at.picture("message-outcome-due", due)
    at.press("Record the outcome", due)
    form.get_by_label("No resolution was reached").check()
    form.get_by_label("Summary").fill("A joint visit was offered; no day could be agreed.")
    expect(form.get_by_label("On which day was it?")).to_have_value("2026-11-26")
    at.picture("form-outcome", form)
    at.submit()
    expect(form).to_contain_text("Outcome recorded: CH-1003")
    at.close()
    at.sit_down("Ben")
    outcome = at.message("Miriam Stone recorded the outcome on Fri 27 Nov", "no resolution was reached")
    expect(outcome).to_contain_text("Next: you decide whether to take it further.")
    at.picture("message-outcome", outcome)
    at.choose_more("Open the record", outcome)
    record = at.message("What has happened")
    expect(record).to_contain_text(
        "Ben Marsden took the challenge to CP Challenge Stage 2 on Monday 23 November 2026"
    )
    at.picture("message-record", record)


def test_a_manager_acknowledges_with_the_keyboard_alone(at: AtDesk, page: Page) -> None:
    at.sit_down("Owen")
    asked = at.message("CH-1005 · CP Challenge Stage 1")
    page.get_by_label("Command").focus()
    button = asked.get_by_role("button", name="Acknowledge the concerns")
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if button.evaluate("node => node === document.activeElement"):
            break
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(asked).to_contain_text("Owen Rees acknowledged the concerns on Mon 23 Nov")

    # With a comment, from the command line, by keys alone.
    page.get_by_label("Command").focus()
    page.keyboard.type("/challenge confirm CH-1005")
    page.keyboard.press("Enter")
    expect(at.form.get_by_label("Comment")).to_be_focused()
    page.keyboard.type("An interpreter is booked for every meeting until June.")
    page.keyboard.press("Control+Enter")
    expect(at.form).to_contain_text("Actions confirmed: CH-1005")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(asked).to_contain_text("Thank you: this has been answered.")
    expect(asked).to_contain_text("An interpreter is booked for every meeting until June.")


def test_a_button_in_the_digest_is_answered_in_words_and_leaves_the_digest(at: AtDesk) -> None:
    at.sit_down("Leo")
    digest = at.message("Your challenges on Monday 23 November 2026")
    expect(digest).to_contain_text("CH-1003 · WX-204377 · Acknowledge the concerns and confirm")
    at.press("Acknowledge the concerns", digest)
    said = at.message("Only visible to you", "Acknowledged: CH-1003")
    expect(said).to_contain_text("Leo Fisher acknowledged the concerns on Mon 23 Nov")
    at.picture("answer-acknowledged-in-digest", said)
    expect(digest).to_contain_text("CH-1003 · WX-204377 · Confirm that the agreed actions are completed")
    expect(digest.get_by_role("button").filter(has_text="Acknowledge the concerns")).to_have_count(0)
