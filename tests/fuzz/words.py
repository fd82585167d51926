"""What people type where a date, a time or a reference is wanted, and what is looked for in their free texts."""

from __future__ import annotations

from bot import words as chat_words
from bot.slack import text
from commands import identifying
from commands.record import challenge_id
from procedures.addresses import is_email
from procedures.dates import DateFormatError, parse_date
from tests.fuzz.files import TODAY, authority
from tests.fuzz.target import Finding, Target


def _read_reference(data: bytes) -> None:
    number = challenge_id(_text(data))
    if number is not None and not 0 <= number < 2**31:
        raise Finding(f"{number} is no number that a database holds.")
    authority().fits(_text(data))
    is_email(_text(data))


def _read_date(data: bytes) -> None:
    found = parse_date(_text(data))
    if found.isoformat() != _text(data).strip():
        raise Finding(f"{_text(data)!r} was taken for {found}.")


def _look(data: bytes) -> None:
    for found in identifying.find(_text(data), TODAY):
        if not str(found):
            raise Finding("Something was found without a word for it.")


def _shown(data: bytes) -> None:
    words = _text(data)
    clean = chat_words.clean(words)
    clean.encode()
    if chat_words.clean(clean) != clean:
        raise Finding("What is clean is cleaned again.")
    for limit in (2, 75, 3000):
        if chat_words.units(chat_words.cut(words, limit)) > limit or any(
            chat_words.units(piece) > limit for piece in chat_words.split(words, limit)
        ):
            raise Finding(f"A piece is longer than {limit}.")
    if any(
        char in text.literal(words).replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
        for char in "&<>"
    ):
        raise Finding("A mention or a link is left in plain words.")


def _text(data: bytes) -> str:
    """Any text at all, lone surrogates among it, as JSON can carry them."""
    return data.decode("utf-8", "surrogateescape")


def targets() -> list[Target]:
    """Small parsers, each with inputs that it takes."""
    prose = b"Call 07700 900123 or see SW1A 1AA; NHS 943 476 5919, born 02/03/2015, s17 1st."
    return [
        Target(
            "references",
            _read_reference,
            (b"CH-1042", b"ch1042", b"1042", b"LCS-204815", b"ada@example.org"),
            (),
            (b"CH-", b"9" * 12, "٣".encode(), b"-", b" ", b"@", b"."),
        ),
        Target(
            "dates",
            _read_date,
            (b"2026-12-18", b"2028-02-29", b"18/12/2026"),
            (DateFormatError,),
            (b"-", b"0000", "٢٠٢٦".encode(), b"9999-12-31", b"\n", b" "),
        ),
        Target(
            "identifying data in free text",
            _look,
            (prose, b"1234567890 " * 20),
            (),
            (b"07", b"+44 (0)", b"born ", b"dob ", b"( ", b"1-", b"9434765919", b" "),
        ),
        Target(
            "text for the chat",
            _shown,
            (prose, "Priya <@U01> *now* :tada: 𝄞".encode()),
            (),
            (b"<!here>", b"\0", b"\xed\xa0\x80", "\U0001f600".encode(), b"&amp;", b"`", b"\r\n"),
        ),
    ]
