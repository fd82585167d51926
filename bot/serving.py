"""`serve` and `sweep`: the program against the real Slack."""

from __future__ import annotations

import structlog
import uvicorn

from bot import log
from bot.app import running, web_of
from bot.settings import Settings, WrongSettings, missing_for_serving
from procedures.clock import SystemClock

_log = structlog.get_logger()


async def serve(settings: Settings) -> None:
    """Serve until told to end. Raises WrongSettings, FaultyFile or storage.database's errors when it cannot start."""
    _begin(settings)
    async with running(settings, SystemClock()) as bot:
        app = web_of(bot, settings)
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=5,
        )
        _log.info(
            "serving",
            host=settings.host,
            port=settings.port,
            socket_mode=settings.slack_app_token is not None,
        )
        await uvicorn.Server(config).serve()


async def sweep(settings: Settings) -> int:
    """One pass of everything that is due. Returns how many messages were sent or redrawn."""
    _begin(settings)
    async with running(settings, SystemClock()) as bot:
        return await bot.sweep()


def _begin(settings: Settings) -> None:
    faults = missing_for_serving(settings)
    if faults:
        raise WrongSettings(faults)
    log.configure(log_format=settings.log_format, log_level=settings.log_level, clock=SystemClock())
