"""A meeting by e-mail: confirmed, moved, cancelled; one UID, rising numbers, and nobody gets more than they need."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from commands.vocabulary import Value
from storage.outbox import CHAT, EMAIL
from tests.bot.mail.conftest import PostRoom
from tests.bot.mail.inbox import SENDER, calendar_of
from tests.commands.conftest import CONCERN, said

pytestmark = pytest.mark.anyio
GARETH = "gareth.lyle@barsetshire.example"
MIRIAM = "miriam.stone@barsetshire.example"
TOM = "tom.ellery@barsetshire.example"
WHEN: dict[str, Value] = {
    "day": "2026-12-15",
    "at": "14:00",
    "place": "Room 4",
    "decision": "confirm",
}


async def at_stage_2(room: PostRoom) -> str:
    """A challenge whose first stage got no answer; nobody's letters are of interest so far."""
    council = room.council
    reference = council.raises()
    council.wait(days=8)
    council.does("hannah", "escalate", reference, immediate_risk="no", outline="No answer came.")
    await room.goes_out()
    room.inbox.letters.clear()
    return reference


def event_of(letter: EmailMessage) -> dict[str, object]:
    """What a calendar does with a letter."""
    calendar = calendar_of(letter)
    [event] = calendar.walk("VEVENT")
    return {
        "method": calendar["method"],
        "uid": str(event["uid"]),
        "sequence": event["sequence"],
        "starts": f"{event.start:%Y-%m-%d %H:%M %Z}",
        "place": str(event.get("location", "")),
    }


