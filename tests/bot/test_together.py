"""Several messages are written down in one transaction; whatever is wrong with one undoes nothing of the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bot import together
from bot.together import Together, apart


class Book:
    """What was written, in the transactions in which it was; it takes no negative numbers."""

    def __init__(self) -> None:
        self.written: list[list[int]] = []
        self.on_their_way = 0
        self.together: Together[int] = Together(
            self.run, self.write, lambda number: number % 10 or None, lambda: self.on_their_way > 0
        )

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        await asyncio.sleep(0)  # others may come meanwhile
        return function(*arguments)

    def write(self, numbers: Sequence[int]) -> None:
        if min(numbers) < 0:
            raise ValueError
        self.written.append([*numbers])

    def do(self, *numbers: int) -> list[object]:
        async def go() -> list[object]:
            ended = await asyncio.gather(*map(self.together.do, numbers), return_exceptions=True)
            await self.together.settle()
            return [type(each) for each in ended if each is not None]

        return asyncio.run(go())


def test_what_comes_together_is_written_together() -> None:
    book = Book()
    assert book.do(10, 20, 30) == []
    assert book.written == [[10, 20, 30]]
    assert book.do(40) == []
    assert book.written[1:] == [[40]], "One waits for no other."


def test_while_others_are_on_their_way_it_waits_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "A_MOMENT", 600.0)
    book = Book()

    async def go() -> None:
        book.on_their_way = 2
        first = asyncio.create_task(book.together.do(10))
        await asyncio.sleep(0)
        second = asyncio.create_task(book.together.do(20))
        await asyncio.sleep(0.01)
        assert book.written == []
        book.on_their_way = 0
        await asyncio.gather(first, second, book.together.do(30))

    asyncio.run(asyncio.wait_for(go(), 30))
    assert book.written == [[10, 20, 30]], "Nobody is waited for any more."


def test_who_does_not_come_is_not_waited_for_long() -> None:
    book = Book()
    book.on_their_way = 1
    assert book.do(10) == []
    assert book.written == [[10]]


def test_what_must_not_wait_takes_along_whatever_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "A_MOMENT", 600.0)
    book = Book()
    book.on_their_way = 9

    async def go() -> None:
        waits = asyncio.create_task(book.together.do(10))
        await asyncio.sleep(0.01)
        await book.together.do(20, hurry=True)
        await waits

    asyncio.run(asyncio.wait_for(go(), 30))
    assert book.written == [[10, 20]]


def test_what_is_wrong_with_one_is_told_of_that_one_alone() -> None:
    book = Book()
    assert book.do(10, -20, 30) == [ValueError]
    assert book.written == [[10], [30]]


def test_a_challenge_comes_once_in_a_transaction() -> None:
    book = Book()
    book.do(11, 21, 12, 10, 20)
    assert book.written == [[11, 12, 10, 20], [21]]


@pytest.mark.parametrize(
    ("numbers", "groups"),
    [([], []), ([1, 2], [[1, 2]]), ([1, 1, 2, 1], [[1, 2], [1], [1]]), ([0, 0, 0], [[0, 0, 0]])],
)
def test_groups(numbers: list[int], groups: list[list[int]]) -> None:
    assert apart(numbers, lambda number: number or None) == groups
