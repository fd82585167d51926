"""What an e-mail looks like to whoever opens it, and to the programs that read it on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from bot.mail.letters import letter, message_id
from commands.calendar_file import Comer, Entry, calendar_file
from commands.vocabulary import (
    Bullets,
    Button,
    Buttons,
    Card,
    Fact,
    Facts,
    File,
    Heading,
    Paragraph,
    Quotation,
    Small,
)
from tests.bot.conftest import NOON
from tests.bot.mail.inbox import SENDER, calendar_of
from tests.journeys.driver import LONDON, moment

TOM = "tom.ellery@barsetshire.example"
UID = "0123456789abcdef0123456789abcdef@challenge-bot"


def read(card: Card, key: str = "one") -> EmailMessage:
    """The letter as the reader's program takes it apart."""
    found = message_from_bytes(letter(card, sender=SENDER, to=TOM, key=key, at=NOON), policy=SMTP)
    assert isinstance(found, EmailMessage)
    return found


def entry(**changes: object) -> Entry:
    """A meeting on Wednesday 9 December 2026, 14:00, with these changes."""
    begins = datetime(2026, 12, 9, 14, tzinfo=UTC)
    values: dict[str, object] = {
        "uid": UID,
        "sequence": 0,
        "title": "CH-1042: meeting",
        "text": "Everything about this meeting is in challenge-bot: /challenge show CH-1042",
        "place": "Room 4, County Hall; side door",
        "starts_at": begins,
        "ends_at": begins + timedelta(hours=1),
        "organiser": SENDER,
        "comers": (
            Comer("miriam.stone@barsetshire.example", 'Miriam "Mim" Stone, MBE', chairs=True),
            Comer(TOM, "Tom Ellery"),
        ),
    }
    return Entry(**(values | changes))  # type: ignore[arg-type]


def test_the_words_alone_arrive_with_a_subject_that_tells_nothing() -> None:
    parts = (
        Heading("A copy"),
        Paragraph("It’s at Stage 2."),
        Facts((Fact("By", "Tuesday"), Fact("Who", "Farah Malik"))),
        Bullets(("one", "two")),
        Small("Everything else is in the chat."),
    )
    found = read(Card("CH-1042", parts, "CH-1042: for your information"))
    assert found["Subject"] == "CH-1042: for your information"
    assert found["From"] == f"challenge-bot <{SENDER}>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Date"].datetime == NOON
    assert found.get_content_type() == "text/plain"
    assert found.get_content().replace("\r\n", "\n") == (
        "A copy\n\nIt’s at Stage 2.\n\nBy: Tuesday\nWho: Farah Malik\n\n- one\n- two\n\nEverything else is in the chat.\n"
    )


def test_the_same_message_sent_again_is_known_by_the_same_id() -> None:
    card = Card("CH-1042", (Paragraph("Words"),), "CH-1042: a copy")
    assert read(card)["Message-ID"] == read(card)["Message-ID"] == message_id("one", SENDER)
    assert read(card, "two")["Message-ID"] != read(card)["Message-ID"]
    key = "CH-1042:2:copied:tom.ellery@barsetshire.example:email"
    assert message_id(key, SENDER).endswith("@barsetshire.example>")
    assert "tom" not in message_id(key, SENDER)


@pytest.mark.parametrize(
    "part",
    [
        Quotation("The concern", "The core group has not met."),
        Buttons((Button("Acknowledge", "acknowledge"),)),
    ],
)
def test_what_people_wrote_does_not_leave_the_chat(part: Quotation | Buttons) -> None:
    with pytest.raises(ValueError, match="does not leave the chat"):
        read(Card("CH-1042", (part,), "CH-1042: a copy"))


def test_no_file_goes_along_but_a_calendars() -> None:
    paper = File("CH-1042-agenda.docx", "application/x", b"bytes")
    with pytest.raises(ValueError, match="No file but a calendar's goes by e-mail"):
        read(Card("CH-1042", (Paragraph("Words"),), "CH-1042: a copy", paper))


def test_an_invitation_is_words_and_a_calendar_side_by_side() -> None:
    file = calendar_file("CH-1042-meeting", entry(), "REQUEST", NOON)
    found = read(Card("CH-1042", (Paragraph("Words"),), "CH-1042: meeting", file))
    assert found.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/calendar"]
    assert not any(part.get_filename() for part in found.walk()), "An attachment would be no invitation."
    calendar = calendar_of(found)
    [event] = calendar.walk("VEVENT")
    assert calendar["method"] == "REQUEST"
    assert (event["uid"], event["sequence"], event["status"]) == (UID, 0, "CONFIRMED")
    assert event["summary"] == "CH-1042: meeting"
    assert event["location"] == "Room 4, County Hall; side door"
    assert event["class"] == "PRIVATE"
    assert event["organizer"] == f"mailto:{SENDER}"
    chair, tom = event["attendee"]
    assert (chair, chair.params["ROLE"]) == ("mailto:miriam.stone@barsetshire.example", "CHAIR")
    assert chair.params["CN"] == 'Miriam "Mim" Stone, MBE'
    assert (tom, tom.params["ROLE"], tom.params["RSVP"]) == (f"mailto:{TOM}", "REQ-PARTICIPANT", "FALSE")
    assert all(len(line) <= 75 for line in file.content.split(b"\r\n")), "Lines are folded."


def test_a_cancellation_has_the_same_uid_and_a_higher_number() -> None:
    first = calendar_file("CH-1042-meeting", entry(), "REQUEST", NOON)
    last = calendar_file("CH-1042-meeting", entry(sequence=2), "CANCEL", NOON)
    cards = [Card("CH-1042", (Paragraph("Words"),), "CH-1042: meeting", file) for file in (first, last)]
    [asked], [called_off] = (calendar_of(read(card)).walk("VEVENT") for card in cards)
    assert asked["uid"] == called_off["uid"]
    assert called_off["sequence"] > asked["sequence"]
    assert called_off["status"] == "CANCELLED"
    assert calendar_of(read(cards[1]))["method"] == "CANCEL"


def test_a_file_for_the_chat_names_nobody() -> None:
    file = calendar_file("CH-1042-meeting", entry(), "PUBLISH", NOON)
    assert file.name == "CH-1042-meeting.ics"
    assert b"ATTENDEE" not in file.content
    assert b"METHOD:PUBLISH" in file.content


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("Friday 2027-03-26 10:00", "20270326T100000Z"),  # the clocks change on the Sunday between these two
        ("Tuesday 2027-03-30 10:00", "20270330T090000Z"),
        ("Friday 2027-10-29 10:00", "20271029T090000Z"),
        ("Monday 2027-11-01 10:00", "20271101T100000Z"),
    ],
)
def test_times_are_right_when_the_clocks_change(local: str, utc: str) -> None:
    begins = moment(local).astimezone(LONDON)
    meeting = entry(starts_at=begins, ends_at=begins + timedelta(hours=1))
    file = calendar_file("CH-1042-meeting", meeting, "REQUEST", NOON)
    assert f"DTSTART:{utc}\r\n".encode() in file.content
    [event] = calendar_of(read(Card("CH", (Paragraph("x"),), "CH", file))).walk("VEVENT")
    assert f"{event.start.astimezone(LONDON):%A %Y-%m-%d %H:%M}" == local
    assert event.end - event.start == timedelta(hours=1)
