"""The text of a stage for the case system, to be copied as it stands (BR-12)."""

from __future__ import annotations

from commands.desk import Desk
from commands.entries import conversations, details, full_moment, sentence
from commands.next_step import due_sum, meeting_words
from commands.reading import Reading
from commands.record import Record
from commands.vocabulary import Card, Heading, Part, Preformatted, Reply, Say, Small
from procedures.dates import long_date
from procedures.engine import StageRun
from procedures.schema import RAISER


class RecordText(Reading):
    """Show a challenge as plain text, stage by stage, to copy into the case system."""

    name = "record"
    title = "For the case system"
    submit = "Show"

    @classmethod
    def opened(cls, desk: Desk, reference: str) -> Reply:
        """Every stage opened so far, each under its exact name; that it was read is written down."""
        record = desk.record(reference)
        desk.read(record, "record")
        parts: list[Part] = [Small("Copy each text into the case system under the name of its stage.")]
        for run in record.standing.runs:
            parts += [Heading(run.stage.name), Preformatted(block(desk, record, run))]
        return Say(Card(f"{record.reference}: text for the case system", tuple(parts), record.reference))


def block(desk: Desk, record: Record, run: StageRun) -> str:
    """One stage as plain text."""
    lines = [
        run.stage.name,
        f"Reference: {record.reference}",
        f"Case: {record.head.case_reference}",
        f"Raised by: {desk.name(record.head.raiser)}, {full_moment(desk, record.head.opened_at)}",
    ]
    if run.number == 1:
        lines += [f"Informal conversation: {line}" for line in conversations(record)]
        lines.append(f"Concern: {record.raised.concern}")
        if record.raised.agreed_actions:
            lines.append(f"Agreed actions: {record.raised.agreed_actions}")
    for party in record.parties(run.number):
        if party.part in ("asked", "copied", "chair") and party.role != RAISER:
            verb = {"asked": "Asked", "copied": "Copied to", "chair": "Chair"}[party.part]
            lines.append(f"{verb}: {desk.name(party.email)} ({record.procedure.role_title(party.role)})")
    window = record.windows.get(run.number)
    if window is not None:
        lines.append(f"Answer due: {long_date(window.due_day)}")
        if run is record.standing.now:
            lines.append(f"How it is counted: {due_sum(desk, record)}")
    if run.missing:
        lines.append(
            "Not recorded: " + " and ".join(f"that {run.stage.fact_words(fact)}" for fact in run.missing)
        )
    if run.meeting is not None:
        lines.append(f"Meeting: {meeting_words(run.meeting)}")
    if run.outcome is not None:
        lines.append(f"Outcome: {run.outcome.label}")
    lines.append("")
    for entry in record.stored.entries:
        if entry.stage_number == run.number:
            lines.append(sentence(desk, record, entry, in_full=True))
            lines += [f"  {label}: {text}" for label, text in details(desk, record, entry)]
    return "\n".join(lines)
