"""Who is in the workspace."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Literal

from bot.playground.errors import BadPersonaError

TEAM_ID, OTHER_TEAM = "T0DEMO0TEAM", "T0OTHER0ORG"

# Backgrounds on which white text has a contrast of at least 4.5 to 1.
_COLOURS = ("#7a3e65", "#23606e", "#8a4b16", "#3f5aa6", "#4c6b22", "#8c3b3b", "#5b4a9c", "#2f6b4f")


@dataclass(frozen=True)
class Persona:
    """One person whom the page can be used as.

    user_id: like Slack's, "U" or "W" and capitals and digits. title: the role, shown under the name.
    Raises BadPersonaError for any other user id.
    """

    user_id: str
    name: str
    title: str
    email: str
    standing: Literal["colleague", "guest", "single_channel_guest", "stranger"] = "colleague"
    """A guest of this workspace, in several channels or in one; or somebody of another organisation, met in a shared channel."""
    view: Literal["slack", "teams"] = "slack"
    """Which of the two the page shows first."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[UW][A-Z0-9]+", self.user_id):
            raise BadPersonaError(self.user_id)

    @property
    def team(self) -> str:
        """The id of the workspace that the account belongs to."""
        return OTHER_TEAM if self.standing == "stranger" else TEAM_ID

    @property
    def handle(self) -> str:
        """The short name: the part of the address before the @."""
        return self.email.partition("@")[0]

    @property
    def initials(self) -> str:
        """At most two capitals, from the first and the last name."""
        names = self.name.split()
        return "".join(name[0] for name in (names[:1] + names[1:][-1:])).upper()

    @property
    def colour(self) -> str:
        """A dark CSS colour, always the same for the same person."""
        return _COLOURS[zlib.crc32(self.user_id.encode()) % len(_COLOURS)]
