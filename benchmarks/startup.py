"""From `challenge-bot serve` to ready, and the memory it holds then.

Method: the program is started as an administrator starts it, compiled as `make setup` leaves it, with an SQLite file that is up to date
and an authority of twenty people; Slack's Web API is played by the benchmark. Ready is the first 200 of /readyz, asked every 10 ms.
Memory is the resident set of the process 5 s later, when what was waiting has been sent. Medians of five starts. The processor's time
until then is told too, without a limit: on a busy machine it says more than the clock.
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
import psutil

from benchmarks.click import _environment, _free_port, _prepare, _slack

STARTS, SECONDS, MEGABYTES = 5, 2.0, 120.0


async def main() -> bool:
    """Measure and print; True when both limits are kept."""
    times: list[float] = []
    worked: list[float] = []
    sizes: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        async with _slack() as api:
            settings = _prepare(Path(name), api, count=5)
            for _ in range(STARTS):
                took, work, size = await _start(_environment(settings))
                times.append(took)
                worked.append(work)
                sizes.append(size)
    print(
        f"start to ready, {STARTS} starts: median {statistics.median(times):.2f} s, longest {max(times):.2f} s (under {SECONDS} s)"
    )
    print(f"  of which the processor worked: median {statistics.median(worked):.2f} s")
    print(
        f"resident memory: median {statistics.median(sizes):.0f} MB, most {max(sizes):.0f} MB (under {MEGABYTES:.0f} MB)"
    )
    return statistics.median(times) < SECONDS and statistics.median(sizes) < MEGABYTES


async def _start(environment: dict[str, str]) -> tuple[float, float, float]:
    port = _free_port()
    environment = {**environment, "CHALLENGE_PORT": str(port), "PYTHONPATH": str(Path(__file__).parents[1])}
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", env=environment, cwd=tempfile.gettempdir()
    )
    try:
        async with aiohttp.ClientSession() as client:
            while True:
                try:
                    async with client.get(f"http://127.0.0.1:{port}/readyz") as answer:
                        if answer.status == 200:
                            break
                except aiohttp.ClientConnectionError:
                    pass
                await asyncio.sleep(0.01)
        took = time.perf_counter() - began
        running = psutil.Process(process.pid)
        spent = running.cpu_times()
        await asyncio.sleep(5)
        return took, spent.user + spent.system, running.memory_info().rss / 1e6
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(0 if asyncio.run(main()) else 1)
