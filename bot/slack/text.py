"""Text objects of Slack's, without any meaning that Slack might read into their words.

Limits: docs.slack.dev/reference/block-kit.
"""

from __future__ import annotations

import re

from bot.words import Json, clean

_EMOJI_NAME = re.compile(r":(?=[a-z0-9_+'-]+:)", re.IGNORECASE)
_LOOKALIKES = str.maketrans({"*": "∗", "_": "＿", "~": "∼", "`": "ˋ"})


def plain(text: str) -> Json:
    """A text object in which nothing is a link, a mention, an emoji or formatting."""
    return {"type": "plain_text", "text": text, "emoji": False}


def bold(text: str) -> Json:
    """A text object in bold, its words escaped and each formatting character in them replaced by a lookalike."""
    return {"type": "mrkdwn", "text": f"*{literal(' '.join(text.split()))}*", "verbatim": True}


def literal(text: str) -> str:
    """`text` for a place where Slack reads markup: it pings nobody, links nowhere and formats nothing."""
    text = clean(text).translate(_LOOKALIKES)
    text = _EMOJI_NAME.sub(":\N{WORD JOINER}", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
