"""The conversation with the mail server: what is taken, what is tried later, what never arrives, and what nobody knows."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.mail.letters import letter
from bot.mail.server import MailServer
from bot.mail.smtp import AT_ONCE, Post
from bot.sending import CannotDeliver, NotConnected, SendingProblem, TryLater
from commands.vocabulary import Card, Paragraph
from tests.bot.conftest import NOON
from tests.bot.mail.inbox import SENDER, Certificates, Inbox, certificates, checks_passwords, serving

pytestmark = pytest.mark.anyio
TOM = "tom.ellery@barsetshire.example"
CARD = Card("CH-1042", (Paragraph("CH-1042 is at Stage 2. It’s for your information."),), "CH-1042: a copy")
LETTER = letter(CARD, sender=SENDER, to=TOM, key="one", at=NOON)


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A certificate, made once."""
    return certificates(tmp_path_factory.mktemp("certificates"))


async def problem_of(post: Post) -> SendingProblem:
    """What goes wrong when a letter is handed over."""
    with pytest.raises(SendingProblem) as caught:
        await post.hand_over(TOM, LETTER)
    return caught.value


async def test_a_letter_arrives_as_it_was_written() -> None:
    inbox = Inbox()
    async with serving(inbox) as server:
        await Post(server).hand_over(TOM, LETTER)
    [arrived] = inbox.to(TOM)
    assert arrived["Subject"] == "CH-1042: a copy"
    assert arrived.get_content() == "CH-1042 is at Stage 2. It’s for your information.\r\n"


async def test_over_tls_from_the_start_and_with_starttls(trusted: Certificates) -> None:
    inbox = Inbox()
    async with serving(inbox, "tls", wrapped=trusted.server) as server:
        await Post(server, context=trusted.trusting).hand_over(TOM, LETTER)
    async with serving(inbox, "starttls", tls_context=trusted.server, require_starttls=True) as server:
        await Post(server, context=trusted.trusting).hand_over(TOM, LETTER)
    assert len(inbox.to(TOM)) == 2


async def test_with_a_user_name_and_a_password(trusted: Certificates) -> None:
    inbox = Inbox()
    options = {"tls_context": trusted.server, "authenticator": checks_passwords, "auth_required": True}
    async with serving(inbox, "starttls", **options) as server:
        await Post(server, context=trusted.trusting).hand_over(TOM, LETTER)
        assert len(inbox.to(TOM)) == 1

        wrong = replace(server, password=SecretStr("guessed"))
        refused = await problem_of(Post(wrong, context=trusted.trusting))
        assert isinstance(refused, NotConnected)
        assert "does not accept CHALLENGE_SMTP_USER with CHALLENGE_SMTP_PASSWORD (535 5.7.8)" in str(refused)
        assert "guessed" not in str(refused)

        nobody = replace(server, user=None, password=None)
        refused = await problem_of(Post(nobody, context=trusted.trusting))
        assert isinstance(refused, NotConnected)
        assert "CHALLENGE_SMTP_" in str(refused)
    assert len(inbox.letters) == 1


async def test_a_password_goes_to_no_server_that_does_not_ask_for_one() -> None:
    async with serving(Inbox()) as server:
        asks = replace(server, user="challenge", password=SecretStr("verysecret"))
        refused = await problem_of(Post(asks))
    assert isinstance(refused, NotConnected)
    assert "takes no user name and password" in str(refused)


async def test_without_starttls_nothing_is_sent() -> None:
    inbox = Inbox()
    async with serving(inbox, "starttls") as server:
        refused = await problem_of(Post(server))
    assert isinstance(refused, NotConnected)
    assert "does not offer STARTTLS" in str(refused)
    assert inbox.conversations == 0


async def test_a_certificate_that_nobody_trusts(trusted: Certificates) -> None:
    inbox = Inbox()
    async with serving(inbox, "starttls", tls_context=trusted.server) as server:
        refused = await problem_of(Post(server))
        assert isinstance(refused, NotConnected)
        assert "The certificate of the mail server 127.0.0.1 is not valid for this machine" in str(refused)
    async with serving(inbox, "tls", wrapped=trusted.server) as server:
        assert isinstance(await problem_of(Post(server)), NotConnected)
    assert inbox.conversations == 0