async def test_confirmed_moved_and_cancelled_are_three_mails_about_one_meeting(room: PostRoom) -> None:
    reference = await at_stage_2(room)
    council = room.council
    council.does("gareth", "schedule", reference, **WHEN)
    await room.goes_out()
    asked = {letter["To"] for letter in room.inbox.letters}
    assert MIRIAM in asked, "The chair."
    assert asked == {MIRIAM, GARETH, "hannah.okafor@barsetshire.example"} | {
        f"{name}@barsetshire.example" for name in ("leo.fisher", "priya.nair")
    }
    council.does("gareth", "schedule", reference, **(WHEN | {"day": "2026-12-17", "at": "09:30"}))
    await room.goes_out()
    council.does("gareth", "cancel", reference, reason="The room is flooded.")
    await room.goes_out()

    letters = room.inbox.to(GARETH)
    assert [letter["Subject"] for letter in letters] == [
        f"{reference}: meeting",
        f"{reference}: meeting changed",
        f"{reference}: meeting cancelled",
    ]
    first, second, third = (event_of(letter) for letter in letters)
    assert first["uid"] == second["uid"] == third["uid"]
    assert [each["sequence"] for each in (first, second, third)] == [0, 1, 2]
    assert [each["method"] for each in (first, second, third)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [each["starts"] for each in (first, second)] == ["2026-12-15 14:00 UTC", "2026-12-17 09:30 UTC"]
    assert first["place"] == "Room 4"
    words = [letter.get_body(("plain",)).get_content().splitlines()[0] for letter in letters]  # type: ignore[union-attr]
    assert words == [
        f"{reference}: The meeting is on Tuesday 15 December 2026, 14:00 to 15:00, Room 4.",
        f"{reference}: The meeting has changed; it is on Thursday 17 December 2026, 09:30 to 10:30, Room 4.",
        f"{reference}: This meeting is cancelled: Thursday 17 December 2026, 09:30 to 10:30, Room 4.",
    ]
    [chair] = [
        one for one in calendar_of(letters[0]).walk("VEVENT")[0]["attendee"] if one.params["ROLE"] == "CHAIR"
    ]
    assert chair == f"mailto:{MIRIAM}"
    assert calendar_of(letters[0]).walk("VEVENT")[0]["organizer"] == f"mailto:{SENDER}"
    assert "flooded" not in "".join(letter.as_string() for letter in room.inbox.letters)
    assert CONCERN not in "".join(str(each) for letter in room.inbox.letters for each in letter.walk())


async def test_moved_twice_over_night_only_the_last_date_is_sent(room: PostRoom) -> None:
    reference = await at_stage_2(room)
    room.council.wait(hours=9)
    for day in ("2026-12-15", "2026-12-16", "2026-12-17"):
        room.council.does("gareth", "schedule", reference, **(WHEN | {"day": day}))
        await room.goes_out()
    assert room.inbox.letters == []
    shown = said(room.council.types("gareth", f"show {reference}"))
    assert "Invitations: To be sent on Wed 2 Dec, 08:30" in shown
    room.council.wait(hours=14)
    await room.goes_out()
    [letter] = room.inbox.to(GARETH)
    assert event_of(letter)["starts"] == "2026-12-17 14:00 UTC"
    assert letter["Subject"] == f"{reference}: meeting", "The earlier dates were never sent."


async def test_cancelled_before_anything_was_sent_nobody_hears_of_it(room: PostRoom) -> None:
    reference = await at_stage_2(room)
    room.council.wait(hours=9)
    room.council.does("gareth", "schedule", reference, **WHEN)
    await room.goes_out()
    room.council.does("gareth", "cancel", reference, reason="Too soon.")
    await room.goes_out()
    room.council.wait(hours=14)
    await room.goes_out()
    assert room.inbox.letters == []


async def test_a_new_date_after_a_cancellation_is_a_new_meeting(room: PostRoom) -> None:
    reference = await at_stage_2(room)
    room.council.does("gareth", "schedule", reference, **WHEN)
    await room.goes_out()
    room.council.does("gareth", "cancel", reference, reason="Too soon.")
    await room.goes_out()
    room.council.does("gareth", "schedule", reference, **(WHEN | {"day": "2026-12-18"}))
    await room.goes_out()
    first, called_off, anew = (event_of(letter) for letter in room.inbox.to(GARETH))
    assert first["uid"] == called_off["uid"] != anew["uid"]


async def test_somebody_added_is_the_only_one_who_is_written_to(room: PostRoom) -> None:
    reference = await at_stage_2(room)
    room.council.does("gareth", "schedule", reference, **WHEN)
    await room.goes_out()
    room.inbox.letters.clear()
    room.council.does("gareth", "invite", reference, colleague=TOM)
    await room.goes_out()
    assert [letter["To"] for letter in room.inbox.letters] == [TOM]
    assert event_of(room.inbox.letters[0])["method"] == "REQUEST"


async def test_whoever_passes_the_part_on_is_told_not_to_come(room: PostRoom) -> None:
    reference = await at_stage_2(room)
    room.council.does("gareth", "schedule", reference, **WHEN)
    await room.goes_out()
    room.inbox.letters.clear()
    before = room.council.record(reference)
    assert GARETH in {party.email for party in before.parties()}
    room.council.does(
        "miriam",
        "reassign",
        reference,
        part=f"children_service_manager|{GARETH}",
        joins="ruth.adeyemi@barsetshire.example",
        reason="On leave.",
    )
    await room.goes_out()
    [left] = room.inbox.to(GARETH)
    assert event_of(left)["method"] == "CANCEL"
    assert "You are no longer asked to the meeting on Tuesday 15 December 2026" in str(left)
    [joins] = room.inbox.to("ruth.adeyemi@barsetshire.example")
    assert event_of(joins)["method"] == "REQUEST"


async def test_a_meeting_that_has_begun_is_not_sent_any_more(room: PostRoom) -> None:
    reference = await at_stage_2(room)
    room.inbox.answers[GARETH] = "451 4.7.1 Greylisted"
    room.council.does("gareth", "schedule", reference, **(WHEN | {"day": "2026-12-02", "at": "09:00"}))
    await room.goes_out()
    room.inbox.answers.clear()
    room.council.wait(days=1)
    await room.goes_out()
    assert room.inbox.to(GARETH) == []


async def test_one_full_mailbox_holds_up_nobody_else(room: PostRoom) -> None:
    reference = await at_stage_2(room)
    room.inbox.answers[GARETH] = "552 5.2.2 Mailbox full"
    room.council.does("gareth", "schedule", reference, **WHEN)
    await room.goes_out()
    assert len(room.inbox.to(MIRIAM)) == 1
    told = f"An e-mail about {reference} could not be delivered to Gareth Lyle. The mailbox takes no e-mail (552 5.2.2)."
    assert any(told in each for each in room.problems())
    assert "[Hand to another person]" not in said(room.council.types("nadia", "undelivered"))


async def test_the_same_goes_into_the_chat_as_a_file(room: PostRoom) -> None:
    reference = await at_stage_2(room)
    room.council.does("gareth", "schedule", reference, **WHEN)
    await room.goes_out()
    by_email = {row.email for row in room.rows(EMAIL) if row.notice == "invitation"}
    in_chat = {row.email for row in room.rows(CHAT) if row.notice == "invitation"}
    assert by_email == in_chat
    assert GARETH in in_chat


@pytest.mark.parametrize("place", ["At 12 Mill Lane, BD1 1AA", "About LCS-204816"])
async def test_a_place_that_could_identify_somebody_stays_in_the_chat(room: PostRoom, place: str) -> None:
    reference = await at_stage_2(room)
    reply = room.council.sends("gareth", "schedule", {"challenge": reference}, **(WHEN | {"place": place}))
    if "Date confirmed" not in said(reply):  # it was pointed out, and is meant
        tick = next(each for each in reply.form.inputs if each.title == "Nothing has been saved yet")  # type: ignore[union-attr]
        meant: dict[str, Value] = {tick.name: tuple(option.value for option in tick.options)}
        room.council.does("gareth", "schedule", reference, **(WHEN | {"place": place} | meant))
    await room.goes_out()
    [letter] = room.inbox.to(GARETH)
    assert event_of(letter)["place"] == ""
    assert place not in str(letter)
