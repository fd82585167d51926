"""Each authority of the demo in Chromium, through the steps of its main story; and choosing another authority in the page.

That the program then begins anew is tried where it runs by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.demo import choices
from tests.browser.desk import AtDesk, open_workspace
from tests.browser.test_every_form import LAPTOP, PHONE, fits
from tests.journeys.papers import read

pytestmark = pytest.mark.browser


@contextmanager
def at_desk(page: Page, folder: Path, authority: str) -> Iterator[AtDesk]:
    with open_workspace(folder, authority=authority) as demo:
        yield AtDesk(page, demo)


def until(at: AtDesk, day: str) -> None:
    """Working days pass until this one."""
    for _ in range(10):
        if day in at.page.locator("#clock").inner_text():
            return
        at.move_time("Next working day")
    raise AssertionError(f"{day} did not come.")


def looked_at(at: AtDesk, name: str, *, readme: bool = False) -> None:
    """The open form fits a phone and a laptop, and axe finds nothing serious."""
    for size in (PHONE, LAPTOP):
        at.page.set_viewport_size(size)
        fits(at, size)
    at.accessible()
    at.picture(name, at.form, readme=readme)


def sends(at: AtDesk, words: str) -> None:
    """The form is sent, answered with these words, and closed."""
    at.submit()
    expect(at.form).to_contain_text(words)
    at.close()


def raises(at: AtDesk) -> str:
    """The form that raises a record is sent and closed; the new record's reference."""
    at.submit()
    expect(at.form).to_have_accessible_name(re.compile("is raised$"))
    reference = at.form.get_by_role("heading").first.inner_text().split()[0]
    at.close()
    return reference


def agrees(at: AtDesk, reference: str, question: str) -> None:
    """Agree to a request, and to the question that comes after."""
    at.press("Agree", at.message(reference))
    asked = at.page.get_by_role("dialog", name=question)
    asked.get_by_role("button", name="Yes, I agree").click()
    expect(at.page.locator("dialog[open]")).to_have_count(0)


def test_a_session_opens_is_prepared_held_and_written_up(page: Page, tmp_path: Path) -> None:
    """Newcastle: the list of plans opens a session; a facilitator fills in the six P's and downloads the record."""
    with at_desk(page, tmp_path, "newcastle") as at:
        at.sit_down("Kofi").type("/challenge plans import")
        file = tmp_path / "again.csv"
        file.write_text(choices.file_of("newcastle", "plans.csv"), encoding="utf-8")
        at.form.get_by_label("The list of plans, as a CSV file").set_input_files(file)
        expect(at.form.locator(".files")).to_contain_text("again.csv")
        sends(at, "The list has been taken in.")
        until(at, "Monday 30 November")

        opened = at.sit_down("Frances").message("MB-203410").inner_text()
        reference = re.findall(r"CH-\d+", opened)[0]
        at.sit_down(re.findall(r"Chair\s+(\w+)", opened)[0])  # whose turn it is
        home = at.look_at_home()
        expect(home).to_contain_text("Fill in “Preparation”")
        at.accessible()
        at.picture("newcastle-home", home)
        at.look_at_messages()
        at.press("Set the meeting", at.message(reference))
        at.form.get_by_label("Day").fill("2026-12-01")
        at.form.get_by_label("Time").fill("10:00")
        looked_at(at, "newcastle-meeting")
        sends(at, "The meeting is confirmed for Tuesday 1 December 2026, 10:00.")
        until(at, "Tuesday 1 December")

        at.type(f"/challenge held {reference}")
        expect(at.form).to_have_accessible_name("The meeting was held")
        for box in at.form.get_by_role("checkbox").all():
            box.check()
        at.submit()
        expect(at.form).to_contain_text("“Preparation” has not been filled in by the facilitator and the")
        looked_at(at, "newcastle-held")
        at.form.get_by_label("I know; save it all the same").check()
        sends(at, f"Meeting recorded as held: {reference}")

        at.type(f"/challenge fill {reference} session_record")
        expect(at.form).to_contain_text("Protective factors")
        looked_at(at, "form", readme=True)
        for box in at.form.get_by_role("textbox").all():
            box.fill("Said in the session.")
        at.form.get_by_label("It is placed on the child's record").check()
        sends(at, "filled in “Record of the session”")

        at.type(f"/challenge document {reference}")
        sends(at, "is on its way to you.")
        link = page.get_by_role("link", name=f"Download {reference}")
        with page.expect_download() as started:
            link.last.click()
        started.value.save_as(tmp_path / "session.docx")
        written = read((tmp_path / "session.docx").read_bytes())
        assert "Protective factors" in written
        assert "Said in the session." in written


