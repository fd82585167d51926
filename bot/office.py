"""The office that the settings describe: the authority, its procedures and templates, and the database."""

from __future__ import annotations

from bot.calendars.diary import Diary
from bot.settings import Settings, WrongSettings, no_authority
from commands.documents.offers import UnknownDocumentError, templates_of
from commands.office import Office
from procedures import library
from procedures.authority import check_roles, read_authority
from procedures.clock import Clock
from procedures.reading import read_text
from storage.database import Database
from storage.keys import Keys


def make_office(settings: Settings, clock: Clock, keys: Keys | None = None) -> Office:
    """The authority and its procedures, read from their files, with the database; `keys` instead of those of the settings.

    Raises WrongSettings, or FaultyFile with every fault in the files. Nothing is opened yet.
    """
    if not settings.authority.is_file():
        raise WrongSettings([no_authority(settings)])
    authority = read_authority(settings.authority)
    try:
        books = library.load(authority.procedures, settings.authority.parent)
        templates = templates_of(authority, books, settings.authority.parent)
    except (library.UnknownProcedureError, UnknownDocumentError) as error:
        raise WrongSettings([f"{settings.authority}: {error}"]) from None
    database = Database(settings.database_url, keys or Keys(settings.key_file))
    diary = Diary(clock) if settings.calendars == "graph" else None
    invites = settings.calendars != "off"
    office = Office(authority, books, database, clock, templates, invites, diary)
    check_roles(authority, office.roles, read_text(settings.authority), str(settings.authority))
    return office
