"""Cards and forms as Slack's messages, modals and home page. Pure: the same card gives the same payload.

Whatever the card or form, the payload keeps within Slack's limits; what had to be left out is said in a sentence,
and buttons stay when words must go. Sizes in all: docs.slack.dev/reference/block-kit and /surfaces; for messages also
about 13,000 characters of JSON, which Slack documents nowhere and enforces (hence the margin).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence

from bot.fitting import Piece, Room, fit, within
from bot.slack.blocks import DoesNotFit, draw, section
from bot.slack.inputs import block_id, draw_input, value_of
from bot.slack.text import literal, plain
from bot.words import Json, clean, compact, cut, units
from commands.vocabulary import Buttons, Card, Filled, Form, Heading, Input, Paragraph, Part, Small, Value

CALLBACK = "challenge"
EVENT_TYPE = "challenge_notice"
METADATA = 3000
COMMENT = 3000
TITLE = 24

MORE_THAN_FITS = (
    "There is more than fits here. To see a challenge in full, type /challenge show and its reference; "
    "to see them all, type /challenge list."
)


MESSAGE = Room(50, 12_500)
VIEW = Room(100, 200_000)
_MORE = Piece.of(section(MORE_THAN_FITS))
OPTIONS = 120_000
"""How many bytes of a view the options of all its inputs may take."""


def message(card: Card, *, key: str | None = None) -> Json:
    """`text` and `blocks` for chat.postMessage, chat.update, an ephemeral message or an answer to a slash command.

    `text` is the card's preview: all that a notification shows. With `key` there is `metadata` too, by which a sender
    finds the message again. Raises DoesNotFit when a button carries too much.
    """
    payload: Json = {"text": preview(card), "blocks": fit(_groups(_parts(card)), MESSAGE, _MORE)}
    if key is not None:
        payload["metadata"] = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
    return payload


def fits_message(card: Card) -> bool:
    """Whether a message holds the whole card."""
    return within([piece for group in _groups(_parts(card)) for piece in group], MESSAGE)


def preview(card: Card) -> str:
    """What a locked telephone shows: the card's preview on one line, or its title where there is none."""
    words = " ".join(clean(card.preview or card.title).split())
    return literal(cut(words, 300)) or "challenge-bot"


def comment(card: Card) -> str:
    """The words that go along with a file: those of the card's sentences, each on a line. They show in notifications too."""
    lines = [part.text for part in card.parts if isinstance(part, Paragraph | Small)]
    return literal(cut("\n".join(lines), COMMENT))


def modal(shown: Form | Card) -> Json:
    """The view of a form, or of a card with nothing to submit. Raises DoesNotFit when it carries too much unseen."""
    parts = list(shown.parts)
    title = shown.title
    if units(clean(title).strip()) > TITLE:
        parts.insert(0, Heading(title))
        title = title.rpartition(": ")[0] or title  # "Outcome recorded" is better than half of a reference
    title = cut(title, TITLE)
    blocks = fit(_groups(parts), VIEW, _MORE) or [
        section(cut(shown.title, 150) or "There is nothing to show.")
    ]
    view: Json = {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain(title or "Challenge"),
        "close": plain("Close"),
        "blocks": blocks,
    }
    if isinstance(shown, Form):
        view["private_metadata"] = _carried(shown)
        if any(block["type"] == "input" for block in blocks):
            view["submit"] = plain(cut(shown.submit, TITLE) or "Send")
            view["close"] = plain("Cancel")
    return view


def home(card: Card) -> Json:
    """The person's own page, for views.publish."""
    return {"type": "home", "callback_id": CALLBACK, "blocks": fit(_groups(_parts(card)), VIEW, _MORE)}


def filled(view: Mapping[str, object]) -> Filled | None:
    """The form on somebody's screen with what has been put in, from the view that Slack sends.

    None where the view is no form of ours (a card to read).
    """
    try:
        carried = json.loads(str(view.get("private_metadata") or ""))
        command, context = str(carried["command"]), carried["context"].items()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    values: dict[str, Value] = {}
    for name, element in _elements(view):
        values[name] = value_of(element)
    return Filled(command, {str(name): str(value) for name, value in context}, values)


def inputs_on(view: Mapping[str, object]) -> list[str]:
    """The names of the inputs that a view shows, in order."""
    blocks = view.get("blocks")
    return [
        str(element["action_id"])
        for block in (blocks if isinstance(blocks, list) else [])
        if isinstance(block, Mapping) and block.get("type") == "input"
        if isinstance(element := block.get("element"), Mapping) and "action_id" in element
    ]


def _elements(view: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    state = view.get("state")
    values = state.get("values") if isinstance(state, Mapping) else None
    for block in values.values() if isinstance(values, Mapping) else ():
        if isinstance(block, Mapping):
            yield from ((name, element) for name, element in block.items() if isinstance(element, Mapping))


def _parts(card: Card) -> list[Input | Part]:
    return [Heading(cut(card.title, 3000) or "Challenge"), *card.parts]


def _carried(form: Form) -> str:
    carried = compact({"command": form.command, "context": dict(form.context)})
    if units(carried) > METADATA:
        raise DoesNotFit(
            f"A “{form.command}” form carries {len(carried)} characters; {METADATA:,} are possible."
        )
    return carried


def _groups(parts: Sequence[Input | Part]) -> list[list[Piece]]:
    """The parts as blocks, in groups that end with buttons: an entry of a list stays whole or goes whole."""
    numbers = itertools.count()
    names = [part.name for part in parts if isinstance(part, Input)]
    if len(set(names)) < len(names):
        raise DoesNotFit("Two inputs of one form have the same name.")
    room = OPTIONS // max(1, sum(isinstance(part, Input) and bool(part.options) for part in parts))
    groups: list[list[Piece]] = [[]]
    for part in parts:
        blocks = draw_input(part, room) if isinstance(part, Input) else draw(part, numbers)
        stays = isinstance(part, Input | Buttons)
        groups[-1] += [Piece.of(block, stays=stays) for block in blocks]
        if isinstance(part, Buttons):
            groups.append([])
    return [group for group in groups if group]


def by_block(mistakes: Mapping[str, str], shown: Sequence[str]) -> dict[str, str]:
    """Mistakes by block, as a view_submission is answered.

    What belongs to no input on the screen stands at the first one: `shown` must name one at least.
    """
    errors: dict[str, str] = {}
    for name, sentence in mistakes.items():
        place = block_id(name if name in shown else shown[0])
        errors[place] = cut(f"{errors.get(place, '')} {sentence}", 2000)
    return errors