def test_a_request_becomes_a_meeting_and_is_read_in_welsh(page: Page, tmp_path: Path) -> None:
    """Cwm Taf: a professional asks, their manager agrees by the keyboard alone, the team manager considers whom to invite."""
    with at_desk(page, tmp_path, "cwm-taf") as at:
        at.sit_down("Carys").type("/challenge raise")
        form = at.form
        register = form.get_by_role("group", name="Is the child on the child protection register?")
        register.get_by_role("radio", name="Yes").check()
        form.get_by_label("Team that has the case").select_option(label="Upper valley team")
        form.get_by_label("Senior safeguarding manager").select_option(label="Sioned Hopkin")
        form.get_by_label("Social worker").select_option(label="Osian Price")
        form.get_by_label("Independent reviewing officer").select_option(label="Elin Jenkins")
        form.get_by_label("Case reference").fill("CLG-204999")
        form.get_by_label("Why is the plan not reducing the risk?").fill("Every agreement is broken.")
        looked_at(at, "cwm-taf-raise")
        reference = raises(at)

        at.sit_down("Sioned")
        at.message(reference).get_by_role("button", name=re.compile("^Agree")).focus()
        page.keyboard.press("Enter")
        question = "Do you agree that the plan is not reducing the risk?"
        expect(page.get_by_role("dialog", name=question)).to_be_visible()
        at.accessible()
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") != "Yes, I agree":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(at.message(reference)).to_contain_text("The challenge is now at Tier 1: Professional Review.")

        at.sit_down("Rhian")
        at.press("Set the meeting", at.message(reference))
        form.get_by_label("Day").fill("2026-12-02")
        form.get_by_label("Time").fill("10:00")
        legal = form.get_by_role("group", name="Is the legal representative invited?")
        legal.get_by_role("radio", name="No").check()
        form.get_by_label("Why is the legal representative not invited?").fill("There are no grounds yet.")
        police = form.get_by_role("group", name="Is the police representative invited?")
        police.get_by_role("radio", name="Yes, invite").check()
        looked_at(at, "cwm-taf-meeting")
        sends(at, f"Date confirmed: {reference}")

        at.type("/challenge language")
        at.press("Cymraeg", at.message("You read the procedures in English."))
        expect(at.message("Cadwyd")).to_be_visible()
        at.accessible()
        at.type(f"/challenge outcome {reference}")
        expect(form).to_contain_text("Canlyniad cyfarfod haen 1")
        looked_at(at, "cwm-taf-outcome-welsh")
        at.close()


def test_an_earlier_review_is_endorsed_by_both_and_decided(page: Page, tmp_path: Path) -> None:
    """Calderdale: the chair asks, two endorse it, the chair's perspective comes before the decision."""
    with at_desk(page, tmp_path, "calderdale") as at:
        at.sit_down("Martha").type("/challenge raise")
        form = at.form
        form.get_by_label("Team that has the case").select_option(label="Upper dale team")
        form.get_by_label("Child protection conference chair").select_option(label="Martha Greenwood")
        form.get_by_label("Social worker").select_option(label="Ewan Firth")
        form.get_by_label("Case reference").fill("HW-204999")
        form.get_by_label("On which day did the child's plan begin?").fill("2025-12-01")
        form.get_by_label("What is your judgement, and why now?").fill("The plan has not moved since June.")
        looked_at(at, "calderdale-raise")
        reference = raises(at)
        question = "Do you endorse an earlier case review?"
        at.sit_down("Lionel")
        agrees(at, reference, question)
        answered = at.message(reference, "Thank you: your part of this has been answered.")
        expect(answered).to_contain_text("Next: Salma Yasin to decide on the request.")
        at.sit_down("Salma")
        agrees(at, reference, question)
        waits = at.message(reference, "Decision on a case review", "Before that: Martha Greenwood to fill in")
        expect(waits).to_be_visible()
        at.accessible()

        at.sit_down("Martha").type(f"/challenge fill {reference}")
        expect(form).to_contain_text("What should the meeting discuss?")
        for box in form.get_by_role("textbox").all():
            box.fill("The father takes no part.")
        looked_at(at, "calderdale-perspective")
        sends(at, "Next: Salma Yasin to record the outcome.")
        at.sit_down("Salma").type(f"/challenge outcome {reference}")
        form.get_by_role("radio", name="Yes, a case review meeting is held").check()
        expect(form).to_contain_text("This opens Case review meeting.")
        form.get_by_label("Summary").fill("A meeting will help.")
        looked_at(at, "calderdale-decision")
        at.submit()
        expect(form).to_have_accessible_name("Outcome recorded")
        expect(form).to_contain_text("Next: Salma Yasin to set the date of the meeting.")
        at.close()


def test_low_safety_scores_reach_the_managers_at_once(page: Page, tmp_path: Path) -> None:
    """Birmingham: the chair enters the scores of a conference; most are 0."""
    with at_desk(page, tmp_path, "birmingham") as at:
        at.sit_down("Judith").type("/challenge raise")
        form = at.form
        form.get_by_label("Under which procedure?").select_option(label="Safety scores")
        expect(form).to_contain_text("What are the scores of all who scored?")
        looked_at(at, "birmingham-scores")
        at.close()


def test_the_preparation_of_a_conference_is_written_down(page: Page, tmp_path: Path) -> None:
    """Bradford: what was in place before a conference."""
    with at_desk(page, tmp_path, "bradford") as at:
        at.sit_down("Hannah").type("/challenge raise")
        form = at.form
        form.get_by_label("Under which procedure?").select_option(label="Conference preparation")
        expect(form.get_by_text("Is a child at immediate risk")).to_have_count(0)
        expect(page.locator("#authorities")).to_be_hidden()  # where there is nothing to choose
        looked_at(at, "bradford-preparation-raise")
        at.close()


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
        offered.select_option("Calderdale, at Hebwick")
        button.click()
        expect(page.locator("#moved")).to_have_text("One moment: the workspace begins anew.")
        assert chosen == ["calderdale"]
