"""Any object of the vocabulary, the awkward ones first: nothing, too much, markup, emoji, line breaks."""

from __future__ import annotations

from hypothesis import strategies as st

from commands.vocabulary import (
    Bullets,
    Button,
    Buttons,
    Card,
    Confirm,
    Divider,
    Fact,
    Facts,
    Form,
    Heading,
    Input,
    Kind,
    Link,
    Option,
    Paragraph,
    Part,
    Preformatted,
    Quotation,
    Small,
    Style,
)

AWKWARD = (
    "",
    " ",
    "\n",
    "<!channel> *bold* _it_ ~no~ `code` :smile: https://example.org <@U1>",
    "&amp; & < >",
    "\ud83d lone \x00 zero\r\nline",
    "x" * 80,
    "word " * 90,
    "é" * 160,
    "🙂" * 1600,
    "line of some words\n" * 400,
)
words = st.one_of(st.sampled_from(AWKWARD), st.text(max_size=40))
labels = st.one_of(st.sampled_from(AWKWARD[:7]), st.text(max_size=40))
ids = st.text("abcdefghij-", min_size=1, max_size=12)
arguments = st.dictionaries(ids, st.text('abc&<>"é', max_size=150), max_size=3)
confirms = st.builds(Confirm, words, words, words, words)
buttons = st.builds(
    Button, labels, ids, arguments, st.sampled_from(Style), st.one_of(st.none(), confirms), labels
)
rows = st.builds(Buttons, st.lists(buttons, max_size=30).map(tuple), st.lists(buttons, max_size=8).map(tuple))
parts: st.SearchStrategy[Part] = st.one_of(
    st.builds(Heading, words),
    st.builds(Paragraph, words, st.booleans()),
    st.builds(Small, words),
    st.builds(Quotation, labels, words),
    st.builds(Facts, st.lists(st.builds(Fact, labels, words), max_size=12).map(tuple)),
    st.builds(Bullets, st.lists(words, max_size=12).map(tuple)),
    st.builds(Preformatted, words),
    st.builds(Link, words, st.just("https://teams.example/l/meetup-join/1")),
    rows,
    st.just(Divider()),
)
cards = st.builds(Card, words, st.lists(parts, max_size=25).map(tuple), words)
long_cards = st.builds(Card, words, st.lists(parts, min_size=40, max_size=120).map(tuple), words)

options = st.builds(Option, st.text("abc1", max_size=20), labels, labels)


@st.composite
def inputs(draw: st.DrawFn, name: str = "") -> Input:
    choices = tuple(draw(st.lists(options, max_size=14, unique_by=lambda option: option.value)))
    if draw(st.integers(0, 9)) == 0:
        choices = tuple(
            Option(f"v{number}", f"Person {number}") for number in range(draw(st.integers(101, 2500)))
        )
    values = [option.value for option in choices] or ["x"]
    initial = draw(
        st.one_of(
            st.none(),
            words,
            st.sampled_from(values),
            st.lists(st.sampled_from(values), max_size=3).map(tuple),
            st.dates().map(str),
            st.times().map(str),
        )
    )
    return Input(
        name or draw(ids),
        draw(words),
        draw(st.sampled_from(Kind)),
        draw(st.booleans()),
        draw(words),
        draw(words),
        initial,
        choices,
        draw(st.one_of(st.none(), st.integers(0, 5000))),
        draw(st.booleans()),
        draw(st.sampled_from([(), ("csv",)])),
    )


@st.composite
def forms(draw: st.DrawFn) -> Form:
    count = draw(st.one_of(st.integers(0, 12), st.just(110)))
    drawn = [
        draw(inputs(f"input-{number}")) if count < 20 else Input(f"input-{number}", "Line")
        for number in range(count)
    ]
    mixed = [*drawn, *draw(st.lists(parts, max_size=10))]
    return Form(
        draw(ids),
        draw(words),
        draw(words),
        tuple(draw(st.permutations(mixed)) if count < 20 else mixed),
        draw(st.dictionaries(ids, ids, max_size=3)),
    )
