"""The program's settings: environment variables that begin with CHALLENGE_, or lines of a .env file, read once at the start.

Secrets are kept as SecretStr and are in no message, representation or trace made here.
"""

from __future__ import annotations

from bot.settings.listing import Row, table
from bot.settings.loading import WrongSettings, load
from bot.settings.missing import missing_for_serving, no_authority
from bot.settings.settings import Settings

__all__ = ["Row", "Settings", "WrongSettings", "load", "missing_for_serving", "no_authority", "table"]
