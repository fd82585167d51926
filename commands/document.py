"""Getting a document of a challenge as a Word file (CT-5, NC-5, BI-1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pydantic import Field

from commands.cards import plain
from commands.command import ChallengeRef, Choice, Command, Draft
from commands.desk import Desk
from commands.documents.handing_over import ask_for_document
from commands.documents.offers import documents_for, why_none
from commands.errors import Refused
from commands.record import Record
from commands.vocabulary import Ask, Input, Option, Paragraph, Part, Reply, Say
from procedures.faults import did_you_mean
from procedures.languages import OWN_NAMES
from procedures.schema.documents import Document


class GetDocument(Command):
    """Get a document of a challenge as a Word file, such as the record or an agenda."""

    name = "document"
    title = "Documents"
    submit = "Send it to me"
    usage = "CH-1042"
    about_challenge = "read"

    challenge: ChallengeRef
    document: Choice = Field(title="Which document?")
    language: Choice = Field("en", title="In which language?")

    @classmethod
    def offered(cls, desk: Desk) -> bool:
        """Where a procedure in use has documents."""
        return any(procedure.paper for procedure in desk.office.library.in_use)

    @classmethod
    def typed(cls, desk: Desk, words: list[str]) -> Reply:
        """The reference, and behind it perhaps the document's name; what is not said is asked for."""
        if not words:
            return cls.choose(desk)
        if len(words) == 1:
            return Ask(cls.form(desk, {"challenge": words[0]}, {}))
        return cls(challenge=words[0], document=words[1].lower()).run(desk)

    @classmethod
    def parts(cls, desk: Desk, draft: Draft, inputs: dict[str, Input]) -> Iterable[Input | Part]:
        """The documents that there are for this person; the language where there is a choice."""
        record = desk.record(draft.context["challenge"])
        documents = _offered(desk, record)
        options = tuple(Option(each.id, each.title) for each in documents)
        yield Paragraph(
            "You get it as a Word file, here in your messages with the bot, filled in from the record. "
            "It carries the case reference and no names."
        )
        yield replace(inputs["document"], options=options, initial=options[0].value)
        languages = record.procedure.languages
        if len(languages) > 1:
            choices = tuple(Option(each, OWN_NAMES[each]) for each in languages)
            yield replace(inputs["language"], options=choices, initial=choices[0].value)

    def run(self, desk: Desk) -> Reply:
        """Ask for it; it is made when it is sent. That it was read is written down."""
        record = desk.record(self.challenge)
        documents = {each.id: each for each in _offered(desk, record)}
        document = documents.get(self.document)
        if document is None:
            hint = did_you_mean(self.document, list(documents), noun="There are")
            raise Refused(f'{record.reference} has no document "{self.document[:30]}" for you. {hint}')
        desk.once()
        ask_for_document(desk, record, document, self.language)
        words = f"{document.title} of {record.reference} is on its way to you. It comes as a file in your messages with the bot."
        return Say(plain("On its way", words))


def _offered(desk: Desk, record: Record) -> list[Document]:
    documents = documents_for(desk, record)
    if not documents:
        raise Refused(why_none(record))
    return documents
