"""What is held on one case, to be given out on request: as data, to be read, and with what must be looked at before it leaves the house.

The program knows its own users by name, and what an NHS number or a postcode looks like. It does not know the names of a
family; what looks like a name is pointed out, and a person has to read it all.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from commands import identifying
from commands.desk import Desk
from commands.documents.fill import run_of
from commands.documents.offers import made
from commands.documents.template import TemplateFault
from commands.entries import full_moment, sentence
from commands.record import Record
from commands.vocabulary import File
from storage import case_rows, roster
from storage.case_rows import Rows

PERHAPS = re.compile(r"\b[A-ZŴŶÂÊÎÔÛ][\w’'-]+(?: (?:[A-ZŴŶÂÊÎÔÛ][\w’'-]+))+")
"""Two words or more in a row that begin with a capital letter."""
STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}mark{background:#fd6}"
    "mark.perhaps{background:#cdf}dt{font-weight:bold}dd{white-space:pre-wrap}section{border-top:1px solid}"
)


def export(desk: Desk, case_reference: str, reason: str) -> list[File]:
    """The files: record.html, data.json, redaction.txt and the documents of every challenge; none when nothing is held.

    That they were made is written down under each challenge, with the reason.
    """
    rows = case_rows.of_case(desk.session, case_reference)
    if not rows:
        return []
    found = [desk.office_record(int(row["id"])) for row in rows.get("challenge", [])]
    records = [record for record in found if record is not None]
    for record in records:
        desk.note_down("exported", record.reference, {"how": "subject access", "reason": reason})
    if not records:
        desk.note_down("exported", "a case without a challenge", {"how": "subject access", "reason": reason})
    seen = _Seen(desk)
    page = _page(desk, case_reference, rows, records, seen)
    data = {
        "case_reference": case_reference,
        "made_at": desk.now.isoformat(),
        "reason": reason,
        "tables": rows,
    }
    return [
        File("record.html", "text/html", page.encode()),
        File("data.json", "application/json", json.dumps(data, indent=2, ensure_ascii=False).encode()),
        File("redaction.txt", "text/plain", seen.report().encode()),
        *_documents(desk, records),
    ]


def _documents(desk: Desk, records: Iterable[Record]) -> Iterator[File]:
    for record in records:
        for document in record.procedure.paper:
            if run_of(record, document) is not None:
                try:
                    file = made(desk, record, document, "en")
                except TemplateFault as fault:
                    file = File(f"{record.reference}-{document.id}.txt", "text/plain", str(fault).encode())
                yield File(f"documents/{file.name}", file.media_type, file.content)


class _Seen:
    """What was pointed out, and how often."""

    def __init__(self, desk: Desk) -> None:
        self._today = desk.today
        names = roster.names(desk.session)
        known = {*names.values(), *names}
        words = "|".join(re.escape(word) for word in sorted(known, key=len, reverse=True)) or "(?!)"
        self._known = re.compile(f"({words})|({PERHAPS.pattern})")
        self.people: Counter[str] = Counter()
        self.perhaps: Counter[str] = Counter()
        self.identifying: Counter[str] = Counter()

    def marked(self, text: str) -> str:
        """The text as HTML, with what may have to be redacted marked."""
        found = identifying.find(text, self._today)
        self.identifying.update(f"{each.what}: {each.text}" for each in found)
        spans = [(match.start(), match.end(), bool(match[1])) for match in self._known.finditer(text)]
        for each in found:
            start = text.find(each.text)
            if not any(begin <= start < end for begin, end, _ in spans):
                spans.append((start, start + len(each.text), True))
        out, at = [], 0
        for start, end, sure in sorted(spans):
            if start < at:
                continue
            word = text[start:end]
            if self._known.fullmatch(word):
                (self.people if sure else self.perhaps)[word] += 1
            out += [escape(text[at:start]), f"<mark{'' if sure else ' class=perhaps'}>{escape(word)}</mark>"]
            at = end
        return "".join([*out, escape(text[at:])])

    def report(self) -> str:
        """What to look at before the papers leave the house."""
        lines = [
            "Look at each of these before the papers leave the house, and read all the rest: the program does not know who belongs",
            "to the family, and does not find a first name that stands alone.",
        ]
        for title, found in (
            ("Colleagues and others whom the program knows (marked yellow)", self.people),
            ("What looks as if it identified somebody (marked yellow)", self.identifying),
            ("What may be a name (marked blue)", self.perhaps),
        ):
            lines += ["", f"{title}:", *(f"  {word} ({count})" for word, count in sorted(found.items()))]
            lines += [] if found else ["  none"]
        return "\n".join([*lines, ""])


def _page(desk: Desk, case_reference: str, rows: Rows, records: list[Record], seen: _Seen) -> str:
    title = f"What is held on the case {case_reference}"
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title><style>{STYLE}</style>",
        f"<h1>{escape(title)}</h1><p>{escape(desk.office.authority.name)}, {full_moment(desk, desk.now)}. "
        "Marked is what may have to be redacted; redaction.txt lists it. data.json has every row.</p>",
    ]
    for record in records:
        parts.append(f"<section><h2>{record.reference}: {escape(record.procedure.title)}</h2>")
        for entry in record.stored.entries:
            body = next(
                row["body"]
                for row in rows["entry"]
                if (row["challenge_id"], row["number"]) == (record.head.id, entry.number)
            )
            words = sentence(desk, record, entry, in_full=True)
            parts.append(f"<h3>{seen.marked(words)}</h3>{_told(body, seen)}")
        parts.append("</section>")
    for name, label in _BESIDES.items():
        if rows.get(name):
            parts.append(
                f"<section><h2>{label}</h2>{''.join(_told(row, seen) for row in rows[name])}</section>"
            )
    return "\n".join(parts)


_BESIDES = {
    "plan": "Plans",
    "firing": "What opened because of a plan",
    "secondopinion": "Second opinions",
    "party": "Who had a part",
    "window": "Windows",
    "emergencyreading": "Readings in an emergency",
    "legalhold": "Legal holds",
    "audit": "Who changed or read it",
}


def _told(values: dict[str, Any], seen: _Seen) -> str:
    lines = [
        f"<dt>{escape(label)}</dt><dd>{seen.marked(text)}</dd>" for label, text in _flat(values) if text != ""
    ]
    return f"<dl>{''.join(lines)}</dl>" if lines else ""


def _flat(value: Any, label: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{label}, {_words(name)}" if label else _words(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _flat(inner, label)
    elif value is not None:
        yield (
            label,
            {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value),
        )


def _words(name: str) -> str:
    return str(name).replace("_", " ").strip()
