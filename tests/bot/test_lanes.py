"""Work goes on side by side; what hangs, or has little left to do, holds up nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bot.lanes import Lanes

SOON = 0.05
NEVER = 600.0


class Yard:
    """Two lanes. A piece notes when it begins; `said` lets pieces go on that wait for a word."""

    def __init__(self, beside: int = 3, patience: float = NEVER) -> None:
        self.lanes = Lanes(2, beside, patience, lambda: self.done.append("late"))
        self.begun: list[str] = []
        self.done: list[str] = []
        self.said = asyncio.Event()

    def start(self, name: str, work: Callable[[], Coroutine[Any, Any, None]], whose: str = "") -> None:
        async def go() -> None:
            self.begun.append(name)
            await work()
            self.done.append(name)

        self.lanes.start(whose or name, go)

    async def waits(self) -> None:
        await self.said.wait()

    async def leaves(self) -> None:
        self.lanes.leave()
        await self.said.wait()

    async def ends(self) -> None:
        pass

    async def rests(self) -> None:
        """Whatever can happen now has happened."""
        for _ in range(10):
            await asyncio.sleep(0)


def told(
    story: Callable[[Yard], Coroutine[Any, Any, None]], beside: int = 3, patience: float = NEVER
) -> None:
    async def go() -> None:
        await asyncio.wait_for(story(Yard(beside, patience)), 30)

    asyncio.run(go())


def test_what_leaves_its_place_lets_the_next_begin_and_is_still_under_way() -> None:
    async def story(yard: Yard) -> None:
        for name in "abc":
            yard.start(name, yard.leaves)
        yard.start("d", yard.waits)
        await yard.rests()
        assert yard.begun == ["a", "b", "c", "d"]
        assert yard.lanes.placed, "d has a place."
        yard.said.set()
        await yard.lanes.drained()
        assert yard.done == ["a", "b", "c", "d"]
        assert not yard.lanes.busy

    told(story)


def test_all_that_have_left_are_waited_for_when_no_piece_has_a_place() -> None:
    async def story(yard: Yard) -> None:
        yard.start("a", yard.leaves)
        await yard.rests()
        assert yard.lanes.busy
        assert not yard.lanes.placed
        asyncio.get_running_loop().call_soon(yard.said.set)
        await yard.lanes.drained()
        assert yard.done == ["a"]

    told(story)


def test_the_next_to_the_same_person_waits_until_what_has_left_has_ended() -> None:
    async def story(yard: Yard) -> None:
        yard.start("first", yard.leaves, "Priya")
        yard.start("second", yard.ends, "Priya")
        yard.start("other", yard.ends, "Leo")
        await yard.rests()
        assert yard.begun == ["first", "other"]
        yard.said.set()
        await yard.lanes.drained()
        assert yard.done[-1] == "second"

    told(story)


def test_only_so_many_may_have_left() -> None:
    async def story(yard: Yard) -> None:
        for number in range(5):
            yard.start(f"{number}", yard.leaves)
        await yard.rests()
        assert yard.begun == ["0", "1", "2"], "One has left, and two have the places."
        yard.said.set()
        await yard.lanes.drained()
        assert len(yard.done) == 5

    told(story, beside=1)


def test_what_hangs_leaves_its_place_whether_or_not_it_wanted_to() -> None:
    async def story(yard: Yard) -> None:
        for name, work in (("a", yard.waits), ("b", yard.leaves), ("c", yard.waits), ("d", yard.ends)):
            yard.start(name, work)
        await yard.lanes.drained()
        assert yard.done == ["d"]
        asyncio.get_running_loop().call_soon(yard.said.set)
        assert await yard.lanes.rest(), "Somebody hung."
        assert sorted(yard.done) == ["a", "b", "c", "d", "late", "late", "late"]

    told(story, patience=SOON)


def test_it_is_told_when_few_wait_for_a_place() -> None:
    async def story(yard: Yard) -> None:
        for number in range(9):
            yard.start(f"{number}", yard.ends)
        assert not yard.lanes.few
        await yard.lanes.next()
        assert yard.lanes.few

    told(story)
