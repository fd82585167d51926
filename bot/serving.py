"""`serve` and `sweep`: the program against the real Slack."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn

from bot import log
from bot.app import running, web_of
from bot.lean import keep_what_is_loaded
from bot.settings import Settings, WrongSettings, missing_for_serving
from procedures.clock import SystemClock

_log = structlog.get_logger()


async def serve(settings: Settings) -> None:
    """Serve until told to end.

    Raises WrongSettings, FaultyFile or storage.database's errors when it cannot start, OSError when it cannot listen.
    """
    _begin(settings)
    # Uvicorn, left to bind the address itself, would write its trouble to the log and end the program without a sentence.
    with _listening(settings) as listener:
        await _serve(settings, listener)


async def _serve(settings: Settings, listener: socket.socket) -> None:
    async with running(settings, SystemClock()) as bot:
        app = web_of(bot, settings)
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=5
        )
        _log.info(
            "serving",
            host=settings.host,
            port=settings.port,
            socket_mode=settings.slack_app_token is not None,
        )
        keep_what_is_loaded()
        await _Server(config).serve(sockets=[listener])


class _Server(uvicorn.Server):
    """Ends at SIGTERM as at Ctrl-C: what is under way is finished, and the program goes on to its own end, with status 0.

    Uvicorn itself would raise the signal once more, and the program would be gone before it has put its things away.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals for as long as requests are served."""
        loop, numbers = asyncio.get_running_loop(), (signal.SIGINT, signal.SIGTERM)
        for number in numbers:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)


async def sweep(settings: Settings) -> int:
    """One pass of everything that is due. Returns how many messages were sent or redrawn."""
    _begin(settings)
    async with running(settings, SystemClock()) as bot:
        return await bot.sweep()


def _listening(settings: Settings) -> socket.socket:
    """A socket bound to the address. Its protocol is named, or asyncio would leave Nagle's algorithm on: 40 ms a request."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
    except OSError:
        listener.close()
        raise
    return listener


def _begin(settings: Settings) -> None:
    faults = missing_for_serving(settings)
    if faults:
        raise WrongSettings(faults)
    log.configure(log_format=settings.log_format, log_level=settings.log_level, clock=SystemClock())
