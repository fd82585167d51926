"""The private messages about a private concern, composed when they are sent and again whenever they are redrawn (BR-13)."""

from __future__ import annotations

from commands.cards import plain
from commands.concern_cards import card
from commands.concern_carry_out import REMIND_AFTER
from commands.concern_matters import Matter, may_see, of_office
from commands.concern_words import sentence
from commands.desk import Desk
from commands.leads import Notice
from commands.vocabulary import Card
from procedures.private_concern import ASKED, RAISER, THEN, WITH, Kind, Status

HANDED = {f"concern_{part}": part for part in (RAISER, ASKED, WITH, THEN)}
"""The messages with which a private concern reaches somebody, with the part that they have."""
TOLD = tuple(f"concern_{kind.value}" for kind in Kind if kind is not Kind.raised)
"""The messages that tell what somebody did."""
NOTICES = frozenset({*HANDED, *TOLD, "concern_still"})
"""Every message about a private concern. None of them is read by whoever covers: it waits for the person."""


def compose(desk: Desk, notice: Notice, *, redraw: bool) -> Card | None:
    """The card for the person at the desk; None when there is nothing left to say."""
    found = of_office(desk, int(notice.body["concern"]))
    if found is None:
        return None
    if not may_see(desk, found):
        return plain(found.reference, "You have no part in this.")
    if notice.notice == "concern_still":
        over = _has_moved(found, int(notice.body["entry"]), int(notice.body["level"]))
        return None if over and not redraw else card(desk, found, "" if over else _still(desk, found))
    part = HANDED.get(notice.notice)
    if part is not None:
        return card(desk, found, _lead(desk, found, part))
    entry = next(each for each in found.stored.entries if each.number == notice.body["entry"])
    if found.stored.status is not Status.open and entry is found.newest(Kind.agreed, Kind.concluded):
        return card(desk, found)  # where it stands says just that
    return card(desk, found, f"{sentence(desk, found.procedure, entry)}.", told=entry)


def _has_moved(found: Matter, since: int, level: int) -> bool:
    """Whether anything but a note of the raiser's own has been recorded since a reminder was made."""
    head = found.stored.head
    if found.stored.status is not Status.open or head.level != level:
        return True
    return any(entry.number > since and entry.by != head.raiser for entry in found.stored.entries)


def _still(desk: Desk, found: Matter) -> str:
    words = f"Nothing has been recorded on this private concern for {REMIND_AFTER} working days."
    if desk.actor.email == found.stored.head.raiser and found.stored.head.level == 1:
        return f"{words} You can take it to the {found.procedure.role_name(found.rule.then)}."
    return words


def _lead(desk: Desk, found: Matter, part: str) -> str:
    """Why it has come to somebody with this part; empty once it has moved on, for where it stands says all."""
    head, status = found.stored.head, found.stored.status
    if status is not Status.open or (part in (ASKED, WITH) and head.level == 2):
        return ""
    raiser, about = desk.name(head.raiser), found.rule.about
    if part == RAISER:
        return f"You raised this private concern about {about}."
    if part == THEN:
        how = "is unresolved, and comes to you" if found.newest(Kind.taken_further) else "comes to you"
        return f"A private concern of {raiser} about {about} {how}. Please record its outcome."
    if part == ASKED:
        with_ = desk.name_all(found.stored.people(WITH))
        return f"{raiser} raises a private concern about {about}. Please agree a resolution with {with_}."
    asked = desk.name_all(found.stored.people(ASKED), "and")
    verb = "is" if len(found.stored.people(ASKED)) == 1 else "are"
    return f"{raiser} raises a private concern about {about}. {asked} {verb} asked to agree a resolution with you."
