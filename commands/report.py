"""Getting a report of activity over a period as a Word file (CT-14, CA-8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from pydantic import Field

from commands.cards import plain
from commands.command import Choice, Command, Draft
from commands.desk import Desk
from commands.documents.handing_over import ask_for_report
from commands.documents.scope import reports_for
from commands.errors import Refused
from commands.vocabulary import Ask, Input, Mistakes, Option, Paragraph, Part, Reply, Say
from procedures.dates import long_date
from procedures.languages import OWN_NAMES
from procedures.schema import Procedure
from procedures.schema.documents import ActivityReport


class GetReport(Command):
    """Get a report of activity over a period as a Word file: numbers alone, no cases."""

    name = "report"
    title = "Reports"
    submit = "Send it to me"

    report: Choice = Field(title="Which report?")
    first: date = Field(title="From which day?")
    last: date = Field(title="To which day, itself included?")
    language: Choice = Field("en", title="In which language?")

    @classmethod
    def offered(cls, desk: Desk) -> bool:
        """To those who may have one."""
        return bool(reports_for(desk))

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """The form; a report's name behind the command chooses it."""
        return Ask(cls.form(desk, {}, {"report": words[0].lower()} if words else {}))

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """The reports that there are for this person, and the period that the first of them usually covers."""
        reports = _reports(desk)
        options = tuple(Option(name, report.title) for name, (_, report) in reports.items())
        first, last = usual_period(next(iter(reports.values()))[1], desk.today)
        yield Paragraph("It counts what happened on these days in the teams that you are responsible for.")
        yield replace(inputs["report"], options=options, initial=options[0].value)
        yield replace(inputs["first"], initial=first.isoformat())
        yield replace(inputs["last"], initial=last.isoformat())
        languages = list(
            dict.fromkeys(each for procedure, _ in reports.values() for each in procedure.languages)
        )
        if len(languages) > 1:
            choices = tuple(Option(each, OWN_NAMES[each]) for each in languages)
            yield replace(inputs["language"], options=choices, initial=choices[0].value)

    def run(self, desk: Desk) -> Reply:
        """Ask for it; it is made when it is sent."""
        found = _reports(desk).get(self.report)
        if found is None:
            raise Refused("There is no such report for you. /challenge report shows those that there are.")
        if self.last < self.first:
            return Mistakes({"last": f"The period ends before it begins, on {long_date(self.first)}."})
        if self.last > desk.today:
            return Mistakes({"last": f"The period can last until today, {long_date(desk.today)}, at most."})
        desk.once()
        procedure, report = found
        ask_for_report(desk, procedure, report, self.first, self.last, self.language)
        words = f"{report.title} is on its way to you. It comes as a file in your messages with the bot."
        return Say(plain("On its way", words))


def usual_period(report: ActivityReport, today: date) -> tuple[date, date]:
    """The last whole months before this one, as many as the report usually covers: their first day and their last."""
    last = today.replace(day=1) - timedelta(days=1)
    months = last.year * 12 + last.month - report.months
    return date(months // 12, months % 12 + 1, 1), last


def _reports(desk: Desk) -> dict[str, tuple[Procedure, ActivityReport]]:
    """By their ids; where two procedures use the same, with the procedure's before it."""
    found = reports_for(desk)
    if not found:
        raise Refused("There is no report for you: the procedures here name others who may have theirs.")
    ids = [report.id for _, report in found]
    return {
        (each[1].id if ids.count(each[1].id) == 1 else f"{each[0].id}/{each[1].id}"): each for each in found
    }
