"""The settings as `challenge-bot settings` lists them."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import SecretStr

from bot.settings.settings import PREFIX, Settings
from procedures.faults import showable

if TYPE_CHECKING:
    from sqlalchemy.engine import URL


class Row(NamedTuple):
    """One setting as `challenge-bot settings` lists it; every member is fit to be shown."""

    name: str
    meaning: str
    default: str
    is_set: bool
    where: str
    """"environment", the .env file's name, or "" when the default holds."""
    value: str
    """The value in force; "(hidden)" for a secret."""

    def lines(self, width: int) -> list[str]:
        """For people: the name and what it is now, its meaning below, each line at most so wide where words allow it."""
        now = f"{self.value} ({self.where})" if self.where else self.value
        default = f"Default: {self.default}." if self.default else "No default."
        below = textwrap.wrap(
            f"{self.meaning} {default}",
            width,
            initial_indent="    ",
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        return [f"{self.name}: {now if self.is_set else 'not set'}", *below]


def table(settings: Settings | None) -> list[Row]:
    """Every setting with its meaning, default and state; without settings (they are wrong), what can be set.

    No secret is in it, and no password of a database.
    """
    return [_row(field, settings) for field in Settings.model_fields]


def _row(field: str, settings: Settings | None) -> Row:
    about = Settings.model_fields[field]
    value = getattr(settings, field) if settings is not None else None
    return Row(
        name=PREFIX + field.upper(),
        meaning=about.description or "",
        default="" if about.default is None else str(about.default),
        is_set=settings is not None and field in settings.model_fields_set,
        where="" if settings is None else settings._where.get(field, ""),
        value=_shown(field, value),
    )


def _shown(field: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return "(hidden)"
    if field == "database_url":
        from sqlalchemy.engine import make_url

        return _without_password(make_url(value))
    return showable(str(value))


def _without_password(url: URL) -> str:
    """The address fit to be shown. libpq reads passwords from the part behind the question mark, too."""
    hidden = {key: "***" for key in url.query if "pass" in key.lower()}
    return url.update_query_dict(hidden).render_as_string(hide_password=True)
