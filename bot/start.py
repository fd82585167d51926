"""The start of `challenge-bot serve`. Nothing of the command line's library is loaded: the program would hold it for months."""

from __future__ import annotations

import asyncio

from bot.console import fail, faults_as_sentences, read_settings
from bot.lean import collect_nothing, without_rich
from bot.settings import Settings


def serve() -> None:
    """Run the bot against Slack, Teams or both until it is told to end (Ctrl-C or SIGTERM)."""
    collect_nothing()
    try:
        with faults_as_sentences():
            _serve(read_settings())
    except KeyboardInterrupt:
        return


def _serve(settings: Settings) -> None:
    with without_rich():
        from bot.serving import serve as run

    try:
        asyncio.run(run(settings))
    except OSError as error:
        raise fail(
            f"Cannot listen at {settings.host}:{settings.port}: {(error.strerror or 'unknown reason').lower()}. Set CHALLENGE_HOST or CHALLENGE_PORT."
        ) from None
