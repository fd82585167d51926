"""The files that an authority writes or brings: tables, TOML, settings, Word templates."""

from __future__ import annotations

import os
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from bot import settings
from commands.documents.paper import Paper, PaperSection
from commands.documents.template import TemplateFault, to_word
from commands.office import ADMINISTRATOR
from commands.vocabulary import Paragraph
from procedures import library
from procedures.authority import Authority, parse_authority, people_template, template
from procedures.faults import FaultyFile
from procedures.people import read_people
from procedures.plans import read_plans
from procedures.reading import decoded
from tests.fuzz.target import Target, check_sentence

ROOT = Path(__file__).parent.parent.parent
AUTHORITIES = ROOT / "bot" / "demo" / "authorities"
TODAY = date(2026, 11, 23)


@cache
def folder() -> Path:
    """A folder of this process for the parsers that read files."""
    return Path(tempfile.mkdtemp(prefix="challenge-bot-fuzz-"))


def in_file(data: bytes, name: str) -> Path:
    """The bytes as a file, for its owner alone."""
    path = folder() / name
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(data)
    return path


@cache
def authority() -> Authority:
    """The council of `challenge-bot init`."""
    return parse_authority(template())


@cache
def _roles() -> dict[str, str]:
    return {ADMINISTRATOR: "Administrator", **library.load(authority().procedures).roles()}


@cache
def _people() -> dict[str, str]:
    rows = read_people(people_template(), "people.csv", authority(), _roles())
    return {row.email: row.name for row in rows}


def _read_people(data: bytes) -> None:
    _shown(lambda: read_people(data, "people.csv", authority(), _roles()))


def _read_plans(data: bytes) -> None:
    _shown(lambda: read_plans(data, "plans.csv", authority(), _people(), TODAY))


def _read_authority(data: bytes) -> None:
    _shown(lambda: parse_authority(decoded(data, "authority.toml")))


def _read_procedure(data: bytes) -> None:
    path = in_file(data, "own.toml")
    report = library.check_file(path)
    for line in report.lines():
        check_sentence(line)
    report.as_data()
    _shown(lambda: library.parse(decoded(data, "own.toml"), "own.toml"))


def _shown(read: object) -> None:
    """As the command line shows it: the sentences, and the offending lines below them."""
    try:
        read()  # type: ignore[operator]
    except FaultyFile as faulty:
        check_sentence(faulty.report())
        raise


def _read_settings(data: bytes) -> None:
    """The first half as a .env file, the second as the environment of a process: NAME=value, parted by NUL."""
    dotenv, _, environment = data.partition(b"\0\0")
    pairs = (os.fsdecode(each).partition("=") for each in environment.split(b"\0") if b"=" in each)
    environ = {name: value for name, _, value in pairs if name}
    read = settings.load(environ, in_file(dotenv, ".env"))
    for sentence in settings.missing_for_serving(read):
        check_sentence(sentence)
    for row in settings.table(read):
        check_sentence("\n".join(row.lines(100)))


PAPER = Paper(
    name="CH-1004 record",
    title="Record of the challenge",
    header="CH-1004",
    footer="",
    author="Barsetshire",
    opening="",
    sections=(PaperSection("Concern", (Paragraph("Nobody came."),)),),
    closing="",
    language="en",
    values={"reference": "CH-1004", "title": "Record", "authority": "Barsetshire"},
)


def _fill_template(data: bytes) -> None:
    to_word(PAPER, in_file(data, "own.docx"))


def word_file(*lines: str) -> bytes:
    """A Word file with these paragraphs."""
    import docx

    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    path = folder() / "written.docx"
    document.save(str(path))
    return path.read_bytes()


def _fill_words(data: bytes) -> None:
    """The bytes as what somebody typed into a template, the file around them whole."""
    text = "".join(char if char.isprintable() else " " for char in data.decode("utf-8", "replace"))
    _fill_template(word_file(*text.split("¶")))


def _of(pattern: str) -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted(ROOT.glob(pattern)))


PLANS = (
    b"case_reference,unit,plan_start,review_dates,social_worker,coordinator,status\n"
    b"LCS-204815,east-1,2026-03-02,2026-05-29;2026-11-20,,,on_plan\n"
    b"LCS-204816,east-1,02/03/2026,,,,ended\n"
)
ENV = (
    b"CHALLENGE_DATABASE_URL=sqlite:///challenge.db\nCHALLENGE_PORT=8730\nCHALLENGE_SLACK_BOT_TOKEN=xoxb-1-2\n"
    b"# a comment\nexport CHALLENGE_LOG_FORMAT='json'\n\0\0CHALLENGE_HOST=127.0.0.1\0CHALLENGE_AUTHORITY=authority.toml"
)
TOML_WORDS = (
    b"[[",
    b"]]",
    b'"""',
    b"'''",
    b" = ",
    b"{",
    b"}",
    b"\\u0000",
    b"2026-02-30",
    b"1e999",
    b"nan",
    b".",
    b"[[stage]]",
)
CSV_WORDS = (
    b'"',
    b",",
    b";",
    b"\r\n",
    b"\xef\xbb\xbf",
    b"31/02/2026",
    b"0000-00-00",
    b"team_manager",
    b"east-1",
    b"\xe2\x80\xae",
)


def targets() -> list[Target]:
    """Made when asked for, since the corpora are read and a Word file is written."""
    return [
        Target(
            "people.csv",
            _read_people,
            (*_of("bot/demo/authorities/*/people.csv"), people_template().encode()),
            (FaultyFile,),
            CSV_WORDS,
        ),
        Target(
            "plans.csv",
            _read_plans,
            (PLANS, *_of("bot/demo/authorities/*/plans.csv")),
            (FaultyFile,),
            CSV_WORDS,
        ),
        Target(
            "authority.toml",
            _read_authority,
            (template().encode(), *_of("bot/demo/authorities/*/authority.toml")),
            (FaultyFile,),
            TOML_WORDS,
        ),
        Target(
            "procedure file",
            _read_procedure,
            (*_of("procedures/birmingham-*.toml"), *_of("tests/commands/harbour.toml")),
            (FaultyFile,),
            TOML_WORDS,
        ),
        Target(
            "settings and .env",
            _read_settings,
            (ENV,),
            (settings.WrongSettings,),
            (b"CHALLENGE_", b"=", b"\0", b"${", b"'", b"sqlite:///", b"postgresql+psycopg://", b"\xff"),
        ),
        Target(
            "Word template, its bytes",
            _fill_template,
            (word_file("{{ reference }}", "{%p for s in sections %}", "{{ s.heading }}", "{%p endfor %}"),),
            (TemplateFault,),
            (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"{{", b"}}"),
        ),
        Target(
            "Word template, its words",
            _fill_words,
            (
                b"{{ reference }}",
                "{%p for s in sections %}¶{{ s.heading }}¶{%p endfor %}".encode(),
                b"{{ title|upper }}",
            ),
            (TemplateFault,),
            (
                b"{{",
                b"}}",
                b"{%",
                b"%}",
                b"__class__",
                b"()",
                b"|",
                b" ** ",
                b"range",
                b"{%p ",
                b"{%tr ",
                "¶".encode(),
            ),
        ),
    ]
