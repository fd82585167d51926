"""Where the program keeps what must outlast it: the database, and the files beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.settings.values import Part

DRIVER = "postgresql+psycopg"
DATABASE_EXAMPLES = "sqlite:///challenge.db or postgresql://user:password@server/challenge"


def _database(value: str) -> str:
    """SQLAlchemy's URL of a database that we know; `postgresql://` becomes the URL of the driver in use."""
    # Here, because SQLAlchemy takes a third of a second that commands without a database need not wait for.
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(value.strip())
    except (ArgumentError, ValueError):  # not repeated here: it may hold a password
        raise ValueError(f"is not the address of a database. It looks like {DATABASE_EXAMPLES}.") from None
    if url.drivername in ("postgres", "postgresql", DRIVER):
        if not url.database:
            raise ValueError(
                "names no database: it ends in one, for example postgresql://user:password@server/challenge."
            )
        return url.set(drivername=DRIVER).render_as_string(hide_password=False)
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        if url.database in (None, "", ":memory:"):
            raise ValueError(
                "names no file, and the record must outlast the program. It looks like sqlite:///challenge.db."
            )
        return url.render_as_string(hide_password=False)
    raise ValueError(
        f'begins with "{url.drivername}". Only SQLite and PostgreSQL are known: {DATABASE_EXAMPLES}.'
    )


class FileSettings(Part):
    """The database and the files."""

    database_url: Annotated[str, AfterValidator(_database)] = Field(
        default="sqlite:///challenge.db",
        repr=False,
        description="The database: an SQLite file, or PostgreSQL (postgresql://user:password@server/name).",
    )
    authority: Path = Field(
        default=Path("authority.toml"),
        description="The file that describes the authority. `challenge-bot init DIR` writes one to fill in.",
    )
    keys: Path | None = Field(
        default=None,
        description="The file of the keys that what people wrote is encrypted with. Left out: challenge.keys beside the authority's file.",
    )
    audit_key: Path | None = Field(
        default=None,
        description="The key that signs the audit's heads, a PEM file; left out, audit-key.pem beside the authority's file.",
    )
    audit_heads: Path | None = Field(
        default=None,
        description="Where signed heads are appended daily; left out, audit-heads.jsonl beside the authority's file.",
    )

    @property
    def audit_key_file(self) -> Path:
        """Where the key that signs the audit's heads is."""
        return self.audit_key or self.authority.parent / "audit-key.pem"

    @property
    def audit_heads_file(self) -> Path:
        """Where the signed heads of the audit are published."""
        return self.audit_heads or self.authority.parent / "audit-heads.jsonl"

    @property
    def key_file(self) -> Path:
        """Where the keys are."""
        return self.keys or self.authority.parent / "challenge.keys"
