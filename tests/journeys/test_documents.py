"""Documents on their way to whoever asked: as a Word file, once, to nobody else, with the case reference and without names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys import whole
from tests.journeys.challenges import ACTIONS, CONCERN, raised
from tests.journeys.driver import Council, running
from tests.journeys.papers import headings, read
from tests.journeys.platforms import slack_s_own

ON_ITS_WAY = "is on its way to you"
SLACK_S_FAULTS = slack_s_own(
    "the faults of Slack's API for files; in Teams a file is offered, and put where its reader says"
)


def asks_for_the_record(council: Council, challenge: str) -> None:
    """Hannah opens the record, presses Documents and takes the first there is."""
    hannah = council.hannah
    hannah.types(f"/challenge show {challenge}")
    hannah.presses("Documents", challenge)
    assert ON_ITS_WAY in hannah.fills({"Which document?": "Record of the challenge"})
    hannah.closes()


def test_the_record_as_a_word_file(council: Council) -> None:
    challenge = raised(council)
    council.owen.presses("Acknowledge the concerns", challenge)
    asks_for_the_record(council, challenge)
    hannah = council.hannah
    assert hannah.files == [f"{challenge}-record.docx"]
    file = hannah.downloads(f"{challenge}-record.docx")
    assert headings(file) == ["Record of the challenge", "Concern", "Agreed actions", "The stage", "Notes"]
    words = read(file)
    assert CONCERN in words
    assert ACTIONS in words
    assert "Case reference:\tWX-204815" in words
    assert "Raised by:\tChild protection coordinator" in words
    assert "Due:\tMonday 30 November 2026" in words
    assert f"Case reference WX-204815 · {challenge}" in words, "On every page."
    for person in council.everybody:
        assert person.name not in "\n".join(words), "Roles, never names."


def test_an_agenda_belongs_to_the_stages_that_have_a_meeting(council: Council) -> None:
    hannah = council.hannah
    challenge = raised(council)
    answer = hannah.types(f"/challenge document {challenge} agenda")
    assert f'{challenge} has no document "agenda" for you. There are: "record".' in answer
    council.owen.presses("Acknowledge the concerns", challenge)
    hannah.presses("Take it further", challenge)
    hannah.fills({"What is unresolved?": "The core group has still not met."})
    hannah.closes()
    council.farah.presses("Set the meeting", challenge)
    council.farah.fills({"Day": "Monday 2026-11-30", "Time": "14:30", "Place": "Room 4"})
    council.farah.closes()
    assert ON_ITS_WAY in hannah.types(f"/challenge document {challenge} agenda")
    words = read(hannah.downloads(f"{challenge}-agenda.docx"))
    assert "Meeting:\tconfirmed for Monday 30 November 2026, 14:30, Room 4" in words
    assert "Chair:\tCPC team manager" in words
    at = words.index("Invited")
    assert words[at + 1 : at + 5] == [
        "CPC team manager",
        "Child protection coordinator",
        "Children's service manager",
        "Team manager",
    ]


def test_whoever_has_no_part_gets_none(council: Council) -> None:
    challenge = raised(council)
    asks_for_the_record(council, challenge)
    assert "not a challenge that you have a part in" in council.leo.types(f"/challenge document {challenge}")
    (file_id,) = council.hannah.file_ids(f"{challenge}-record.docx")
    assert council.hannah.fetching(file_id).status_code == 200
    refused = council.leo.fetching(file_id)
    assert refused.status_code == 404
    assert "not among those that were shared with you" in refused.text or "not among yours" in refused.text
    assert not council.leo.files


def test_the_same_request_twice_brings_one_file(council: Council) -> None:
    challenge = raised(council)
    council.hannah.types(f"/challenge document {challenge} record")
    council.redeliver()
    assert council.hannah.files == [f"{challenge}-record.docx"]
    council.hannah.types(f"/challenge document {challenge} record")
    assert len(council.hannah.files) == 2, "Asked for again, it comes again."


def test_it_comes_on_a_saturday_too_for_they_are_waiting(council: Council) -> None:
    challenge = raised(council)
    council.until("Saturday 2026-11-28 12:00")
    asks_for_the_record(council, challenge)
    assert council.hannah.files == [f"{challenge}-record.docx"]


@SLACK_S_FAULTS
@pytest.mark.parametrize(
    "method", ["files.getUploadURLExternal", "upload", "files.completeUploadExternal", "conversations.open"]
)
def test_errors_on_slacks_side(council: Council, method: str) -> None:
    challenge = raised(council)
    council.demo.workspace.faults.answer(method, status=503, times=3)
    asks_for_the_record(council, challenge)
    council.until("Monday 2026-11-23 10:00")
    assert council.hannah.files == [f"{challenge}-record.docx"]


@SLACK_S_FAULTS
@pytest.mark.parametrize("looking", ["works", "fails at first", "sees nothing yet"])
def test_the_connection_breaks_after_slack_has_shared_the_file(council: Council, looking: str) -> None:
    council.expected.add("library_message")  # the workspace's own server notices that it broke off
    challenge = raised(council)
    workspace = council.demo.workspace
    workspace.faults.cut_after_accepting("files.completeUploadExternal")
    if looking == "fails at first":
        workspace.faults.answer("conversations.history", status=503, times=2)
    if looking == "sees nothing yet":
        workspace.faults.hide_shares()
    asks_for_the_record(council, challenge)
    council.until("Monday 2026-11-23 10:00")
    assert council.hannah.files == [f"{challenge}-record.docx"]


@SLACK_S_FAULTS
def test_the_program_ends_before_it_has_noted_that_the_file_was_shared(council: Council) -> None:
    council.expected.add("library_message")
    challenge = raised(council)
    council.demo.workspace.faults.cut_after_accepting("files.completeUploadExternal")
    asks_for_the_record(council, challenge)
    council.restart("Monday 2026-11-23 09:30")
    council.live()
    council.until("Monday 2026-11-23 10:00")
    assert council.hannah.files == [f"{challenge}-record.docx"]


@SLACK_S_FAULTS
def test_a_workspace_that_takes_no_files(council: Council) -> None:
    challenge = raised(council)
    council.demo.workspace.faults.answer("files.getUploadURLExternal", error="file_uploads_disabled")
    asks_for_the_record(council, challenge)
    told = "This Slack workspace takes no files. Ask whoever administers it to allow them."
    assert council.hannah.has(f"The document that you asked for could not be sent. {told}")
    assert council.nadia.has(told)
    assert not council.hannah.files


@SLACK_S_FAULTS
def test_whoever_leaves_before_it_could_be_sent_gets_none(council: Council) -> None:
    challenge = raised(council)
    owen = council.owen
    council.demo.workspace.faults.answer("files.getUploadURLExternal", status=503, times=4)
    assert ON_ITS_WAY in owen.types(f"/challenge document {challenge} record")
    council.imports_people(lambda text: text.replace("owen.rees", "olga.rees"))
    council.until("Monday 2026-11-23 11:00")
    assert not owen.files
    assert council.nadia.has("A message could not be delivered to Owen Rees.")


def test_ct_5_the_agenda_in_the_language_that_is_chosen(
    database_url: str, platform: str, tmp_path: Path
) -> None:
    with running(
        database_url, tmp_path, "Monday 2026-11-23 09:10", authority="cwm-taf", platform=platform
    ) as council:
        mair = council.mair
        mair.types("/challenge raise")
        answer = mair.fills(
            {
                "Is there an immediate risk to the child?": "No",
                "Is the child on the child protection register?": "Yes",
                "Case reference": "CLG-204815",
                "Social worker": "Osian Price",
                "Independent reviewing officer": "Elin Jenkins",
                "Why is the plan not reducing the risk?": "Nothing has changed for six months.",
            }
        )
        challenge = answer.split(" is raised")[0].split()[-1]
        mair.closes()
        mair.types(f"/challenge document {challenge}")
        assert ON_ITS_WAY in mair.fills(
            {"Which document?": "Agenda of the review", "In which language?": "Cymraeg"}
        )
        file = mair.downloads(f"{challenge}-agenda-cy.docx")
        assert headings(file)[0] == "Agenda'r adolygiad"
        words = read(file)
        assert "Cyfarfod:\tnid oes dyddiad wedi'i bennu" in words
        assert "Croeso, ac ymddiheuriadau" in words
        whole.check(council)


def test_ct_14_the_sub_groups_report(database_url: str, platform: str, tmp_path: Path) -> None:
    with running(
        database_url, tmp_path, "Monday 2026-11-23 09:10", authority="cwm-taf", platform=platform
    ) as council:
        catrin = council.catrin
        catrin.types("/challenge report")
        wrong = catrin.tries({"To which day, itself included?": "Thursday 2026-12-24"})
        assert "The period can last until today" in wrong["To which day, itself included?"]
        said = catrin.fills({"To which day, itself included?": "Sunday 2026-11-22"})
        assert "Report for the quality assurance sub group is on its way to you." in said
        (name,) = catrin.files
        assert name == "qasg-2026-05-01-to-2026-11-22.docx"
        words = read(catrin.downloads(name))
        assert "Tier 1: Professional Review | 0" in words
        assert "There is no report for you" in council.mair.types("/challenge report")
        whole.check(council)
