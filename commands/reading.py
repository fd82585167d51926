"""Commands that open something of a challenge to read: show, record."""

from __future__ import annotations

from collections.abc import Mapping

from commands.command import ChallengeRef, Command
from commands.desk import Desk
from commands.vocabulary import Filled, Reply


class Reading(Command):
    """Opens something of one challenge; the subclass says what, and writes down that it was read."""

    usage = "CH-1042"
    about_challenge = "read"

    challenge: ChallengeRef

    @classmethod
    def opened(cls, desk: Desk, reference: str) -> Reply:
        """What there is to read. Raises Refused when the person has no part in the challenge."""
        raise TypeError(f"{cls.__name__} does not say what it opens.")

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """The reference, or the choice of one."""
        return cls.opened(desk, words[0]) if words else cls.choose(desk)

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """A button for one challenge; without one, the choice."""
        return cls.opened(desk, arguments["challenge"]) if arguments.get("challenge") else cls.choose(desk)

    @classmethod
    def submitted(cls, desk: Desk, filled: Filled) -> Reply:
        """One was chosen from the list."""
        return cls.opened(desk, str(filled.values.get("challenge") or ""))
