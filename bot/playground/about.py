"""What the workspace is told by whoever starts it: its words for a newcomer, its commands, and its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

STEPS = ("next-working-day", "next-reminder", "plus-one-day")


class TimeControls(Protocol):
    """The workspace's time, as the page shows and moves it."""

    def now(self) -> datetime:
        """The present moment in the workspace, aware."""
        ...

    async def move(self, step: str) -> str:
        """Move on by one of STEPS. One sentence for the user, e.g. "It is now Tuesday 24 November 2026,
        09:00."."""
        ...

    def describe(self) -> str:
        """The present moment in words, e.g. "Monday 23 November 2026, 10:04"."""
        ...


@dataclass(frozen=True)
class CommandHint:
    """A line that can be typed, e.g. "/challenge raise", and what it does."""

    text: str
    description: str


@dataclass(frozen=True)
class StartStep:
    """One step of "Start here". persona: the user id to do it as; command: what to type, or None for none."""

    persona: str
    text: str
    command: str | None = None


@dataclass(frozen=True)
class AuthorityChoice:
    """An authority that the workspace can begin anew with: its name and what people call it."""

    name: str
    title: str


@dataclass(frozen=True)
class About:
    """title: the page's. commands: suggested while typing; their first words are all the slash commands
    there are. authorities: those to choose from, `authority` being the name of the present one."""

    title: str = "Demo workspace"
    introduction: str = "A workspace to try the app in. Nothing you do here leaves this computer."
    commands: tuple[CommandHint, ...] = ()
    start_here: tuple[StartStep, ...] = ()
    authorities: tuple[AuthorityChoice, ...] = ()
    authority: str = ""
