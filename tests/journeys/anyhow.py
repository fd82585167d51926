"""People who do anything at all, in any order: they press what they see, fill in forms anyhow, type what comes to mind.

Whatever they do goes through the front door; what must hold afterwards is `whole.check`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.journeys.challenges import form
from tests.journeys.driver import LONDON, Council
from tests.journeys.person import Person
from tests.journeys.reading import Field, Json

Choose = Callable[[int], int]
"""choose(n): a number from 0 to n - 1."""

WORDS = (
    "The core group has not met",
    "A new worker was named",
    "Views differ",
    "Nothing has changed",
    "A date is set",
)
CASES = ("WX-204815", "WX-204102", "WX-100001", "204815", "Jack")
TYPED = (
    "",
    "list",
    "list unit",
    "list overdue",
    "help",
    "digest",
    "problems",
    "away",
    "concern",
    "concern PC-1",
    "nonsense",
    "due 2026-12-18 5",
    "show",
    "show {}",
    "record {}",
    "document {}",
    "document {} record",
    "report",
    "acknowledge {}",
    "confirm {}",
    "schedule {}",
    "outcome {}",
    "escalate {}",
    "resolve {}",
    "withdraw {}",
    "note {}",
    "reassign {}",
)
DULL = {
    "Open the record",
    "Open",
    "Add a note",
    "Text for the case system",
    "Documents",
    "Show me",
    "My challenges",
} | {
    "I will be away",
    "Withdraw the challenge",
    "Pass a part to somebody else",
}
FAULTS: tuple[tuple[str, dict[str, Any] | None], ...] = (
    ("chat.postMessage", {"status": 429, "retry_after": 3}),
    ("chat.postMessage", {"status": 500}),
    ("chat.postMessage", None),
    ("chat.update", {"status": 503}),
    ("chat.update", None),
    ("conversations.history", {"status": 503}),
    ("conversations.open", {"status": 429}),
)


class Anyhow:
    """One run of events; `choose` decides everything, so that a run can be repeated. `said` tells what was done, for whoever reads a failure."""

    def __init__(self, council: Council, choose: Choose) -> None:
        self.council, self.choose = council, choose
        self.people = council.everybody
        self.said: list[str] = []
        self.words = 0
        self.rows = (council.folder / "people.csv").read_text(encoding="utf-8")
        council.expected.add(
            "library_message"
        )  # the workspace's server, of connections that were broken off on purpose

    def step(self) -> None:
        """Something happens."""
        acts: tuple[tuple[int, Callable[[], str]], ...] = (
            (16, self.press),
            (4, self.type),
            (3, self.raise_one),
            (1, self.raise_privately),
            (4, self.wait),
            (1, self.redeliver),
            (2, self.both),
            (1, self.fault),
            (1, self.be_down),
            (1, self.look_home),
            (1, self.import_people),
        )
        among = [act for weight, act in acts for _ in range(weight)]
        act = among[self.choose(len(among))]
        self.said.append(f"{self.council.now}: {act.__name__}")
        self.said[-1] += f" {act()}"

    # What people do

    def somebody(self) -> Person:
        """Any person, those who have something to press more often."""
        able = [person for person in self.people if person.notices]
        among = able if able and self.choose(4) else self.people
        return among[self.choose(len(among))]

    def press(self) -> str:
        """Any button of any message in somebody's chat; the form that opens is filled in anyhow."""
        person = self.somebody()
        act, told = self.any_button(person)
        if act is None:
            return told
        person._answer_to(act)
        return f"{told}{self.fill(person)}"

    def any_button(self, person: Person) -> tuple[Callable[[], Json] | None, str]:
        """A press of any button that the person sees."""
        seen = [(one, button) for one in person.messages[-8:] for button in one.buttons]
        if not seen:
            return None, f"{person.name} sees no button"
        acting = [(on, button) for on, button in seen if button.label not in DULL]
        among = acting if acting and self.choose(4) else seen
        on, button = among[self.choose(len(among))]
        ids = {"surface": on.surface, "block_id": button.block_id, "action_id": button.action_id}
        told = f"{person.name}: {button.hint or button.label}"
        return lambda: self.council.post("action", user=person.id, value=button.value, **ids), told

    def type(self) -> str:
        """Any command, about any challenge."""
        person = self.somebody()
        line = TYPED[self.choose(len(TYPED))].format(f"CH-{1001 + self.choose(3)}")
        person.types(f"/challenge {line}")
        return f"{person.name}: {line}{self.fill(person)}"

    def raise_one(self) -> str:
        """Hannah or Ben raises a challenge, mostly without a mistake."""
        person = (self.council.hannah, self.council.ben)[self.choose(2)]
        person.types("/challenge raise")
        if person.form is None:
            return f"{person.name} cannot"
        teams = ("North safeguarding team 1", "South safeguarding team", "North safeguarding team 2")
        values = form(CASES[self.choose(3)], teams[self.choose(3)], self.text())
        person.puts(values)
        return f"{person.name}{self.fill(person)}"

    def raise_privately(self) -> str:
        """Nina or Aisha raises a private concern about a coordinator."""
        person = (self.council.nina, self.council.aisha)[self.choose(2)]
        person.types("/challenge concern")
        if person.form is None and "Raise a private concern" in person.messages[-1].labels:
            person.presses("Raise a private concern", "Only you see this list")
        return f"{person.name}{self.fill(person)}"

    def fill(self, person: Person) -> str:
        """Fill in whatever form is open, and send it or not."""
        told = ""
        for _ in range(3):
            shown = person.form
            if shown is None or not shown.fields:
                break
            self.put_all(person)
            if not self.choose(8):
                told += " and closes the form"
                break
            wrong = person.tries({})
            told += f" and sends it{': ' + str(wrong) if wrong else ''}"
            if not wrong and not (person.form and person.form.fields):
                break
        person.closes()
        return told

    def put_all(self, person: Person) -> None:
        """Put something into each empty input, and now and then into one that is not."""
        for _ in range(3):
            empty = [
                field
                for field in person.the_form().fields
                if not _typed(person, field) or not self.choose(12)
            ]
            for field in empty:
                form = person.the_form()
                if field.block_id not in [each.block_id for each in form.fields]:
                    continue
                outcome = self.council.post(
                    "view/change",
                    user=person.id,
                    surface=form.surface,
                    block_id=field.block_id,
                    action_id=field.element["action_id"],
                    value=self.value(field),
                    enter=True,
                )
                assert outcome["ok"], outcome
                self.council.settle()

    def value(self, field: Field) -> Any:
        """Anything that the input takes."""
        kind = field.element["type"]
        choices = list(field.choices.values())
        if kind in ("static_select", "radio_buttons"):
            return choices[self.choose(len(choices))]
        if kind in ("checkboxes", "multi_static_select"):
            return choices[: self.choose(len(choices) + 1)]
        if kind == "datepicker":
            day = self.council.clock.now().astimezone(LONDON).date()
            return (day + timedelta(days=self.choose(12) - 3)).isoformat()
        if kind == "timepicker":
            return "14:00"
        return CASES[self.choose(len(CASES))] if field.label == "Case reference" else self.text()

    def text(self) -> str:
        """Words that have not been written before, so that one sees who reads them."""
        self.words += 1
        return f"{WORDS[self.choose(len(WORDS))]}, as note {self.words} says."

    def both(self) -> str:
        """Two people press at once, or one twice."""
        one, other = self.somebody(), self.somebody()
        (first, told), (second, also) = self.any_button(one), self.any_button(other)
        if first is None or second is None:
            return told
        if not self.choose(3):
            second, also = first, "the same again"
        for outcome in self.council.at_once(first, second):
            assert outcome["ok"], outcome
        one.closes()
        other.closes()
        return f"{told}; {also}"

    def look_home(self) -> str:
        """Somebody looks at their home page, and may press something there."""
        person = self.somebody()
        home = person.home
        if home.buttons and self.choose(2):
            label = home.buttons[self.choose(len(home.buttons))].hint or home.labels[0]
            person.presses(label, at_home=True)
            return f"{person.name}: {label}{self.fill(person)}"
        return person.name

    # What happens to the program

    def redeliver(self) -> str:
        """Slack sends its last request again."""
        outcome = self.council.post("redeliver")
        problem = outcome["problem"] or ""
        # What is older than five minutes does not get through the guard any more.
        assert outcome["ok"] or "nothing to send" in problem or "dispatch_failed" in problem, outcome
        self.council.settle()
        self.council.live()
        for person in self.people:
            person.closes()
        return ""

    def wait(self) -> str:
        """Time passes."""
        hours = (1, 3, 5, 23, 24, 26, 50, 122)[self.choose(8)]
        self.council.portal.call(
            self.council.demo.machine.travel, self.council.clock.now() + timedelta(hours=hours)
        )
        self.council.live()
        return f"{hours} hours"

    def be_down(self) -> str:
        """The program is down for some days and comes back."""
        days = 1 + self.choose(6)
        then = self.council.clock.now().astimezone(LONDON) + timedelta(days=days)
        self.council.restart(f"{then:%A %Y-%m-%d %H:%M}")
        self.council.live()
        return f"for {days} days"

    def fault(self) -> str:
        """Slack will misbehave."""
        method, answer = FAULTS[self.choose(len(FAULTS))]
        times = 1 + self.choose(3)
        faults = self.council.demo.workspace.faults
        if answer is None:
            faults.cut_after_accepting(method, times=times)
        else:
            faults.answer(method, times=times, **answer)
        return f"{method} {answer} {times} times"

    def import_people(self) -> str:
        """Somebody leaves the council's list, or all are on it again."""
        rows = self.rows
        if self.choose(2):
            listed = rows.splitlines(keepends=True)
            gone = 1 + self.choose(len(listed) - 1)
            rows = "".join(listed[:gone] + listed[gone + 1 :])
        return "; ".join(self.council.imports_people(lambda _: rows))

    def end(self) -> None:
        """What was broken works again, and some hours of a working day pass."""
        self.council.demo.workspace.faults.clear()
        office = self.council.demo.bot.office
        day = office.calendar.add(office.today(self.council.clock.now()), 1)
        for hour in (9, 11, 13):
            self.council.until(f"{day:%A} {day} {hour:02}:10")
        for _ in range(6):
            self.council.clock.advance(timedelta(minutes=5))
            self.council.live()


def _typed(person: Person, field: Field) -> Any:
    typed = (person.the_form().body or {}).get("typed", {})
    return typed.get(field.block_id, {}).get(field.element["action_id"])
