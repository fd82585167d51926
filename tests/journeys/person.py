"""Somebody who types, presses, fills in and reads, at the workspace's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import httpx

from tests.journeys.reading import Json, Shown, words

if TYPE_CHECKING:
    from tests.journeys.driver import Council


class Person:
    """Somebody at their screen."""

    def __init__(self, council: Council, user_id: str, name: str, email: str) -> None:
        self.council, self.id, self.name, self.email = council, user_id, name, email
        self.chat = f"D{user_id[1:]}"

    # What they see

    def _state(self) -> Json:
        return self.council.get("/ui/state", user=self.id)

    @property
    def messages(self) -> list[Shown]:
        """Their direct messages from the bot, answers to them alone included, the oldest first."""
        return [Shown(one["ts"], one["blocks"], one["text"]) for one in self._chat() if not one["failure"]]

    @property
    def notices(self) -> list[Shown]:
        """The messages that came by themselves: answers to them alone left out."""
        return [Shown(one["ts"], one["blocks"], one["text"]) for one in self._chat() if not one["ephemeral"]]

    def _chat(self) -> list[Json]:
        found: list[Json] = next(one for one in self._state()["channels"] if one["direct"])["messages"]
        return found

    @property
    def files(self) -> list[str]:
        """The names of the files that they were sent, the oldest first."""
        return [file["name"] for one in self._chat() for file in one["files"]]

    @property
    def account(self) -> str:
        """The id of their account, as an administrator needs it."""
        return self.id

    @property
    def told_alone(self) -> list[str]:
        """What was said to them alone, under a button or a command."""
        return [
            one.text for one in self.messages if one.surface not in {each.surface for each in self.notices}
        ]

    def refusals(self, outcome: Json) -> list[str]:
        """What is wrong with a form that was sent with `sending`, by its outcome."""
        return list(outcome["errors"].values())

    def file_ids(self, name: str) -> list[str]:
        """The ids of their files with this name, the oldest first."""
        return [file["id"] for one in self._chat() for file in one["files"] if file["name"] == name]

    def downloads(self, name: str) -> bytes:
        """The newest of their files with this name."""
        ids = self.file_ids(name)
        assert ids, f"{self.name} has no file {name!r} among {self.files}"
        answer = self.fetching(ids[-1])
        assert answer.status_code == 200, answer.text
        return answer.content

    def fetching(self, file_id: str) -> httpx.Response:
        """Ask the workspace for a file by its id, whoever it was shared with."""
        return self.council.http.get(f"/ui/file/{file_id}", params={"user": self.id})

    def about(self, text: str) -> list[Shown]:
        """Their messages in which these words stand."""
        return [one for one in self.messages if text in one.text]

    def has(self, *texts: str) -> bool:
        """Whether one of the messages that came by themselves holds all these words."""
        return any(all(text in one.text for text in texts) for one in self.notices)

    @property
    def home(self) -> Shown:
        """Their home page, opened just now."""
        self.council.post("home", user=self.id)
        self.council.settle()
        view = self._state()["home"]
        return Shown("home", view["blocks"], body=view)

    @property
    def form(self) -> Shown | None:
        """The window on top, if one is open."""
        modals = self._state()["modals"]
        return Shown(modals[-1]["id"], modals[-1]["blocks"], body=modals[-1]) if modals else None

    def the_form(self) -> Shown:
        """The window on top; there must be one."""
        form = self.form
        assert form is not None, f"{self.name} has no form open; last: {self.messages[-1:]}"
        return form

    # What they do

    def types(self, line: str) -> str:
        """Type a slash command; what is answered to them alone, or the words of the form that opens."""
        return self._answer_to(lambda: self.council.post("command", user=self.id, text=line))

    def presses(self, label: str, about: str = "", *, in_form: bool = False, at_home: bool = False) -> str:
        """Press a button in their newest message with these words in it; what is answered to them alone."""
        return self._answer_to(self.pressing(label, about, in_form=in_form, at_home=at_home))

    def pressing(
        self, label: str, about: str = "", *, in_form: bool = False, at_home: bool = False
    ) -> Callable[[], Json]:
        """The same press, ready to be made."""
        if in_form or at_home:
            on = self.the_form() if in_form else self.home
        else:
            fitting = [one for one in self.about(about) if label in one.labels]
            assert fitting, f"{self.name} has no message about {about!r} with a button {label!r}"
            on = fitting[-1]
        button = on.button(label)
        ids = {"surface": on.surface, "block_id": button.block_id, "action_id": button.action_id}
        return lambda: self.council.post("action", user=self.id, value=button.value, **ids)

    def puts(self, values: Mapping[str, Any]) -> None:
        """Put values into the inputs of the form on top, by label, without sending it."""
        for label, given in values.items():
            form = self.the_form()
            field = form.field(label)
            outcome = self.council.post(
                "view/change",
                user=self.id,
                surface=form.surface,
                block_id=field.block_id,
                action_id=field.element["action_id"],
                value=field.value_for(given),
                enter=True,
            )
            assert outcome["ok"], outcome
            self.council.settle()

    def attaches(self, name: str, content: bytes) -> Json:
        """Choose a file from their own machine; what to put into a form's input for files."""
        query = {"user": self.id, "name": name}
        found: Json = self.council.http.post("/ui/attach", params=query, content=content).json()
        assert found["ok"], found
        file: Json = found["file"]
        return file

    def tries(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Fill in the form on top and send it; what is wrong, by the input's label."""
        self.puts(values)
        form = self.the_form()
        outcome = self.sending()()
        assert outcome["problem"] is None, outcome
        self.council.live()
        labels = {field.block_id: field.label for field in form.fields}
        return {labels[block_id]: sentence for block_id, sentence in outcome["errors"].items()}

    def sending(self) -> Callable[[], Json]:
        """Send the form on top as it stands, ready to be done."""
        view = self.the_form().surface
        return lambda: self.council.post("view/submit", user=self.id, view_id=view, values={})

    def fills(self, values: Mapping[str, Any]) -> str:
        """Fill in the form on top and send it, without a mistake; the words that take its place."""
        wrong = self.tries(values)
        assert not wrong, wrong
        form = self.form
        return form.text if form is not None else ""

    def closes(self) -> None:
        """Close every window."""
        form = self.form
        if form is not None:
            outcome = self.council.post("view/close", user=self.id, view_id=form.surface, all=True)
            assert outcome["ok"], outcome

    def _answer_to(self, act: Callable[[], Json]) -> str:
        before, seen = self._state()["modals"], {one["ts"] for one in self._chat()}
        outcome = act()
        assert outcome["ok"], outcome
        self.council.settle()
        told = [one for one in self._chat() if one["ephemeral"] and one["ts"] not in seen]
        form, changed = self.form, self._state()["modals"] != before
        self.council.live()
        if told:
            return "\n".join(words(told[-1]["blocks"]))
        return form.text if form is not None and changed else ""
