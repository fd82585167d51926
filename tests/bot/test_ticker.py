"""The ticker ends after the pass that is under way: what that pass works with is taken down next."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest

from bot.ticker import Ticker


async def nothing_due() -> float | None:
    return None


@pytest.mark.anyio
async def test_stopping_waits_for_the_pass_that_is_under_way() -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()
    ended: list[str] = []

    async def sweep() -> int:
        begun.set()
        await may_end.wait()
        ended.append("pass")
        return 1

    ticking = Ticker(sweep, sweep, nothing_due, seconds=60)
    ticking.start()
    await begun.wait()
    stopping = asyncio.create_task(ticking.stop())
    stopping.add_done_callback(lambda _: ended.append("stop"))
    may_end.set()
    await stopping
    await asyncio.sleep(0)
    assert ended == ["pass", "stop"]


@pytest.mark.anyio
async def test_a_pass_that_does_not_end_is_broken_off() -> None:
    begun = asyncio.Event()
    ended: list[str] = []

    async def sweep() -> int:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("broken off")
        return 1

    ticking = Ticker(sweep, sweep, nothing_due, seconds=60, patience=0.01)
    ticking.start()
    await begun.wait()
    await ticking.stop()
    await asyncio.sleep(0)
    assert ended == ["broken off"]


@pytest.mark.anyio
async def test_stopping_between_two_passes_ends_at_once() -> None:
    passes: list[int] = []
    done = asyncio.Event()

    async def sweep() -> int:
        passes.append(1)
        return 0

    async def soon() -> float | None:
        done.set()
        return None

    ticking = Ticker(sweep, sweep, soon, seconds=60)
    ticking.start()
    await done.wait()
    await ticking.stop()
    assert passes == [1]


@pytest.mark.anyio
async def test_it_ticks_and_ends_without_a_word_while_every_thread_is_busy(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ready = threading.Event()
    loop = asyncio.get_running_loop()
    busy = [loop.run_in_executor(None, ready.wait, 60) for _ in range(100)]
    passes: list[int] = []
    third = asyncio.Event()

    async def sweep() -> int:
        passes.append(1)
        if len(passes) == 3:
            third.set()
        return 0

    with caplog.at_level(logging.WARNING):
        ticking = Ticker(sweep, sweep, nothing_due, seconds=0.01)
        ticking.start()
        try:
            await asyncio.wait_for(third.wait(), 10)
        finally:
            await ticking.stop()
            ready.set()
            await asyncio.gather(*busy)
    assert caplog.records == []
