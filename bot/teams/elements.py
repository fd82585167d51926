"""The parts of a card as elements of Adaptive Cards 1.5.

Words that people typed stand in RichTextBlocks, in which Teams reads no Markdown; headings alone are TextBlocks, since only they can be
headings to a screen reader, and their words lose what Markdown would read. Source: adaptivecards.io/explorer and
learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.words import Json, clean, cut, split
from commands.vocabulary import (
    Bullets,
    Button,
    Buttons,
    Confirm,
    Divider,
    Facts,
    Heading,
    Link,
    Paragraph,
    Part,
    Preformatted,
    Quotation,
    Small,
    Style,
)

LINE = 3000
"""Characters of one line of text; a longer one is parted."""
HEADING = 150
LABEL = 75
OURS = "b"
"""The one name under which an action carries what is ours; what people put in stands beside it."""
INPUT = "in:"
"""How the ids of inputs begin, so that none is taken for ours."""
NOTHING = "–"

_MARKDOWN = str.maketrans({"*": "∗", "_": "＿", "[": "［", "]": "］", "`": "ˋ", "~": "∼", "<": "‹", ">": "›"})
_STYLES = {Style.PRIMARY: "positive", Style.DANGER: "destructive"}


@dataclass(frozen=True)
class Acting:
    """How the buttons of a surface act.

    mark: the same for all buttons of one drawing, so that one that is pressed twice, or reported twice, has its effect once. form: what
    a button inside a form carries along of it; None on a message, whose buttons open a dialog unless they act at once. key: of the message
    in which they stand, by which it is drawn anew. inline: the client knows no dialogs, so that everything acts where it stands.
    """

    mark: str
    key: str = ""
    form: Mapping[str, object] | None = None
    in_dialog: bool = False
    inline: bool = False


def draw(part: Part, acting: Acting) -> list[Json]:
    """One part as elements."""
    match part:
        case Heading(text):
            return [heading(text)]
        case Paragraph(text, strong):
            return lines(text, strong=strong)
        case Small(text):
            return lines(text, small=True)
        case Quotation(label, text):
            return [_quotation(label, text)]
        case Facts(items):
            return [
                _text([_run(f"{cut(fact.label, HEADING) or NOTHING}: ", strong=True), _run(piece)])
                for fact in items
                for piece in (" ".join(fact.value.split("\n")) or NOTHING,)
            ]
        case Bullets(items):
            return [_text([_run(f"• {' '.join(piece.split(chr(10)))}")], close=True) for piece in items]
        case Preformatted(text):
            return [_text([_run(line, mono=True)], close=True) for line in _lines(text)]
        case Link(label, address):
            way: Json = {
                "type": "Action.OpenUrl",
                "title": cut(label, LABEL) or NOTHING,
                "url": address,
            }
            return [{"type": "ActionSet", "actions": [way]}]
        case Buttons():
            return _buttons(part, acting)
        case Divider():
            return [{"type": "Container", "separator": True, "spacing": "Medium", "items": []}]


def heading(text: str, *, large: bool = False) -> Json:
    """A heading, also to a screen reader."""
    words = " ".join(clean(text).split()).translate(_MARKDOWN)
    element: Json = {
        "type": "TextBlock",
        "text": cut(words, 300) or NOTHING,
        "style": "heading",
        "wrap": True,
        "weight": "Bolder",
    }
    return element | ({"size": "Large"} if large else {})


def lines(text: str, *, strong: bool = False, small: bool = False, wrong: bool = False) -> list[Json]:
    """Plain words, a paragraph for each line: in Teams a line break inside one shows as a blank."""
    return [
        _text([_run(line, strong=strong, small=small, wrong=wrong)], close=number > 0)
        for number, line in enumerate(_lines(text))
    ]


def press(button: Button, acting: Acting) -> Json:
    """The action of a button: opens a dialog with whatever the answer is, or acts where it stands (Action.Execute)."""
    ours: Json = {"do": "press", "c": button.command, "a": dict(button.arguments), "m": acting.mark}
    if acting.form is not None:
        ours["f"] = dict(acting.form)
    if acting.key and not acting.in_dialog:
        ours["k"] = acting.key
    title = cut(button.label, LABEL) or cut(button.command, LABEL) or NOTHING
    at_once = acting.inline or (not acting.in_dialog and acts_at_once(button))
    action = act(title, ours, at_once=at_once, opens=not acting.in_dialog)
    if button.style in _STYLES:
        action["style"] = _STYLES[button.style]
    if hint := cut(button.hint, LABEL):
        action["tooltip"] = hint
    return action


def act(
    title: str,
    ours: Json,
    beside: Mapping[str, object] | None = None,
    *,
    at_once: bool = False,
    opens: bool = False,
) -> Json:
    """An action. at_once: where it stands (Action.Execute); else in a dialog (Action.Submit), which it opens if `opens`. `beside`: values that
    go along as if they had been put in."""
    data: Json = {**(beside or {}), OURS: ours}
    if at_once:
        return {"title": title, "type": "Action.Execute", "verb": str(ours.get("do")), "data": data}
    if opens:
        data["msteams"] = {"type": "task/fetch"}
    return {"title": title, "type": "Action.Submit", "data": data}


def acts_at_once(button: Button) -> bool:
    """Whether the message in which the button stands shows what it did, so that there is nothing to open."""
    return bool(button.arguments.get("at_once")) and not button.arguments.get("say")


def _buttons(buttons: Buttons, acting: Acting) -> list[Json]:
    actions = [_asked(button, acting) for button in buttons.items]
    actions += [_asked(button, acting) | {"mode": "secondary"} for button in buttons.more]
    return [{"type": "ActionSet", "actions": actions}] if actions else []


def _asked(button: Button, acting: Acting) -> Json:
    """The action, behind a question where the button asks one: it opens beneath, without a way to the program and back."""
    if button.confirm is None:
        return press(button, acting)
    action = press(button, acting)
    question: Confirm = button.confirm
    body = [*lines(question.title, strong=True), *lines(question.text)]
    yes = action | {"title": cut(question.yes, LABEL) or NOTHING}
    card: Json = {"type": "AdaptiveCard", "body": body, "actions": [yes]}
    shown: Json = {"type": "Action.ShowCard", "title": action["title"], "card": card}
    return shown | {name: action[name] for name in ("style", "tooltip") if name in action}


def _quotation(label: str, text: str) -> Json:
    items = lines(label, strong=True) if clean(label).strip() else []
    return {"type": "Container", "style": "emphasis", "items": [*items, *(lines(text) or lines(NOTHING))]}


def _lines(text: str) -> list[str]:
    return [piece for line in clean(text).split("\n") if line.strip() for piece in split(line, LINE)]


def _text(runs: list[Json], *, close: bool = False) -> Json:
    element: Json = {"type": "RichTextBlock", "inlines": runs}
    return element | ({"spacing": "Small"} if close else {})


def _run(
    text: str, *, strong: bool = False, small: bool = False, wrong: bool = False, mono: bool = False
) -> Json:
    run: Json = {"type": "TextRun", "text": clean(text) or NOTHING}
    if strong or wrong:
        run["weight"] = "Bolder"
    if small:
        run |= {"size": "Small", "isSubtle": True}
    if wrong:
        run["color"] = "Attention"
    if mono:
        run["fontType"] = "Monospace"
    return run
