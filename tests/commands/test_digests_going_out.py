"""The day's digests go out together: what happens while they are composed and sent is in them, or they are redrawn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.delivery import Delivery
from bot.preparing import Preparing
from bot.sending import Sender
from commands import rounds
from commands.vocabulary import Card, File
from storage import outbox
from storage.outbox import Claimed
from tests.commands.conftest import Council

LEASE = timedelta(minutes=1)


@dataclass(frozen=True)
class Stands:
    """Where a message stands."""

    channel: str
    ts: str


@dataclass
class Chat:
    """A chat platform that takes everything. `meanwhile` is what happens while the next message is on its way."""

    posted: dict[str, Card] = field(default_factory=dict)
    redrawn: dict[str, Card] = field(default_factory=dict)
    meanwhile: Callable[[], object] | None = None

    async def post(self, person_platform_id: str, card: Card, key: str) -> Stands:
        if self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            happens()
        assert key not in self.posted
        self.posted[key] = card
        return Stands(person_platform_id, key)

    async def update(self, channel: str, ts: str, card: Card, key: str) -> None:
        self.redrawn[key] = card

    async def find(self, person_platform_id: str, key: str, since: datetime) -> None:
        raise AssertionError("Nothing is in doubt.")

    async def lookup_user(self, email: str) -> str:
        return f"U{email}"

    async def bring(self, file: File) -> str:
        raise AssertionError

    async def share(self, person_platform_id: str, file_id: str, card: Card) -> None:
        raise AssertionError

    async def has_file(self, person_platform_id: str, file_id: str, since: datetime) -> bool:
        raise AssertionError


async def run(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


def deliver(council: Council, chat: Chat) -> int:
    async def go() -> int:
        senders: dict[str, Sender] = {"slack": chat}
        return await Delivery(council.office, senders, run, "worker").deliver()

    return asyncio.run(go())


def next_morning(council: Council) -> list[str]:
    """On Monday a challenge is raised and told; on Tuesday at nine its two managers are to get a digest. The digests' keys."""
    council.raises()
    while deliver(council, Chat()):
        council.wait(seconds=5)
    council.wait(hours=23)
    rounds.go(council.office)
    council.wait(seconds=1)
    return [f"digest:2026-11-24:{council.row(name).email}" for name in ("leo", "priya")]


def digests(council: Council) -> list[Claimed]:
    found = outbox.claim(council.office.database, worker="w", now=council.office.clock.now(), lease=LEASE)
    assert [row.notice for row in found] == ["digest", "digest"]
    return found


def test_they_go_out_once_and_say_what_waits(council: Council) -> None:
    keys, chat = next_morning(council), Chat()
    assert deliver(council, chat) == 2
    assert sorted(chat.posted) == keys
    assert all("acknowledge" in str(card).lower() for card in chat.posted.values())
    assert not chat.redrawn
    assert deliver(council, chat) == 0


def test_what_was_composed_is_held_together_while_nothing_happens(council: Council) -> None:
    next_morning(council)
    rows = digests(council)
    made = Preparing(council.office, {"slack": Chat()}, lease=LEASE).prepare_together(rows)
    assert sorted(made) == sorted(row.id for row in rows)
    assert all(ready is not None and ready.held is not None for ready in made.values())


def test_what_happens_after_they_were_composed_is_in_them_all_the_same(council: Council) -> None:
    next_morning(council)
    rows, preparing = digests(council), Preparing(council.office, {"slack": Chat()}, lease=LEASE)
    ahead = preparing._compose_ahead(rows)
    council.presses("priya", "acknowledge", challenge="CH-1001", at_once="yes")
    assert preparing._hold_together(rows, ahead) == {}, "They are composed anew, one by one."
    for row in rows:
        ready = preparing.prepare(row)
        assert ready is not None
        assert "Acknowledge the concerns" not in str(ready.card)


def test_a_reading_makes_nothing_stale(council: Council) -> None:
    next_morning(council)
    rows, preparing = digests(council), Preparing(council.office, {"slack": Chat()}, lease=LEASE)
    ahead = preparing._compose_ahead(rows)
    council.types("leo", "show CH-1001")
    assert len(preparing._hold_together(rows, ahead)) == 2


def test_what_happens_while_one_is_on_its_way_redraws_it(council: Council) -> None:
    keys, chat = next_morning(council), Chat()
    chat.meanwhile = lambda: council.presses("priya", "acknowledge", challenge="CH-1001", at_once="yes")
    deliver(council, chat)
    assert set(keys) <= set(chat.redrawn)
    assert all("Acknowledge the concerns" not in str(chat.redrawn[key]) for key in keys)


def test_one_that_cannot_be_made_holds_up_no_other(council: Council) -> None:
    next_morning(council)
    rows, preparing = digests(council), Preparing(council.office, {"slack": Chat()}, lease=LEASE)
    ahead = preparing._compose_ahead(rows)
    with council.office.database.write() as session:
        assert outbox.failed(session, rows[0], trouble="It was given up by somebody else.")
    made = preparing._hold_together(rows, ahead)
    assert made[rows[0].id] is None, "It is ours no longer."
    assert made[rows[1].id] is not None
