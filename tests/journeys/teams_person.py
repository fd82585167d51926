"""Somebody who writes, presses, fills in and reads in Teams, at the workspace's page: the same story as in Slack."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import httpx

from bot.teams.screen import OPEN, TO_OPEN
from tests.journeys.person import Person
from tests.journeys.reading import Json
from tests.journeys.teams_reading import Carded

AT_ONCE, PAUSE = 4, timedelta(seconds=3)
"""Whoever has written so many messages in one instant pauses first: Teams takes no more answers in a chat than that."""
TAKES_A_FILE = "plans import"
"""The command whose form takes a file, which goes along with the message."""


class TeamsPerson(Person):
    """Somebody at their screen, in Teams."""

    # What they see

    def _teams(self) -> Json:
        found: Json = self._state()["teams"]
        return found

    def _chat(self) -> list[Json]:
        posts: list[Json] = self._teams()["chats"][0]["posts"]
        return [one for one in posts if one["from_bot"] and not one["failure"]]

    @property
    def messages(self) -> list[Carded]:  # type: ignore[override]
        """What the bot has written to them, answers included, the oldest first."""
        return [_read(one) for one in self._chat()]

    @property
    def notices(self) -> list[Carded]:  # type: ignore[override]
        """The messages that came by themselves: answers left out."""
        answers = self.council.answers
        return [_read(one) for one in self._chat() if one["id"] not in answers]

    def about(self, text: str) -> list[Carded]:  # type: ignore[override]
        """Their messages in which these words stand."""
        return [one for one in self.messages if text in one.text]

    @property
    def files(self) -> list[str]:
        """The names of the files in their OneDrive; they say yes to each that is offered."""
        self._accept()
        return [file["name"] for one in self._chat() for file in one["files"] if not file["offered"]]

    def _accept(self) -> None:
        for one in self._chat():
            for file in one["files"]:
                if file["offered"] and (self.id, one["id"]) not in self.council.accepted:
                    self.council.accepted.add((self.id, one["id"]))
                    outcome = self.council.post("teams/consent", user=self.id, post=one["id"], accept=True)
                    assert outcome["ok"], outcome
                    self.council.settle()

    @property
    def account(self) -> str:
        """The id of their account, as an administrator needs it."""
        tenant = self.council.demo.tenant
        assert tenant is not None
        return tenant.member(self.id).object_id

    @property
    def told_alone(self) -> list[str]:
        """What was said to them alone when several acted in one instant: above the message, until that is drawn anew."""
        return self.council.glimpsed.get(self.id, [])

    def refusals(self, outcome: Json) -> list[str]:
        """What is wrong with the form that is still open."""
        form = self.form
        return [] if form is None else [field.wrong for field in form.fields if field.wrong]

    def file_ids(self, name: str) -> list[str]:
        """The ids of their files with this name, the oldest first."""
        self._accept()
        files = [file for one in self._chat() for file in one["files"]]
        return [file["id"] for file in files if not file["offered"] and file["name"] == name]

    def fetching(self, file_id: str) -> httpx.Response:
        """Ask the workspace for a file by its id, whoever has it."""
        return self.council.http.get(f"/ui/teams/file/{file_id}", params={"user": self.id})

    @property
    def home(self) -> Carded:  # type: ignore[override]
        """What there is to do for them, asked for just now."""
        return self._answered(lambda: self._say("home"))[-1]

    @property
    def form(self) -> Carded | None:  # type: ignore[override]
        """The open dialog, if there is one with a card in it."""
        dialog = self._teams()["dialog"]
        if dialog is None:
            return None
        shown = [dialog["card"]] if dialog["card"] else []
        return Carded(dialog["id"], shown, dialog["title"], typed=self._drafts(dialog["id"]))

    def the_form(self) -> Carded:  # type: ignore[override]
        """The open dialog; there must be one."""
        form = self.form
        assert form is not None, f"{self.name} has no dialog open; last: {self.messages[-1:]}"
        return form

    def _drafts(self, dialog: str) -> dict[str, str]:
        return self.council.drafts.setdefault((self.id, dialog), {})

    # What they do

    def _say(self, text: str, **more: Any) -> Json:
        written, now = self.council.written.setdefault(self.id, []), self.council.clock.now()
        written[:] = [each for each in written if now - each < PAUSE]
        if len(written) >= AT_ONCE:
            self.council.clock.advance(PAUSE)
        written.append(self.council.clock.now())
        return self.council.post("teams/say", user=self.id, text=text, **more)

    def types(self, line: str) -> str:
        """Write a command to the bot; its answer, or the words of the form that opens."""
        self.closes()
        told = self._answered(lambda: self._say(line.removeprefix("/challenge").strip() or "home"))
        if told and told[-1].labels == [OPEN] and TO_OPEN in told[-1].text:
            return self._pressed(told[-1], OPEN)
        self.council.live()
        return told[-1].text if told else ""

    def presses(self, label: str, about: str = "", *, in_form: bool = False, at_home: bool = False) -> str:
        """Press a button in their newest message with these words in it; what opens, or what the message says then."""
        if in_form:
            outcome = self.pressing(label, in_form=True)()
            assert outcome["ok"], outcome
            return self._seen()
        form = self.form
        if form is not None and not at_home and about in form.text and label in form.labels:
            return self.presses(label, in_form=True)  # what Slack says under a button stands in a dialog here
        self.closes()
        on = self.home if at_home else self._with_button(label, about)
        return self._pressed(on, label)

    def pressing(
        self, label: str, about: str = "", *, in_form: bool = False, at_home: bool = False
    ) -> Callable[[], Json]:
        """The same press, ready to be made."""
        if in_form:
            form = self.the_form()
            number = form.button(label).number
            return lambda: self._submit(number, form)
        on = self.home if at_home else self._with_button(label, about)
        return self._press(on, label)

    def _with_button(self, label: str, about: str) -> Carded:
        fitting = [one for one in self.about(about) if label in one.labels]
        assert fitting, f"{self.name} has no message about {about!r} with a button {label!r}"
        return fitting[-1]

    def _press(self, on: Carded, label: str) -> Callable[[], Json]:
        number = on.button(label).number
        return lambda: self.council.post("teams/press", user=self.id, post=on.surface, action=number)

    def _pressed(self, on: Carded, label: str) -> str:
        outcome = self._press(on, label)()
        assert outcome["ok"], outcome
        if self._teams()["dialog"] is not None:
            return self._seen()
        self.council.settle()
        now = next(one for one in self.messages if one.surface == on.surface)
        self.council.live()
        return now.text

    def _seen(self) -> str:
        self.council.settle()
        form = self.form
        self.council.live()
        return form.text if form is not None else ""

    def _submit(self, number: int, form: Carded) -> Json:
        return self.council.post("teams/dialog/submit", user=self.id, action=number, inputs=form.typed)

    def puts(self, values: Mapping[str, Any]) -> None:
        """Put values into the inputs of the open dialog, by label; where the form changes with one, press the button that updates it."""
        for label, given in values.items():
            form = self.the_form()
            if _are_files(given):
                assert f"{given[-1]['name']}, attached to your message." in form.text, form.text
                continue
            field = form.field(label)
            form.typed[field.element["id"]] = field.value_for(given)
            if field.updates is not None:
                outcome = self._submit(field.updates, form)
                assert outcome["ok"], outcome
                self.council.settle()

    def attaches(self, name: str, content: bytes) -> Json:
        """A file goes along with a message in Teams, not into a form: the form is asked for anew with it."""
        query = {"user": self.id, "name": name}
        found: Json = self.council.http.post("/ui/teams/attach", params=query, content=content).json()
        assert found["ok"], found
        file: Json = found["file"]
        self.closes()
        told = self._answered(lambda: self._say(TAKES_A_FILE, files=[file["id"]]))
        self._pressed(told[-1], OPEN)
        return file

    def tries(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Fill in the open form and send it; what is wrong, by the input's label."""
        self.puts(values)
        outcome = self.sending()()
        self.council.live()
        form = self.form
        if (
            form is not None and outcome["problem"]
        ):  # Teams itself refuses what is too long, and names the input
            return {
                each.label: outcome["problem"]
                for each in form.fields
                if f"'{each.element['id']}'" in outcome["problem"]
            }
        assert outcome["ok"], outcome
        return {} if form is None else {field.label: field.wrong for field in form.fields if field.wrong}

    def sending(self) -> Callable[[], Json]:
        """Send the open form as it stands, ready to be done."""
        form = self.the_form()
        send = form.cards[0]["actions"][0]
        number = next(one.number for one in form.buttons if one.action is send)
        return lambda: self._submit(number, form)

    def closes(self) -> None:
        """Close the dialog."""
        outcome = self.council.post("teams/dialog/close", user=self.id)
        assert outcome["ok"], outcome

    def _answered(self, act: Callable[[], Json]) -> list[Carded]:
        """What the bot writes at once when this is done."""
        seen = {one["id"] for one in self._chat()}
        outcome = act()
        assert outcome["ok"], outcome
        self.council.settle()
        told = [one for one in self._chat() if one["id"] not in seen]
        self.council.answers |= {one["id"] for one in told}
        return [_read(one) for one in told]


def _are_files(given: Any) -> bool:
    return isinstance(given, list) and bool(given) and all(isinstance(each, dict) for each in given)


def _read(post: Json) -> Carded:
    return Carded(post["id"], post["cards"], words=post["text"], preview=post["summary"])
