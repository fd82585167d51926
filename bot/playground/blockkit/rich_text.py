"""Rich text: sections, lists, quotes and preformatted text, and what may stand in them."""

from __future__ import annotations

from bot.playground.blockkit.checks import boolean, by_type, integer, items, one_of, shape, string
from bot.playground.blockkit.objects import URL, USER_ID

_STYLE = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean), typed=False)
_INLINE = by_type(
    {
        "text": shape({"text": string()}, {"style": _STYLE}),
        "link": shape({"url": URL}, {"text": string(), "unsafe": boolean, "style": _STYLE}),
        "user": shape({"user_id": USER_ID}, {"style": _STYLE}),
        "emoji": shape({"name": string()}, {"unicode": string(), "style": _STYLE}),
        "date": shape(
            {"timestamp": integer(0), "format": string()}, {"url": URL, "fallback": string(), "style": _STYLE}
        ),
    }
)
_INLINES = items(_INLINE, least=0)
_BORDER = {"border": integer(0, 1)}
_SECTION = shape({"elements": _INLINES})

RICH_TEXT_ELEMENT = by_type(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": shape(
            {
                "style": one_of("bullet", "ordered"),
                "elements": items(by_type({"rich_text_section": _SECTION})),
            },
            {"indent": integer(0, 8), "offset": integer(0)} | _BORDER,
        ),
        "rich_text_quote": shape({"elements": _INLINES}, _BORDER),
        "rich_text_preformatted": shape({"elements": _INLINES}, _BORDER),
    }
)
