"""Runs ASGI applications in threads of their own, on a free port of 127.0.0.1, for as long as a test needs
it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn


class _Server(uvicorn.Server):
    """A server which says when it is ready, and ends what would hold up its end."""

    def __init__(self, config: uvicorn.Config, before_end: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._before_end = before_end

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._before_end()
        await super().shutdown(sockets)


def free_socket() -> socket.socket:
    """A listening place whose port is already known."""
    # Named as TCP, or asyncio does not switch Nagle's algorithm off and every answer waits 40 ms.
    place = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    place.bind(("127.0.0.1", 0))
    return place


def address_of(place: socket.socket) -> str:
    """http://127.0.0.1:port"""
    return f"http://127.0.0.1:{place.getsockname()[1]}"


@dataclass(frozen=True)
class Served:
    """An application, its place, and what must happen before its server can end."""

    app: Any
    place: socket.socket
    before_end: Callable[[], None] = lambda: None


@contextmanager
def running(*served: Served) -> Iterator[None]:
    """Serve all of them until the block ends; they end together."""
    servers = [
        _Server(
            uvicorn.Config(one.app, log_level="critical", timeout_graceful_shutdown=2, ws="none"),
            one.before_end,
        )
        for one in served
    ]
    threads = [
        threading.Thread(target=server.run, args=([one.place],), daemon=True)
        for server, one in zip(servers, served, strict=True)
    ]
    for thread in threads:
        thread.start()
    try:
        assert all(server.ready.wait(10) for server in servers), "a server did not start"
        yield
    finally:
        for server in servers:
            server.should_exit = True
        for thread in threads:
            thread.join(10)
        for one in served:
            one.place.close()
