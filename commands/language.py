"""In which language a person reads the procedures."""

from __future__ import annotations

from collections.abc import Mapping

from commands.cards import plain
from commands.command import Command, closest
from commands.desk import Desk
from commands.errors import Refused
from commands.vocabulary import Button, Buttons, Card, Filled, Paragraph, Reply, Say, Style
from procedures.languages import OWN_NAMES, speaking, translate
from storage import people


class Language(Command):
    """Choose in which language you read the procedures: English or Cymraeg."""

    name = "language"
    title = "Language · Iaith"
    usage = "[english|cymraeg]"

    @classmethod
    def offered(cls, desk: Desk) -> bool:
        """Where a procedure in use has more than one language."""
        return len(languages(desk)) > 1

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """The choice; with a language, that one."""
        if not cls.offered(desk):
            raise Refused("The procedures in use here are in one language only.")
        if not words:
            return Say(_choice(desk))
        codes = {name.lower(): code for code, name in OWN_NAMES.items() if code in languages(desk)}
        near = closest(words[0], [*codes, *codes.values()])
        if near is None:
            known = " or ".join(OWN_NAMES[code] for code in languages(desk))
            raise Refused(f'"{words[0][:30]}" is not a language of the procedures here. Choose {known}.')
        return _chosen(desk, codes.get(near, near))

    @classmethod
    def pressed(cls, desk: Desk, arguments: Mapping[str, str], form: Filled | None) -> Reply:
        """The choice, or what was chosen."""
        return cls.typed(desk, [arguments["to"]] if arguments.get("to") else [])


def languages(desk: Desk) -> list[str]:
    """The languages of the procedures in use, each once."""
    return list(dict.fromkeys(each for procedure in desk.procedures for each in procedure.languages))


def _choice(desk: Desk) -> Card:
    own = desk.actor.language
    buttons = [
        Button(OWN_NAMES[each], Language.name, {"to": each}, Style.PRIMARY if each == own else Style.PLAIN)
        for each in languages(desk)
    ]
    words = translate("You read the procedures in {language}. Choose:").format(language=OWN_NAMES[own])
    return Card(Language.title, (Paragraph(words), Buttons(tuple(buttons))), Language.title)


def _chosen(desk: Desk, language: str) -> Reply:
    desk.once()
    people.choose_language(desk.session, desk.actor.email, language)
    desk.note_down("language", desk.actor.email, {"language": language})
    with speaking(language):
        title = translate("Saved")
        words = translate(
            "From now on you read the procedures, and all dates, in English. Messages that you have already change when they are next redrawn."
        )
        return Say(plain(title, words))
