"""What a form points out before it is saved: words that may identify somebody, and what is allowed and yet doubtful.

Nothing is refused here: the writer changes it, or ticks that it is meant.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from commands import identifying
from commands.filling import with_value
from commands.vocabulary import Bullets, Form, Input, Kind, Option, Paragraph, Part, Value

KEEP = "keep_identifying"
"""The tick with which a writer says that identifying words are meant to stay."""
MEANT = "doubts_seen"
"""The tick with which somebody says that what is doubtful is meant. It holds for those very doubts and no others."""
NOT_SAVED = "Nothing has been saved yet"


def doubtful(
    form: Form, values: Mapping[str, Value], doubts: Iterable[str], today: date, words: str
) -> Form | None:
    """The same form with all that is to be pointed out on top of it; None when there is nothing, or all of it is meant.

    `words` say why what identifies somebody is not needed.
    """
    found = _identifying(form, values, today)
    sentences = tuple(doubts)
    seen = hashlib.sha256("\n".join(sentences).encode()).hexdigest()[:16]
    kept = not found or bool(values.get(KEEP))
    meant = not sentences or values.get(MEANT) == (seen,)
    if kept and meant:
        return None
    parts: list[Input | Part] = []
    if sentences:
        parts += [Paragraph("Please look at this once more.", strong=True), Bullets(sentences)]
        parts.append(_tick(MEANT, seen, "I know; save it all the same", "Change it, or tick this"))
    if found:
        parts += _what_identifies(form, found, words)
    for each in form.parts:
        if isinstance(each, Input):
            here = "; ".join(found.get(each.name, ()))
            parts += [Paragraph(f"Not saved yet: {here}.", strong=True)] if here else []
        parts.append(each)
    shown = tuple(with_value(part, values) if isinstance(part, Input) else part for part in parts)
    return replace(form, parts=shown, needs=None)  # made anew it would point nothing out any more


def _tick(name: str, value: str, label: str, what_to_do: str) -> Input:
    return Input(
        name,
        NOT_SAVED,
        Kind.TICKS,
        required=False,
        options=(Option(value, label),),
        hint=f"{what_to_do}, and send the form again.",
    )


def _identifying(form: Form, values: Mapping[str, Value], today: date) -> dict[str, list[str]]:
    """By input, what in its words looks as if it identified somebody."""
    found: dict[str, list[str]] = {}
    for part in form.inputs:
        value = values.get(part.name)
        if part.kind in (Kind.TEXT, Kind.LINE) and isinstance(value, str):
            for finding in identifying.find(value, today):
                found.setdefault(part.name, []).append(f"“{finding.text}” looks like {finding.what}")
    return found


def _what_identifies(form: Form, found: Mapping[str, list[str]], words: str) -> list[Input | Part]:
    titles = {part.name: part.title for part in form.inputs}
    lines = tuple(f"{titles[name].rstrip('?')}: {line}" for name, here in found.items() for line in here)
    label = "Save it as it is: this detail is needed"
    return [
        Paragraph(words, strong=True),
        Bullets(lines),
        _tick(KEEP, "yes", label, "Take the detail out, or tick this"),
    ]
