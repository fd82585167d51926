"""The body of a request, read as the standard library reads it, and faster."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.body import read

_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_values = st.recursive(
    _words | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.dictionaries(_words, _values, max_size=4))
def test_a_payload_says_what_was_put_into_it(payload: dict[str, Any]) -> None:
    """Whatever somebody typed: signs, spaces, ends of lines, other alphabets."""
    body = urlencode({"payload": json.dumps(payload)}).encode()
    plain = urlencode({"payload": json.dumps(payload, ensure_ascii=False)}).encode()
    assert read(body) == read(plain) == payload == read(json.dumps(payload).encode())


@settings(max_examples=200)
@given(st.text('%%%0123456789abcdefABCDEF=+ \n\r"{}:,', max_size=12))
def test_what_is_not_well_formed_is_read_as_usual(text: str) -> None:
    """A percent sign with nothing behind it, a bare equals sign, an end of a line: as the standard library has it."""
    body = f"payload=%7B%22a%22%3A%22{text}%22%7D"
    try:
        usual = json.loads(parse_qs(body, keep_blank_values=True)["payload"][0])
    except ValueError:
        with pytest.raises(ValueError, match=r".*"):
            read(body.encode())
    else:
        assert read(body.encode()) == usual


def test_a_slash_command_is_a_form() -> None:
    """Fields without a value are there, too."""
    assert read(b"command=%2Fchallenge&text=&user_id=U0ADA") == {
        "command": "/challenge",
        "text": "",
        "user_id": "U0ADA",
    }


@pytest.mark.parametrize("body", [b"{", b"payload=5", b"payload=%5B%5D", b"payload=", b"\xff=\xff"])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    """Numbers, lists, nothing, bytes that are no text."""
    with pytest.raises(ValueError, match=r".*"):
        read(body)
