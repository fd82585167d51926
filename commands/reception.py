"""Where requests come in, whatever platform they come from: who is asking, which command, one transaction, one reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sqlmodel import Session

from commands import registry
from commands.cards import plain
from commands.command import Command, closest
from commands.desk import Desk
from commands.entries import moment
from commands.errors import Refused, Repeated
from commands.help import Help
from commands.office import ADMINISTRATOR, Office
from commands.todo import home
from commands.vocabulary import Card, Filled, Form, Identity, Mistakes, Paragraph, Press, Quiet, Reply, Say
from procedures.engine import AlreadyDone, BadStep, NotNow
from storage import handled, people, roster
from storage.people import Person
from storage.troubles import DatabaseCrossed


class Receives(Protocol):
    """What a platform's listener talks to. All methods are synchronous and are called on a worker thread.

    `key` is the platform's own id of the request; the same key twice has one effect and gets the same answer.
    No method raises for bad input: the reply says what is wrong.
    """

    def typed(self, who: Identity, text: str, key: str) -> Reply:
        """A slash command: the words behind it, perhaps none."""
        ...

    def pressed(self, who: Identity, press: Press, key: str) -> Reply:
        """A button on a message, on the home page or inside a form."""
        ...

    def changed(self, who: Identity, filled: Filled) -> Form:
        """An input with `redraws` was changed: the form as it must look now."""
        ...

    def submitted(self, who: Identity, filled: Filled, key: str) -> Reply:
        """A form was sent."""
        ...

    def home(self, who: Identity, *, opened: bool = False) -> Card:
        """The person's own page; `opened`: they have just opened it."""
        ...


@dataclass(frozen=True)
class StrangerCard(Card):
    """What somebody reads who is not on the council's list; whoever can find out their e-mail address may introduce them."""


class Reception:
    """The one entrance, for every platform."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def typed(self, who: Identity, text: str, key: str) -> Reply:
        """A slash command. Bare or mistyped it helps, with the closest match."""

        def act(desk: Desk) -> Reply:
            words = text.split()
            if not words:
                return Help.typed(desk, [])
            command = registry.BY_NAME.get(words[0].lower())
            if command is None:
                near = closest(words[0], registry.BY_NAME)
                meant = f" Did you mean /challenge {near}?" if near else ""
                return Say(Help.card(desk, f'There is no "/challenge {words[0][:30]}".{meant}'))
            return command.typed(desk, words[1:])

        return self._answer(who, key, act)

    def pressed(self, who: Identity, press: Press, key: str) -> Reply:
        """A button."""
        return self._answer(
            who, key, lambda desk: _command(press.command).pressed(desk, press.arguments, press.form)
        )

    def submitted(self, who: Identity, filled: Filled, key: str) -> Reply:
        """A form. What is wrong comes back at its input, with nothing typed lost."""
        reply = self._answer(who, key, lambda desk: _command(filled.command).submitted(desk, filled), filled)
        if isinstance(reply, Quiet):
            return Say(
                plain(
                    "Saved already", "This was saved when you sent it the first time. Nothing was done twice."
                )
            )
        return reply

    def changed(self, who: Identity, filled: Filled) -> Form:
        """The form as it must look now; the words of the refusal in its place when it can no longer be used."""
        with self.office.database.read() as session:
            person = people.by_platform_id(session, who.platform, who.user_id)
            if person is None or not person.active:
                return _closed(filled, "You are not on the council's list.")
            try:
                command = _command(filled.command)
                return command.form(Desk(self.office, session, person), filled.context, filled.values)
            except (Refused, NotNow) as refusal:
                return _closed(filled, str(refusal))

    def home(self, who: Identity, *, opened: bool = False) -> Card:
        """The person's own page. Opening it is a reading; that it is drawn anew after what they did is none."""
        with self.office.database.read() as session:
            person = people.by_platform_id(session, who.platform, who.user_id)
            if person is None or not person.active:
                return self._stranger(session, who)
            card = home(Desk(self.office, session, person))
        if opened:
            with self.office.database.write() as session:
                desk = Desk(self.office, session, person)
                desk.shown(card, "home")
                desk.close()
        return card

    def introduce(self, who: Identity, email: str) -> bool:
        """Remember which person a platform's user is, by the e-mail address that the platform vouches for.

        False when nobody on the list has that address, or they are known under another id already.
        """
        with self.office.database.write() as session:
            person = people.person(session, email.lower())
            if (
                person is None
                or not person.active
                or getattr(person, f"{who.platform}_user_id", None) is not None
            ):
                return False
            people.remember_platform_id(session, person.email, who.platform, who.user_id)
            return True

    def _answer(
        self, who: Identity, key: str, act: Callable[[Desk], Reply], filled: Filled | None = None
    ) -> Reply:
        try:
            reply = self._in_one_transaction(who, key, act)
        except Repeated:
            return Quiet()
        except (Refused, NotNow) as refusal:
            if self._had_its_effect(key):
                return Quiet()
            sentence = self._sentence(refusal)
            if filled is not None and filled.values:
                name = refusal.field if isinstance(refusal, BadStep) else ""
                return Mistakes({name if name in filled.values else next(iter(filled.values)): sentence})
            return Say(plain("This was not done", sentence))

        # What a repeated request is refused for is mostly its own effect.
        return Quiet() if isinstance(reply, Mistakes) and self._had_its_effect(key) else reply

    def _in_one_transaction(self, who: Identity, key: str, act: Callable[[Desk], Reply]) -> Reply:
        """Twice, if the database has undone it the first time because two waited for each other (PostgreSQL)."""
        try:
            return self._once(who, key, act)
        except DatabaseCrossed:
            return self._once(who, key, act)

    def _once(self, who: Identity, key: str, act: Callable[[Desk], Reply]) -> Reply:
        with self.office.database.write() as session:
            person = people.by_platform_id(session, who.platform, who.user_id)
            if person is None or not person.active:
                return Say(self._stranger(session, who))
            desk = Desk(self.office, session, person, key)
            reply = act(desk)
            if isinstance(reply, Say):
                desk.shown(reply.card, "list")
            desk.close()
            return reply

    def _had_its_effect(self, key: str) -> bool:
        with self.office.database.read() as session:
            return handled.known(session, key)

    def _sentence(self, refusal: Exception) -> str:
        if not isinstance(refusal, AlreadyDone):
            return str(refusal)
        with self.office.database.read() as session:
            desk = Desk(self.office, session, Person("", "", None, None, active=False))
            entry = refusal.entry
            return f"Already done: {refusal.what} by {desk.name(entry.by)} on {moment(desk, entry.at)}. Nothing has changed."

    def _stranger(self, session: Session, who: Identity) -> StrangerCard:
        names = [person.name for person in roster.everyone_with(session, ADMINISTRATOR)]
        whom = " or ".join(names) if names else "whoever looks after challenge-bot"
        words = (
            f"You are not on {self.office.authority.name}'s list of people yet, so nothing can be shown to you. Ask {whom} to add you to people.csv "
            f"with your e-mail address, your role and your team; your member ID is {who.user_id}."
        )
        return StrangerCard("Not on the list yet", (Paragraph(words),), "You are not on the list yet")


def _command(name: str) -> type[Command]:
    command = registry.BY_NAME.get(name)
    if command is None:
        raise Refused("This button is from an older version. /challenge help shows what you can do.")
    return command


def _closed(filled: Filled, sentence: str) -> Form:
    command = registry.BY_NAME.get(filled.command, Help)
    return Form(
        filled.command, command.title, command.submit, (Paragraph(sentence, strong=True),), filled.context
    )
