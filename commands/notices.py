"""The messages: what each notice says, composed when it is sent and again whenever it is redrawn.

A notice holds no words of the case, only which entry it is about; so that it can never show less or more than the record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from commands import calendar_cards, concern_notices, email_copies, meeting_invitations
from commands.cards import brief_card, challenge_card
from commands.desk import Desk
from commands.documents import handing_over
from commands.emergency import NOTICE as EMERGENCY
from commands.emergency import read_card
from commands.entries import details, moment
from commands.leads import EVENTS, Notice, has_passed, is_over, lead
from commands.limits import limit_card
from commands.patterns import pattern_card
from commands.previews import preview
from commands.problem_notes import SHOWN_TO
from commands.retention import deleted_card
from commands.swaps import answered_card, asked_card
from commands.todo import digest, nothing_waits, old_digest
from commands.undelivered import choices, may_be_handed
from commands.vocabulary import Button, Buttons, Card, Paragraph, Part, Quotation, Small, Style
from storage import challenges, problems, undelivered
from storage.invitations import INVITATION
from storage.outbox import EMAIL
from storage.tables import SecondOpinion

PRIVATE = concern_notices.NOTICES
"""Messages that nobody reads who covers: they wait for the person."""
LATE = timedelta(minutes=30)
"""A message later than this says so."""


def compose(desk: Desk, notice: Notice, *, redraw: bool = False) -> Card | None:
    """The card for the person at the desk; None when there is nothing left to say. `redraw`: it has been sent before."""
    if notice.notice in handing_over.PERSONAL:
        card: Card | None = handing_over.compose(desk, notice)
    elif notice.notice == INVITATION:
        card = meeting_invitations.compose(desk, notice)
    elif notice.channel == EMAIL:
        card = email_copies.compose(desk, notice)
    elif notice.notice == "digest":
        card = _digest(desk, notice, redraw)
    elif notice.notice in calendar_cards.NOTICES:
        card = calendar_cards.compose(desk, notice, redraw=redraw)
    elif notice.notice == "limit":
        card = limit_card(desk, notice, redraw=redraw)
    elif notice.notice in concern_notices.NOTICES:
        card = concern_notices.compose(desk, notice, redraw=redraw)
    elif notice.notice == EMERGENCY:
        card = read_card(desk, notice)
    elif notice.challenge_id is not None:
        card = _about_challenge(desk, notice, redraw)
    elif notice.notice == "problem":
        card = _problem(desk, notice, redraw)
    else:
        card = _OTHERS[notice.notice](desk, notice)
    if card is None:
        return card
    around = [*_cover(desk, notice), *_handed(desk, notice)]
    if not redraw:
        around += _late(desk, notice)
    return replace(card, parts=(*around, *card.parts)) if around else card


def _cover(desk: Desk, notice: Notice) -> list[Part]:
    if notice.email not in desk.covered:
        return []
    return [Small(f"You get this because you cover for {desk.name(notice.email)}, who is away.")]


def _handed(desk: Desk, notice: Notice) -> list[Part]:
    parts: list[Part] = []
    if notice.body.get("handed_from"):
        who, by = desk.name(str(notice.body["handed_from"])), desk.name(str(notice.body["handed_by"]))
        parts.append(Small(f"This was for {who} and could not be delivered; {by} handed it to you."))
    if notice.body.get(undelivered.AGAIN):
        parts.append(
            Small("You may have this message twice: sending it was interrupted. It is one and the same.")
        )
    return parts


def _late(desk: Desk, notice: Notice) -> list[Part]:
    parts: list[Part] = []
    if desk.now - notice.due_at <= LATE:
        return parts
    expected = desk.office.hours.next_open(notice.due_at)
    if desk.now - expected > LATE:
        words = f"This message was due on {moment(desk, expected)} and is {how_late(desk.now - expected)} late, because it could not be sent earlier."
        if notice.replaces:
            earlier = ", ".join(moment(desk, at) for at in notice.replaces)
            words += f" It also stands for the reminders of {earlier}."
        parts.append(Small(words))
    return parts


def how_late(by: timedelta) -> str:
    """A length of time in the largest unit that fits: "2 days", "3 hours", "40 minutes"."""
    minutes = int(by.total_seconds() // 60)
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "a moment"


def _about_challenge(desk: Desk, notice: Notice, redraw: bool) -> Card | None:
    stored = challenges.load(desk.session, notice.challenge_id or 0)
    if stored is None:
        return None
    record = desk.with_procedure(stored)
    if not redraw and is_over(record, notice):
        return None
    entry = next((each for each in stored.entries if each.number == notice.body.get("entry")), None)
    first = lead(desk, record, notice, entry)
    if not desk.may_see(record):
        gone = "You no longer have a part in this challenge."
        words = f"{first.text} {gone}" if notice.notice == "reassigned" else gone
        return Card(record.reference, (Paragraph(words),), record.reference)
    if has_passed(record, notice):
        card = brief_card(desk, record, first.text)
    else:
        texts = details(desk, record, entry) if entry is not None and notice.notice in EVENTS else []
        extra = (
            *((Paragraph(first.then),) if first.then else ()),
            *(Quotation(label, text) for label, text in texts),
        )
        card = challenge_card(desk, record, first.text, told=first.told, says_all=first.says_all, extra=extra)
    return replace(card, preview=preview(desk, record, notice))


def _digest(desk: Desk, notice: Notice, redraw: bool) -> Card | None:
    """The digest; until the next one it is kept up to date, and says so when everything in it has been done."""
    day = date.fromisoformat(notice.body["day"])
    if redraw and day != desk.office.digest_day(desk.now):
        return old_digest(day)
    card = digest(desk)
    return nothing_waits(desk) if card is None and redraw else card


def _problem(desk: Desk, notice: Notice, redraw: bool) -> Card | None:
    """What needs attention, with what an administrator can do about it; once it is solved, who solved it."""
    said = Paragraph(str(notice.body["sentence"]))
    outcome = problems.outcome_of(desk.session, str(notice.body.get("problem", "")))
    if outcome is not None:
        words = outcome or "This is solved."
        return Card("This is solved", (said, Paragraph(words)), "This is solved") if redraw else None
    parts: list[Part] = [said]
    if desk.holds(["administrator"]):
        row = undelivered.listed_as(desk.session, int(notice.body.get(SHOWN_TO, 0)))
        parts += [] if row is None else [choices(str(row.id), may_be_handed(row))]
        parts.append(Buttons((Button("See the list", "problems"),)))
    return Card("Something needs attention", tuple(parts), "Something needs attention")


def _opinion(desk: Desk, notice: Notice) -> Card | None:
    row = desk.session.get(SecondOpinion, int(notice.body["opinion"]))
    if row is None:
        return None
    values = row.draft["values"]
    concern = Quotation("Concern", str(values.get("concern") or ""))
    case = str(values.get("case_reference") or "not given yet")
    if notice.notice == "opinion_asked" and row.answered_at is not None:
        who = desk.name(row.answered_by or row.asked)
        done = f"{who} gave {desk.name(row.asker)} a second opinion on {moment(desk, row.answered_at)}. Nothing more is asked of you."
        return Card("A second opinion", (Paragraph(done),), "A second opinion was given")
    if notice.notice == "opinion_asked":
        lead = (
            f"{desk.name(row.asker)} asks for your second opinion. Nothing has been recorded as a challenge."
        )
        button = Button("Give your opinion", "opinion", {"opinion": str(row.id)}, Style.PRIMARY)
        return Card(
            "A second opinion",
            (Paragraph(lead, strong=True), Paragraph(f"Case: {case}"), concern, Buttons((button,))),
            "A second opinion is asked for",
        )
    lead = f"{desk.name(row.answered_by or row.asked)} has given a second opinion."
    button = Button("Go on with the challenge", "raise", {"opinion": str(row.id)}, Style.PRIMARY)
    words = Quotation("Second opinion", row.answer or "")
    close = Small("If no challenge is needed, there is nothing to do: nothing was recorded.")
    return Card(
        "A second opinion",
        (Paragraph(lead, strong=True), words, concern, Buttons((button,)), close),
        "Your second opinion has come",
    )


_OTHERS: dict[str, Callable[[Desk, Notice], Card | None]] = {
    "deleted": deleted_card,
    "opinion_asked": _opinion,
    "opinion_answered": _opinion,
    "swap_asked": asked_card,
    "swap_answered": answered_card,
    "pattern": pattern_card,
}
