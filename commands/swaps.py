"""What goes on between two colleagues about a swap: the messages, what ends a question, and whether it can still be agreed on."""

from __future__ import annotations

from commands.desk import Desk
from commands.leads import Notice
from commands.next_step import due_words
from commands.office import digest_key
from commands.record import Record
from commands.rotas import turns_for
from commands.vocabulary import Button, Buttons, Card, Fact, Facts, Paragraph, Part, Small, Style
from procedures.dates import long_date
from procedures.engine import Status
from procedures.rota import LeftOut
from storage import allocations, outbox, postings, swaps
from storage.outbox import Note
from storage.swaps import Swap

DAYS_TO_ANSWER = 3
"""Working days for which a question stands open: long enough for a day out of the office, short enough to ask somebody else."""


def tell_asked(desk: Desk, swap: Swap) -> None:
    """Write to the colleague who is asked."""
    outbox.put(desk.session, [_note(desk, swap, "swap_asked", swap.asked)])


def tell_asker(desk: Desk, swap: Swap) -> None:
    """Write to whoever asked that the part stays theirs."""
    outbox.put(desk.session, [_note(desk, swap, "swap_answered", swap.asker)])


def _note(desk: Desk, swap: Swap, notice: str, email: str) -> Note:
    # Without the challenge's number: whoever is asked has no part in it, and must not get its card.
    return Note(
        key=f"swap:{swap.id}:{notice}:{email}",
        email=email,
        notice=notice,
        due_at=desk.now,
        send_after=desk.office.hours.next_open(desk.now),
        body={"swap": swap.id},
    )


def end(desk: Desk, swap: Swap, state: str) -> bool:
    """A question is answered or over; its message is redrawn, and the digest. False when somebody was first."""
    if not swaps.end(desk.session, swap.id, state, desk.now):
        return False
    digest = digest_key(desk.office.digest_day(desk.now), swap.asked)
    postings.mark_keys_stale(desk.session, [f"swap:{swap.id}:swap_asked:{swap.asked}", digest])
    return True


def lapse(desk: Desk) -> None:
    """End the questions that nobody can accept any more; who asked is told when only the time was up."""
    for swap in swaps.over(desk.session, desk.now):
        if end(desk, swap, "lapsed"):
            record = desk.office_record(swap.challenge_id)
            desk.note_down("swap_lapsed", f"CH-{swap.challenge_id}", {"role": swap.role})
            if record is not None and _is_askers(desk, record, swap):
                tell_asker(desk, swap)


def _is_askers(desk: Desk, record: Record, swap: Swap) -> bool:
    holds = swap.asker in allocations.held(desk.session, record.head.id, swap.role)
    return record.standing.status is Status.open and holds


def still_possible(desk: Desk, record: Record, swap: Swap) -> str:
    """Why a swap can no longer be agreed on, in a sentence; "" when it can."""
    title = record.procedure.role_name(swap.role)
    if record.standing.status is not Status.open:
        return f"{record.reference} is {record.standing.status.value}."
    if not _is_askers(desk, record, swap) or swap.asker not in record.holders((swap.role,)):
        return f"{desk.name(swap.asker)} is no longer the {title} of {record.reference}."
    if swap.expires_at <= desk.now:
        return "The time to answer this question is over."
    found = turns_for(desk, record, swap.role)
    place = None if found is None else next((p for p in found.places if p.member.email == swap.asked), None)
    if place is None:
        return f"You are no longer one of those who take turns as {title}."
    if place.left_out is LeftOut.involved:
        return f"You have or had a part in a challenge about the same case, so you cannot be the {title} of this one."
    if place.left_out is LeftOut.has_it:
        return f"You are the {title} of {record.reference} already."
    return ""


def asked_card(desk: Desk, notice: Notice) -> Card | None:
    """The question as a message."""
    return question(desk, int(notice.body["swap"]))


def question(desk: Desk, number: int) -> Card | None:
    """The question, for the colleague who is asked: which part of which challenge, and nothing of what it is about."""
    swap = swaps.find(desk.session, number)
    record = None if swap is None else desk.office_record(swap.challenge_id)
    if swap is None or record is None:
        return None
    asker, title = desk.name(swap.asker), record.procedure.role_name(swap.role)
    lead = f"{asker} asks you to take over as the {title} of {record.reference}."
    over = _ANSWERED.get(swap.state) or still_possible(desk, record, swap)
    if over:
        return Card("A swap", (Paragraph(f"{lead} {over}"),), "A swap: nothing more is asked of you")
    unit = desk.office.authority.unit_name(record.head.unit)
    facts = [
        Fact("Case", record.head.case_reference),
        Fact("Team", unit),
        Fact("Stage", record.standing.now.stage.name),
        Fact("Due", due_words(desk, record)),
    ]
    parts: list[Part] = [Paragraph(lead, strong=True), Facts(tuple(facts))]
    if desk.actor.email == swap.asked:
        until = long_date(desk.office.today(swap.expires_at))
        parts.append(Small(f"Please answer by {until}. If you are involved in this case, decline."))
        this = {"swap": str(swap.id)}
        take = Button("I will take it", "swap", {**this, "answer": "accepted"}, Style.PRIMARY)
        parts.append(Buttons((take, Button("I cannot", "swap", {**this, "answer": "declined"}))))
    else:
        parts.append(Small(f"Only {desk.name(swap.asked)} can agree to this. {asker} can ask somebody else."))
    return Card("A swap", tuple(parts), "A colleague asks you to swap")


_ANSWERED = {
    "accepted": "You took it over.",
    "declined": "It was declined.",
    "withdrawn": "The question was taken back; nothing is asked of you.",
    "lapsed": "The question is over; nothing is asked of you any more.",
}


def answered_card(desk: Desk, notice: Notice) -> Card | None:
    """What came of the question, for whoever asked; of a swap that was agreed on the challenge's own message tells."""
    swap = swaps.find(desk.session, int(notice.body["swap"]))
    record = None if swap is None else desk.office_record(swap.challenge_id)
    if swap is None or record is None:
        return None
    what = "cannot take it" if swap.state == "declined" else "did not answer in time"
    title = record.procedure.role_name(swap.role)
    lead = f"You asked {desk.name(swap.asked)} to take over as the {title} of {record.reference}. {desk.name(swap.asked)} {what}; the part is still yours."
    again = Button("Ask somebody else", "swap", {"challenge": record.reference})
    parts = (Paragraph(lead, strong=True), Buttons((again,)))
    return Card("A swap", parts, "Your swap: there is an answer")
