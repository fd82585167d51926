"""Opening a challenge's record."""

from __future__ import annotations

from collections.abc import Mapping

from commands.cards import challenge_card
from commands.command import ChallengeRef, Command
from commands.desk import Desk
from commands.entries import conversations
from commands.vocabulary import Bullets, Filled, Paragraph, Part, Reply, Say


class Show(Command):
    """Open a challenge's record: where it stands and all that has happened."""

    name = "show"
    title = "Challenge"
    submit = "Open"
    usage = "CH-1042"
    about_challenge = "read"

    challenge: ChallengeRef

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """The reference, or the choice of one."""
        return cls.opened(desk, words[0]) if words else cls.choose(desk)

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """The button "Open the record"."""
        return cls.opened(desk, arguments.get("challenge", ""))

    @classmethod
    def submitted(cls, desk: Desk, filled: Filled) -> Reply:
        """One was chosen from the list."""
        return cls.opened(desk, str(filled.values.get("challenge") or ""))

    @classmethod
    def opened(cls, desk: Desk, reference: str) -> Reply:
        """The whole record; that it was read is written down."""
        record = desk.record(reference)
        desk.read(record, "show")
        talks = conversations(record)
        extra: tuple[Part, ...] = (
            (Paragraph("Informal conversations first", strong=True), Bullets(tuple(talks))) if talks else ()
        )
        return Say(challenge_card(desk, record, extra=extra, full=True))
