"""A file on its way, step by step: whatever breaks off, the next try knows what the one before has done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import anyio
import pytest

from bot.handing_over import Handover
from bot.sending import Gone, Searchable, TryLater
from commands.vocabulary import Card, File, Paragraph

FILE = File("CH-1042-agenda.docx", "application/x", b"bytes")
CARD = Card("Agenda", (Paragraph("Agenda"),), "Agenda", FILE)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@dataclass
class Platform(Searchable):
    """A chat platform that shares a file once; `seen` are those that can be seen in the conversation."""

    seen: set[str] = field(default_factory=set)
    shared: list[str] = field(default_factory=list)
    brought: int = 0
    slow: bool = False
    breaks: bool = False

    async def bring(self, file: File) -> str:
        self.brought += 1
        return f"F{self.brought}"

    async def share(self, person: str, file_id: str, card: Card) -> None:
        if file_id in self.shared:
            raise Gone
        self.shared.append(file_id)
        if not self.slow:
            self.seen.add(file_id)
        if self.breaks:
            self.breaks = False
            raise TryLater(maybe_sent=True)

    async def has_file(self, person: str, file_id: str, since: datetime) -> bool:
        return file_id in self.seen


@dataclass
class Row:
    """The outbox row: what is kept, and whether it is still ours."""

    body: dict[str, object] = field(default_factory=dict)
    ours: bool = True

    async def keep(self, body: Mapping[str, object]) -> bool:
        if self.ours:
            self.body = dict(body)
        return self.ours


def tries(platform: Platform, row: Row, *, look: bool = False) -> bool:
    """One try; what it says."""
    handover = Handover(platform, "U0ADA", CARD, row.body, MONDAY, row.keep)

    async def go() -> bool:
        return await handover.go(FILE, look=look)

    return anyio.run(go)


def test_at_the_first_try() -> None:
    platform, row = Platform(), Row()
    assert tries(platform, row)
    assert (platform.shared, row.body) == (["F1"], {"brought": "F1", "spent": False})


def test_the_answer_was_lost_and_the_file_is_seen() -> None:
    platform, row = Platform(breaks=True), Row()
    with pytest.raises(TryLater):
        tries(platform, row)
    assert tries(platform, row, look=True)
    assert platform.shared == ["F1"]


def test_the_answer_was_lost_and_the_file_is_not_seen_yet() -> None:
    platform, row = Platform(breaks=True, slow=True), Row()
    with pytest.raises(TryLater):
        tries(platform, row)
    with pytest.raises(TryLater) as caught:
        tries(platform, row, look=True)
    assert caught.value.maybe_sent
    assert row.body["spent"]
    platform.seen.add("F1")
    assert tries(platform, row, look=True)
    assert platform.shared == ["F1"]
    assert platform.brought == 1


def test_the_file_was_thrown_away_before_it_was_shared() -> None:
    platform, row = Platform(), Row({"brought": "F0", "spent": True})
    assert tries(platform, row, look=True)
    assert platform.shared == ["F1"]


def test_refused_before_it_was_shared_the_same_file_goes_again() -> None:
    platform, row = Platform(), Row({"brought": "F7", "spent": False})
    assert tries(platform, row)
    assert platform.shared == ["F7"]
    assert platform.brought == 0


def test_nothing_is_shared_once_the_row_has_passed_to_somebody_else() -> None:
    platform, row = Platform(), Row(ours=False)
    assert not tries(platform, row)
    assert platform.shared == []
