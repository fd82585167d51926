"""Messages are sent and redrawn between the requests, so that whoever clicks need not wait for them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.giving_way import Requests, after

SOON, NEVER = 0.001, 3600.0


def noting(done: list[str]) -> Any:
    async def run(function: Any, *arguments: Any) -> Any:
        done.append("message")
        return function(*arguments)

    return run


@pytest.mark.anyio
async def test_a_message_waits_until_the_request_under_way_is_answered() -> None:
    requests = Requests(gap=SOON, patience=NEVER)
    done: list[str] = []
    with requests.one():
        sending = asyncio.create_task(after(requests, noting(done))(int, "7"))
        for _ in range(3):
            await asyncio.sleep(SOON)
        done.append("request")
    assert await sending == 7
    assert done == ["request", "message"]


@pytest.mark.anyio
async def test_without_requests_a_message_waits_for_nothing() -> None:
    done: list[str] = []
    asking = after(Requests(gap=NEVER, patience=NEVER), noting(done))(str, 7)
    with pytest.raises(StopIteration) as ended:
        asking.send(None)  # its first step is its last
    assert ended.value.value == "7"
    assert done == ["message"]


@pytest.mark.anyio
async def test_a_message_goes_out_however_many_requests_there_are() -> None:
    requests = Requests(gap=SOON, patience=2 * SOON)
    done: list[str] = []
    with requests.one():
        await after(requests, noting(done))(str)
    assert done == ["message"]
