"""What people have beside Slack: Teams, a mailbox, a calendar. Each may be missing."""

from __future__ import annotations

from dataclasses import dataclass

from bot.playground.outlook import Outlook
from bot.playground.teams import Tenant


@dataclass(frozen=True)
class Beside:
    """What there is; None for what the workspace goes without."""

    teams: Tenant | None = None
    outlook: Outlook | None = None

    async def aclose(self) -> None:
        """End what they hold open."""
        if self.teams is not None:
            await self.teams.aclose()
