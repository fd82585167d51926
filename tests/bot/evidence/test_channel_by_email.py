"""The signed head to an e-mail address, which can be that of a channel in Teams: through a real mail server on this machine."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.evidence.channel import Poster
from bot.evidence.heads_file import read
from bot.mail.send import MailSender
from bot.mail.smtp import Post
from tests.bot.evidence.conftest import Council
from tests.bot.evidence.test_channel import at_once
from tests.bot.mail.inbox import Inbox, serving

ADDRESS = "audit.7f3a@barsetshire.teams.example"


@dataclass
class Office:
    """The council with an e-mail address for its heads, one of which is signed; `passes` is one pass of the program."""

    council: Council
    inbox: Inbox = field(default_factory=Inbox)

    def passes(self, *, with_server: bool = True) -> None:
        asyncio.run(self._pass(with_server))

    async def _pass(self, with_server: bool) -> None:
        async with serving(self.inbox) as server:
            sender = MailSender(self.council.clock)
            if with_server:
                sender.connect(server, Post(server, before=2.0, after=2.0))
            await Poster(self.council.office, {"email": sender}, at_once).go()


@pytest.fixture
def office(council: Council) -> Office:
    council.publishes_to(ADDRESS)
    return Office(council)


def test_the_head_goes_out_once_and_what_arrives_can_be_verified(office: Office, tmp_path: Any) -> None:
    office.passes()
    office.passes()
    [letter] = office.inbox.to(ADDRESS)
    assert letter["Subject"] == "The audit's signed head of 2026-11-23"
    words = letter.get_content()
    [line] = [each for each in words.splitlines() if each.startswith("{")]
    assert json.loads(line) == json.loads(office.council.lines()[0])
    kept = tmp_path / "kept.jsonl"
    kept.write_text(line + "\n", encoding="utf-8")
    assert [head for _, head in read(kept) if head is not None]
    assert "CH-1001" not in words
    assert "LCS-204815" not in words


def test_an_email_whose_taking_was_not_confirmed_goes_out_again_half_an_hour_later(office: Office) -> None:
    office.inbox.at_data = "take and cut"
    office.passes()
    office.inbox.at_data = "take"
    office.council.wait(minutes=20)
    office.passes()
    assert len(office.inbox.to(ADDRESS)) == 1
    office.council.wait(minutes=11)
    office.passes()
    office.passes()
    first, second = office.inbox.to(ADDRESS)
    assert first["Message-ID"] == second["Message-ID"]
    assert office.council.problems() == []


def test_without_a_mail_server_administrators_are_told_and_nothing_is_lost(office: Office) -> None:
    office.passes(with_server=False)
    assert office.council.problems() == [
        f"The signed head of the audit cannot be posted to {ADDRESS}. No mail server is set (CHALLENGE_SMTP_HOST), so e-mails are not sent. "
        "It stands in the file all the same."
    ]
    office.council.wait(minutes=31)
    office.passes()
    assert len(office.inbox.to(ADDRESS)) == 1
    assert office.council.problems() == []
