"""E-mail keeps what the chat keeps: nothing lost, nothing doubled without a word, and a person told of what never arrives."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from bot.delivery import LEASE
from bot.mail.server import MailServer
from commands import rounds
from storage import outbox, problems
from storage.outbox import CHAT, EMAIL
from tests.bot.mail.conftest import PostRoom
from tests.bot.mail.inbox import SENDER
from tests.commands.conftest import CONCERN, said

pytestmark = pytest.mark.anyio
TOM = "tom.ellery@barsetshire.example"
MINUTE = timedelta(minutes=1)


async def test_a_copy_says_who_must_do_what_by_when_and_nothing_of_the_case(room: PostRoom) -> None:
    reference = room.council.raises()
    assert await room.goes_out() == 1
    [letter] = room.inbox.letters
    assert letter["To"] == TOM
    assert letter["Subject"] == f"{reference}: for your information"
    assert letter.get_content().replace("\r\n", "\n") == (
        f"{reference} is at CP Challenge Stage 1 since Mon 23 Nov, 10:00. You get a copy, as the procedure says; others are asked to answer.\n\n"
        "By Monday 30 November 2026, 17:00: Leo Fisher or Priya Nair to acknowledge the concerns and confirm that the agreed actions are "
        "completed.\n\n"
        f"Everything else is in the chat, under {reference}. Answers to this e-mail are not read.\n"
    )
    assert CONCERN not in letter.as_string()
    assert "LCS-204815" not in letter.as_string()
    assert await room.goes_out() == 0, "Once."


async def test_without_the_authoritys_wish_no_copy_goes_out(room: PostRoom) -> None:
    council = room.council
    authority = council.office.authority
    plain = authority.model_copy(update={"mail": type(authority.mail)()})
    council.reception.office = replace(council.office, authority=plain)
    council.raises()
    assert await room.goes_out() == 0
    assert room.rows(EMAIL) == []


async def test_at_night_it_waits_for_the_office(room: PostRoom) -> None:
    room.council.wait(hours=9)
    room.council.raises()
    assert await room.goes_out() == 0
    room.council.wait(hours=14)
    assert await room.goes_out() == 1


async def test_a_stage_that_is_over_is_not_told_of(room: PostRoom) -> None:
    room.council.wait(hours=9)
    reference = room.council.raises()
    room.council.does("hannah", "withdraw", reference, reason="Raised by mistake.")
    room.council.wait(hours=14)
    assert await room.goes_out() == 0


async def test_an_address_that_nobody_has_is_told_to_an_administrator(room: PostRoom) -> None:
    room.inbox.answers[TOM] = "550 5.1.1 No such user"
    reference = room.council.raises()
    assert await room.goes_out() == 0
    told = (
        f"An e-mail about {reference} could not be delivered to Tom Ellery. The mail server does not know this e-mail address (550 5.1.1). "
        "Correct it in people.csv."
    )
    assert told in room.problems()
    reply = room.council.types("nadia", "undelivered")
    assert f"An e-mail about {reference}, for Tom Ellery" in said(reply)
    assert "[Send again]" in said(reply)
    assert "[Hand to another person]" not in said(reply)
    [row] = room.rows(EMAIL)
    room.inbox.answers.clear()
    room.council.presses("nadia", "undelivered", again=str(row.id))
    assert await room.goes_out() == 1
    assert len(room.inbox.to(TOM)) == 1


async def test_put_off_by_the_mail_server_it_arrives_once_and_nothing_is_said(room: PostRoom) -> None:
    room.inbox.answers[TOM] = "451 4.7.1 Greylisted"
    room.council.raises()
    assert await room.goes_out() == 0
    [row] = room.rows(EMAIL)
    assert (row.state, row.maybe_sent) == ("waiting", False)
    assert row.trouble == "The mail server 127.0.0.1 asked to be tried later (451 4.7.1)."
    room.council.wait(minutes=5)
    assert await room.goes_out() == 0
    room.inbox.answers.clear()
    room.council.wait(minutes=5)
    assert await room.goes_out() == 1
    [letter] = room.inbox.letters
    assert "twice" not in letter.get_content()
    assert room.problems() == []


async def test_put_off_for_more_than_an_hour_an_administrator_hears_of_it_until_it_is_over(
    room: PostRoom,
) -> None:
    room.inbox.answers[TOM] = "451 4.7.1 Greylisted"
    room.council.raises()
    for _ in range(6):
        await room.goes_out()
        room.council.wait(minutes=20)
    slow = "E-mails have not got through for more than an hour. The mail server 127.0.0.1 asked to be tried later (451 4.7.1). They are kept and tried again."
    assert room.problems() == [slow]
    assert slow in said(room.council.types("nadia", "problems"))
    room.inbox.answers.clear()
    room.council.wait(minutes=40)
    assert await room.goes_out() == 1
    assert slow not in said(room.council.types("nadia", "problems"))


async def test_cut_off_after_the_letter_it_is_repeated_once_and_says_so(room: PostRoom) -> None:
    room.inbox.at_data = "take and cut"
    room.council.raises()
    assert await room.goes_out() == 0
    room.inbox.at_data = "take"
    room.council.wait(minutes=1)
    assert await room.goes_out() == 1
    first, second = room.inbox.to(TOM)
    assert first["Message-ID"] == second["Message-ID"], "Mail systems can drop the double."
    again = "You may have this message twice: sending it was interrupted. It is one and the same."
    assert again not in first.get_content()
    assert again in second.get_content()


async def test_cut_off_twice_a_person_decides(room: PostRoom) -> None:
    room.inbox.at_data = "take and cut"
    room.council.raises()
    for _ in range(4):
        await room.goes_out()
        room.council.wait(minutes=1)
    assert len(room.inbox.to(TOM)) == 2, "Never a third time."
    [told] = room.problems()[:1]
    assert "It was sent twice without an answer, so it may have arrived." in told


async def test_a_process_that_dies_while_it_sends_leaves_one_doubt_and_no_more(room: PostRoom) -> None:
    room.council.raises()
    now = room.council.clock.now()
    database = room.council.office.database
    assert outbox.claim(database, worker="gone", now=now, lease=LEASE, channel=EMAIL)
    assert await room.goes_out() == 0, "It is in somebody's hands."
    room.council.wait(minutes=2)
    assert await room.goes_out() == 1
    assert "You may have this message twice" in room.inbox.to(TOM)[0].get_content()


async def test_two_processes_send_it_once(room: PostRoom) -> None:
    room.council.raises()
    other = room.another()
    assert await room.goes_out() + await other.deliver() == 1
    assert len(room.inbox.letters) == 1


async def test_a_server_that_refuses_the_program_holds_everything_and_is_told_of_once(room: PostRoom) -> None:
    room.inbox.answers[SENDER] = "550 5.7.60 Not allowed to send as this sender"
    room.council.raises()
    room.council.raises()
    assert await room.goes_out() == 0
    assert room.delivery.shut() == 60
    with room.council.office.database.read() as session:
        assert [each.key for each in problems.open_problems(session)] == ["platform:email"]
    problem = said(room.council.types("nadia", "problems"))
    assert (
        f"No e-mail can be sent. The mail server 127.0.0.1 does not let the program send from {SENDER}"
        in problem
    )
    assert "E-mails wait, and go out once that is put right." in problem
    room.inbox.answers.clear()
    room.council.wait(minutes=2)
    assert await room.goes_out() == 2
    assert "No e-mail can be sent" not in said(room.council.types("nadia", "problems"))


async def test_a_mail_server_that_is_down_holds_up_no_message_in_the_chat(room: PostRoom) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        down = room.another(MailServer("127.0.0.1", taken.getsockname()[1], SENDER, "none"))
        room.council.raises()
        assert await down.deliver() == 0
    office, now = room.council.office, room.council.clock.now()
    claimed = outbox.claim(office.database, worker="chat", now=now, lease=LEASE, channel=CHAT)
    assert TOM in {row.email for row in claimed}, "The same person's message in the chat goes."
    [email] = room.rows(EMAIL)
    with office.database.read() as session:
        assert outbox.earliest(session, EMAIL) == email.send_after
        assert outbox.earliest(session, CHAT) == now + LEASE


async def test_the_next_pass_waits_for_a_channel_that_is_shut(room: PostRoom) -> None:
    room.council.raises()
    office, now = room.council.office, room.council.clock.now()
    assert rounds.next_moment(office) == now
    outbox.claim(office.database, worker="chat", now=now, lease=LEASE, channel=CHAT)
    assert rounds.next_moment(office, MappingProxyType({EMAIL: now + 2 * MINUTE})) == now + LEASE
    assert rounds.next_moment(office, {EMAIL: now + MINUTE / 2}) == now + MINUTE / 2


async def test_a_mail_server_that_was_taken_away_is_told_of(room: PostRoom) -> None:
    room.council.raises()
    without = room.without_server()
    assert await without.deliver() == 0
    assert "No mail server is set (CHALLENGE_SMTP_HOST), so e-mails are not sent." in room.problems()[0]
    with room.council.office.database.read() as session:
        assert outbox.earliest(session, EMAIL) is None


async def test_a_letter_that_hangs_ends_in_time_and_is_in_doubt(room: PostRoom) -> None:
    room.inbox.at_data = "hang"
    room.council.raises()
    slow = room.another(after=0.1)
    assert await slow.deliver() == 0
    [row] = room.rows(EMAIL)
    assert (row.state, row.maybe_sent) == ("waiting", True)
