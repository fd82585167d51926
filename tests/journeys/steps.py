"""What people do with a record of any procedure, a line a step: raise it, set and hold its meeting, fill in its forms, say its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from procedures.plans import COLUMNS
from tests.journeys.driver import Council
from tests.journeys.papers import read
from tests.journeys.person import Person

Values = Mapping[str, Any]
SAVE = "Nothing has been saved yet"


class Case:
    """One record, from the moment at which somebody raised it."""

    def __init__(self, council: Council, reference: str) -> None:
        self.council, self.reference = council, reference

    @property
    def today(self) -> str:
        """The present day, as stories write it."""
        return self.council.now.rsplit(" ", 1)[0]

    def opens(self, person: Person, command: str) -> None:
        """A form about this record is opened."""
        answer = person.types(f"/challenge {command} {self.reference}")
        assert person.form is not None, answer

    def sends(self, person: Person, values: Values) -> str:
        """The form on top is filled in, sent and closed; what took its place. A warning is read and passed over."""
        answer = person.fills(values)
        if "Please look at this once more." in answer:
            answer = person.fills({SAVE: "I know; save it all the same"})
        person.closes()
        return answer

    def fills_in(self, person: Person, title: str, values: Values) -> str:
        """A form of the procedure's own is filled in."""
        self.opens(person, "fill")
        if any(field.label == "Which form?" for field in person.the_form().fields):
            person.puts({"Which form?": title})
        return self.sends(person, values)

    def sets_meeting(self, person: Person, day: str, **more: Any) -> str:
        """The date of the meeting is confirmed."""
        self.opens(person, "schedule")
        values = {"Day": day, "Time": "10:00", "What is this date?": "Confirm this date"}
        labels = [field.label for field in person.the_form().fields]
        return self.sends(person, {label: given for label, given in values.items() if label in labels} | more)

    def held(self, person: Person, *present: str, **more: Any) -> str:
        """The meeting was held today; without names, by everybody on the list."""
        self.opens(person, "held")
        there = present or tuple(person.the_form().field("Who was there?").choices)
        return self.sends(person, {"On which day was it held?": self.today, "Who was there?": there, **more})

    def outcome(self, person: Person, choice: str, summary: str = "Everybody was heard.") -> str:
        """An outcome is recorded."""
        self.opens(person, "outcome")
        fields = person.the_form().fields
        values: dict[str, Any] = {fields[0].label: choice, "Summary": summary}
        if any(field.label == "On which day was it?" for field in fields):
            values["On which day was it?"] = self.today
        return self.sends(person, values)

    def agrees(self, person: Person, what: str, owner: str, by_day: str, kind: str = "") -> str:
        """An action is agreed; an owner is found by the beginning of the name, "" where the kind says whose it is."""
        self.opens(person, "action")
        if kind:
            person.puts({"What is it?": kind})
        values: dict[str, Any] = {"What is to be done?": what, "By when?": by_day}
        if owner:
            names = person.the_form().field("By whom?").choices
            values["By whom?"] = next(name for name in names if name.startswith(owner))
        return self.sends(person, values)

    def document(self, person: Person, title: str, **more: Any) -> str:
        """A document about this record comes to somebody as a Word file; its words."""
        before = set(person.files)
        self.opens(person, "document")
        assert "is on its way to you" in self.sends(person, {"Which document?": title, **more})
        (name,) = set(person.files) - before
        return "\n".join(read(person.downloads(name)))

    def is_closed(self, person: Person, words: str = "") -> bool:
        """Whether this person reads that it has been closed, with these words."""
        return any("closed" in one.text and words in one.text for one in person.about(self.reference))


def raises(council: Council, person: Person, values: Values, *first: Values) -> Case:
    """Somebody raises a challenge; `first` are the answers after which the form goes on, in order."""
    person.types("/challenge raise")
    for each in first:
        person.puts(each)
    answer = person.fills(values)
    person.closes()
    assert answer.startswith("CH-"), answer
    return Case(council, answer.split()[0])


def sends_plans(council: Council, person: Person, *rows: str) -> str:
    """Somebody who may sends the list of children on plans; each row as in plans.csv. What is answered."""
    content = "\n".join([",".join(COLUMNS), *rows]) + "\n"
    person.types("/challenge plans import")
    answer = person.fills(
        {"The list of plans, as a CSV file": [person.attaches("plans.csv", content.encode())]}
    )
    person.closes()
    council.live()
    return answer


def report(person: Person, first: str, last: str) -> str:
    """The report that somebody may have, of these days; its words."""
    before = set(person.files)
    person.types("/challenge report")
    person.fills({"From which day?": first, "To which day, itself included?": last})
    person.closes()
    person.council.live()
    (name,) = set(person.files) - before
    return "\n".join(read(person.downloads(name)))
