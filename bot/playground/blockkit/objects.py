"""Composition objects: texts, options, option groups, confirmation dialogs. Lengths per Slack's reference."""

from __future__ import annotations

from typing import Any

from bot.playground.blockkit.checks import (
    Check,
    Findings,
    Pointer,
    boolean,
    by_type,
    items,
    one_of,
    shape,
    string,
)

URL = string(most=3000, pattern=r"[a-z][a-z0-9+.-]*:\S+", wanted="must be a valid URL")
IDENTIFIER = string(most=255)
USER_ID = string(pattern=r"[UW][A-Z0-9]+", wanted="must be a valid user ID")


def plain(most: int) -> Check:
    """A plain_text object of 1 to `most` characters."""
    return by_type(
        {"plain_text": shape({"text": string(most=most)}, {"emoji": boolean})},
        {"mrkdwn": "must be a plain_text object: unsupported type: mrkdwn"},
    )


def text(most: int) -> Check:
    """A plain_text or mrkdwn object of 1 to `most` characters."""
    return by_type(
        {
            "plain_text": shape({"text": string(most=most)}, {"emoji": boolean}),
            "mrkdwn": shape({"text": string(most=most)}, {"verbatim": boolean}),
        }
    )


def option(*, marked_up: bool = False, link: bool = False) -> Check:
    """An option; marked_up: its texts may be mrkdwn (radio buttons, checkboxes); link: it may have a url
    (overflow)."""
    words = text if marked_up else plain
    optional = {"description": words(75)} | ({"url": URL} if link else {})
    return shape({"text": words(75), "value": string(most=150)}, optional, typed=False)


MENU_OPTION, MARKED_UP_OPTION, LINK_OPTION = option(), option(marked_up=True), option(link=True)
OPTION_GROUP = shape({"label": plain(75), "options": items(MENU_OPTION, most=100)}, typed=False)
CONFIRM = shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
    typed=False,
)
DISPATCH = shape(
    {}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"), most=2)}, typed=False
)


def one_source(value: Any, at: Pointer, findings: Findings) -> None:
    """Exactly one of options and option_groups."""
    if ("options" in value) == ("option_groups" in value):
        findings.add("must have either options or option_groups", at)


def _offered(value: Any) -> list[Any]:
    groups = value.get("option_groups", [])
    return list(value.get("options", [])) + [option for group in groups for option in group["options"]]


def initial_option_offered(value: Any, at: Pointer, findings: Findings) -> None:
    """initial_option is one of the options, equal in every field."""
    if "initial_option" in value and value["initial_option"] not in _offered(value):
        findings.add("must exactly match one of the options", f"{at}/initial_option")


def initial_options_offered(value: Any, at: Pointer, findings: Findings) -> None:
    """Each of initial_options is one of the options, equal in every field, and there are not too many."""
    offered, chosen = _offered(value), value.get("initial_options", [])
    for number, one in enumerate(chosen):
        if one not in offered:
            findings.add("must exactly match one of the options", f"{at}/initial_options/{number}")
    _not_too_many(value, "initial_options", at, findings)


def initial_users_counted(value: Any, at: Pointer, findings: Findings) -> None:
    """No more initial_users than max_selected_items."""
    _not_too_many(value, "initial_users", at, findings)


def _not_too_many(value: Any, name: str, at: Pointer, findings: Findings) -> None:
    most = value.get("max_selected_items")
    if most is not None and len(value.get(name, [])) > most:
        findings.add(f"no more than {most} items allowed", f"{at}/{name}")
