"""E-mail addresses."""

from __future__ import annotations

import re

# As a browser checks an e-mail field (HTML standard, valid e-mail address), but with a dot in the domain.
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def is_email(text: str) -> bool:
    """Whether the text is an e-mail address, as far as its form can tell."""
    return _EMAIL.fullmatch(text) is not None and len(text) <= 254
