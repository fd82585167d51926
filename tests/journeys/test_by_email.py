"""What goes by e-mail besides the chat: the copies of BR-4 and BR-6, and a meeting's invitations; and nothing of the case with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo import choices
from tests.journeys import whole
from tests.journeys.challenges import ACTIONS, CONCERN, TALK, raised
from tests.journeys.driver import Council, running

FARAH, MIRIAM = "farah.malik@wexborough.example", "miriam.stone@wexborough.example"
HANNAH, OWEN = "hannah.okafor@wexborough.example", "owen.rees@wexborough.example"
UNRESOLVED = "Nobody has seen the child since the summer."
CONFIRM = {"What is this date?": "Confirm this date"}


@pytest.fixture
def council(tmp_path: Path) -> Iterator[Council]:
    """A council with mailboxes that wants its copies by e-mail, on Monday 23 November 2026, 09:10."""
    own = choices.file_of(choices.names()[0], "authority.toml")
    copies = f"mail = {{ copies = true }}\n{own}"
    (tmp_path / "authority.toml").write_text(copies, encoding="utf-8")
    with running("", tmp_path, "Monday 2026-11-23 09:10", mail=True) as started:
        yield started
        nothing_of_the_case_left(started)
        whole.check(started)


def nothing_of_the_case_left(council: Council) -> None:
    """Look through every letter and every file for the calendar: subjects, words, titles, places and names of files."""
    letters = [letter for person in council.everybody for letter in council.demo.post.mailbox(person.email)]
    assert letters
    written = re.compile(
        "|".join(re.escape(words) for words in ("WX-204815", CONCERN, ACTIONS, TALK, UNRESOLVED, "flooded"))
        + "|core group|safety plan|child",
        re.IGNORECASE,
    )
    for letter in letters:
        assert re.fullmatch(r"CH-1001: (for your information|meeting( changed| cancelled)?)", letter.subject)
        unfolded = letter.calendar.replace("\r\n ", "")
        assert written.search(f"{letter.subject} {letter.text} {unfolded}") is None, letter
    for person in council.everybody:
        for name in person.files:
            assert name == "CH-1001-meeting.ics"
            content = person.downloads(name).decode().replace("\r\n ", "")
            assert written.search(content) is None


def subjects(council: Council, email: str) -> list[str]:
    """The subjects of somebody's letters, without the challenge's reference."""
    return [letter.subject.removeprefix("CH-1001: ") for letter in council.demo.post.mailbox(email)]


def at_stage_2(council: Council) -> str:
    """No answer came at stage 1; Tuesday 1 December, 10:00."""
    challenge = raised(council)
    council.until("Tuesday 2026-12-01 10:00")
    council.hannah.presses("Take it further", "There was no full answer")
    council.hannah.fills({"What is unresolved?": UNRESOLVED})
    council.hannah.closes()
    return challenge


def test_copies_of_each_stage_arrive_by_e_mail(council: Council) -> None:
    challenge = at_stage_2(council)
    copied = {
        person.email: council.demo.post.mailbox(person.email)
        for person in council.everybody
        if council.demo.post.mailbox(person.email)
    }
    [social_worker] = set(copied) - {OWEN}
    first, second = copied[social_worker]
    assert f"{challenge} is at CP Challenge Stage 1 since Mon 23 Nov, 09:10." in first.text
    assert "By Monday 30 November 2026, 17:00: Owen Rees to acknowledge the concerns" in first.text
    assert f"{challenge} is at CP Challenge Stage 2 since Tue 1 Dec, 10:00." in second.text
    assert "By Tuesday 8 December 2026, 17:00: Farah Malik to confirm the date of the meeting." in second.text
    [team_manager] = copied[OWEN]
    assert "CP Challenge Stage 2" in team_manager.text, "BR-4: copy SW and TM."
    assert council.owen.has("You are asked to attend the meeting of this stage."), "In the chat he attends."


def test_a_meeting_confirmed_moved_and_cancelled_is_three_letters(council: Council) -> None:
    at_stage_2(council)
    farah, post = council.farah, council.demo.post
    farah.presses("Set the meeting", "please confirm the date of the meeting")
    farah.fills({"Day": "Thursday 2026-12-10", "Time": "14:00", "Place": "Room 4", **CONFIRM})
    farah.closes()
    assert subjects(council, FARAH) == ["meeting"]
    assert subjects(council, OWEN) == ["for your information", "meeting"]
    [stands] = post.meetings(MIRIAM)
    assert (stands.title, stands.place, stands.cancelled) == ("CH-1001: meeting", "Room 4", False)
    assert f"{stands.starts_at:%Y-%m-%d %H:%M %Z}" == "2026-12-10 14:00 UTC"
    assert farah.files == ["CH-1001-meeting.ics"]
    in_chat = farah.downloads("CH-1001-meeting.ics").decode()
    assert stands.uid in in_chat
    assert "METHOD:PUBLISH" in in_chat

    council.until("Wednesday 2026-12-02 10:00")
    farah.presses("Change the meeting", "The meeting is confirmed for Thursday 10 December")
    farah.fills({"Day": "Friday 2026-12-11", "Time": "09:30", "Place": "Room 4", **CONFIRM})
    farah.closes()
    [moved] = post.meetings(MIRIAM)
    assert (moved.uid, moved.sequence > stands.sequence) == (stands.uid, True)
    assert f"{moved.starts_at:%Y-%m-%d %H:%M}" == "2026-12-11 09:30"

    council.until("Thursday 2026-12-03 10:00")
    farah.types("/challenge cancel CH-1001")
    farah.fills({"Why is it cancelled?": "The room is flooded."})
    farah.closes()
    assert subjects(council, MIRIAM) == ["meeting", "meeting changed", "meeting cancelled"]
    [off] = post.meetings(MIRIAM)
    assert (off.uid, off.cancelled) == (stands.uid, True)
    assert farah.files == ["CH-1001-meeting.ics"] * 3
    assert "METHOD:CANCEL" in farah.downloads("CH-1001-meeting.ics").decode()

    farah.types("/challenge schedule CH-1001")
    farah.fills({"Day": "Wednesday 2026-12-16", "Time": "11:00", **CONFIRM})
    farah.closes()
    old, new = post.meetings(MIRIAM)
    assert (old.cancelled, new.cancelled) == (True, False)
    assert new.uid != old.uid, "A date that is set anew is another meeting."


def test_a_mailbox_that_is_not_there_is_told_to_the_administrators(council: Council) -> None:
    council.demo.post.refuse(FARAH, 550, "5.1.1 No such mailbox")
    at_stage_2(council)
    farah, nadia = council.farah, council.nadia
    farah.presses("Set the meeting", "please confirm the date of the meeting")
    farah.fills({"Day": "Thursday 2026-12-10", "Time": "14:00", **CONFIRM})
    farah.closes()
    failed = "An e-mail about CH-1001 could not be delivered to Farah Malik. The mail server does not know this e-mail address (550 5.1.1)."
    [told] = nadia.about(failed)
    assert farah.files == ["CH-1001-meeting.ics"], "The file in the chat came all the same."
    council.demo.post.accept(FARAH)
    nadia.presses("Send again", failed)
    assert subjects(council, FARAH) == ["meeting"]
    assert told


def test_while_the_mail_server_is_down_the_chat_goes_on_and_the_letters_follow(council: Council) -> None:
    council.demo.post.down = True
    at_stage_2(council)
    assert council.farah.has("please confirm the date of the meeting")
    assert subjects(council, OWEN) == []
    council.demo.post.down = False
    council.until(
        "Tuesday 2026-12-01 10:40"
    )  # half an hour between two tries at most, and a quarter of chance
    assert subjects(council, OWEN) == ["for your information"]