async def test_tls_where_the_server_speaks_plainly() -> None:
    async with serving(Inbox(), "tls") as server:
        refused = await problem_of(Post(server))
    assert isinstance(refused, NotConnected)
    assert "does not speak TLS at port" in str(refused)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            "550 5.1.1 No such user",
            "does not know this e-mail address (550 5.1.1). Correct it in people.csv.",
        ),
        ("550 unknown", "does not know this e-mail address (550). Correct it in people.csv."),
        ("552 5.2.2 Mailbox full", "The mailbox takes no e-mail (552 5.2.2)."),
        ("554 5.7.1 Relay access denied", "does not let the program write to this address (554 5.7.1)."),
    ],
)
async def test_an_address_that_is_refused_for_good(answer: str, sentence: str) -> None:
    inbox = Inbox(answers={TOM: answer})
    async with serving(inbox) as server:
        problem = await problem_of(Post(server))
    assert isinstance(problem, CannotDeliver)
    assert sentence in problem.reason
    assert inbox.letters == []


async def test_a_letter_that_is_refused_for_good() -> None:
    inbox = Inbox(at_data="554 5.6.0 Looks like spam")
    async with serving(inbox) as server:
        problem = await problem_of(Post(server))
    assert isinstance(problem, CannotDeliver)
    assert "does not take the e-mail (554 5.6.0)" in problem.reason


async def test_a_sender_that_is_refused_holds_up_everything() -> None:
    inbox = Inbox(answers={SENDER: "550 5.7.60 Client does not have permissions to send as this sender"})
    async with serving(inbox) as server:
        problem = await problem_of(Post(server))
    assert isinstance(problem, NotConnected)
    assert f"does not let the program send from {SENDER} (CHALLENGE_SMTP_FROM) (550 5.7.60)." in str(problem)


@pytest.mark.parametrize("where", [TOM, SENDER, "the letter"])
async def test_later_means_later(where: str) -> None:
    """Greylisting, full queues and too many connections: the server says that it has not taken it."""
    answer = "451 4.7.1 Greylisted, try again in five minutes"
    inbox = Inbox(at_data=answer) if where == "the letter" else Inbox(answers={where: answer})
    async with serving(inbox) as server:
        problem = await problem_of(Post(server))
    assert isinstance(problem, TryLater)
    assert not problem.maybe_sent
    assert problem.reason == "The mail server 127.0.0.1 asked to be tried later (451 4.7.1)."


async def test_cut_off_after_the_letter_nobody_knows() -> None:
    for end in ("cut before taking", "take and cut"):
        inbox = Inbox(at_data=end)
        async with serving(inbox) as server:
            problem = await problem_of(Post(server))
        assert isinstance(problem, TryLater)
        assert problem.maybe_sent, end


async def test_out_of_time_before_the_letter_nothing_was_sent_and_after_it_nobody_knows() -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(mute, "127.0.0.1", 0)
    async with silent:
        server = MailServer("127.0.0.1", silent.sockets[0].getsockname()[1], SENDER, "none")
        problem = await problem_of(Post(server, before=0.05))
    assert isinstance(problem, TryLater)
    assert not problem.maybe_sent
    assert problem.reason == "The mail server 127.0.0.1 did not answer in time."

    async with serving(Inbox(at_data="hang")) as server:
        problem = await problem_of(Post(server, after=0.05))
    assert isinstance(problem, TryLater)
    assert problem.maybe_sent


async def test_a_server_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        server = MailServer("127.0.0.1", taken.getsockname()[1], SENDER, "none")
        problem = await problem_of(Post(server))
    assert isinstance(problem, TryLater)
    assert not problem.maybe_sent
    assert "could not be reached at port" in problem.reason


async def test_many_letters_come_over_few_connections() -> None:
    inbox = Inbox()
    async with serving(inbox) as server:
        post = Post(server)
        await asyncio.gather(*(post.hand_over(TOM, LETTER) for _ in range(7)))
    assert len(inbox.letters) == 7
    assert inbox.most_at_once <= AT_ONCE


async def test_who_waits_for_a_connection_in_vain_has_sent_nothing(tmp_path: Path) -> None:
    async with serving(Inbox(at_data="hang")) as server:
        post = Post(server, before=0.1, after=0.3)
        ends = await asyncio.gather(*(post.hand_over(TOM, LETTER) for _ in range(3)), return_exceptions=True)
    assert [each.maybe_sent for each in ends if isinstance(each, TryLater)] == [True, True, False]
