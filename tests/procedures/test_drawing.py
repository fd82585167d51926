"""A procedure as a picture: everything that it says is there, for those who see it and for those who hear it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from procedures import library, svg
from procedures.drawing import draw
from procedures.languages import speaking
from procedures.schema import Procedure
from procedures.telling import exits
from tests.procedures.strategies import procedures
from tests.procedures.test_consistency import GOOD
from tests.procedures.test_languages import BOTH

SPACE = "{http://www.w3.org/2000/svg}"
CARD, MARGIN = 700, 16


def shapes(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)  # noqa: S314  our own document


def texts(picture: str) -> list[str]:
    return ["".join(text.itertext()) for text in shapes(picture).iter(f"{SPACE}text")]


def arrows(picture: str) -> list[ElementTree.Element]:
    return [line for line in shapes(picture).iter(f"{SPACE}path") if "marker-end" in line.attrib]


def shipped() -> list[Procedure]:
    found = library.load(library.shipped()).in_use
    return [each.in_language(language) for each in found for language in each.languages]


@pytest.mark.parametrize("procedure", shipped(), ids=lambda each: f"{each.id}-{each.language}")
def test_every_stage_and_every_way_on_of_a_shipped_procedure_is_drawn(procedure: Procedure) -> None:
    picture = draw(procedure)
    whole = " ".join(texts(picture)).replace("\N{NO-BREAK SPACE}", " ")
    with speaking(procedure.language):
        for stage in procedure.stage:
            assert stage.name in texts(picture)
            for way in exits(procedure, stage):
                assert way.words in whole
    root = shapes(picture)
    assert root.attrib["lang"] == procedure.language
    title = root.find(f"{SPACE}title")
    assert title is not None
    assert title.text == procedure.title


def test_the_picture_says_in_words_where_each_arrow_leads() -> None:
    about = shapes(draw(library.parse(GOOD, "drift.toml"))).find(f"{SPACE}desc")
    assert about is not None
    assert about.text is not None
    assert "Request: Agreed → Meeting; Declined → Told;" in about.text
    assert "Done → the challenge ends" in about.text


def test_what_opens_by_itself_is_dashed_and_the_legend_says_so() -> None:
    picture = draw(library.parse(GOOD, "drift.toml"))
    assert {"opened by hand", "opens by itself", "an end"} <= set(texts(picture))
    dashed = [line for line in arrows(picture) if "stroke-dasharray" in line.attrib]
    # By themselves open "Meeting" and "Told", by hand "Request", "Meeting" and "Sorting"; the legend has one of each.
    assert len(dashed) == 2 + 1
    assert len(arrows(picture)) == 2 + 3 + 2


def test_an_arrow_back_runs_up_on_the_left() -> None:
    text = GOOD.replace('label = "More", opens = "told"', 'label = "More", opens = "request"')
    forward, back = draw(library.parse(GOOD, "p.toml")), draw(library.parse(text, "p.toml"))
    assert len(arrows(back)) == len(arrows(forward)) + 1
    assert float(shapes(back).attrib["width"]) > float(shapes(forward).attrib["width"])


def test_the_picture_is_in_the_language_of_the_procedure() -> None:
    welsh = draw(library.parse(BOTH, "both.toml").in_language("cy"))
    assert {"Dechrau", "Haen 1", "Ar unrhyw gam"} <= set(texts(welsh))
    assert any("Rheolwr tîm" in text for text in texts(welsh))
    assert "Beginning" not in texts(welsh)


def test_the_same_procedure_gives_the_same_picture() -> None:
    assert draw(library.parse(GOOD, "p.toml")) == draw(library.parse(GOOD, "p.toml"))


def test_marks_that_svg_uses_itself_come_out_as_they_were_written() -> None:
    text = GOOD.replace('name = "Told"', 'name = "Told & <heard>"')
    assert "Told & <heard>" in texts(draw(library.parse(text, "p.toml")))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("ground", ["#ffffff", svg.BAND])
@pytest.mark.parametrize("colour", [svg.INK, svg.QUIET, svg.LINE])
def test_the_colours_can_be_told_apart(colour: str, ground: str) -> None:
    assert (luminance(ground) + 0.05) / (luminance(colour) + 0.05) > 7


@settings(max_examples=40, deadline=None)
@given(procedures())
def test_any_procedure_can_be_drawn_and_no_line_leaves_the_picture(procedure: Procedure) -> None:
    picture = draw(procedure)
    root = shapes(picture)
    wide, high = float(root.attrib["width"]), float(root.attrib["height"])
    for text in root.iter(f"{SPACE}text"):
        assert 0 < float(text.attrib["y"]) < high
        if text.attrib.get("text-anchor") != "end":
            size, words = float(text.attrib["font-size"]), "".join(text.itertext())
            assert float(text.attrib["x"]) + svg.width(words, size) <= wide
    trunks = [line.attrib["d"] for line in arrows(picture)]
    assert len(set(trunks)) == len(trunks)


def test_a_long_text_is_wrapped_between_words() -> None:
    lines = svg.wrapped("one two three four", 14, svg.width("one two", 14))
    assert lines == ["one two", "three", "four"]
    assert svg.wrapped("unbreakable", 14, 1) == ["unbreakable"]
    assert svg.wrapped("a\N{NO-BREAK SPACE}b c", 14, 30) == ["a\N{NO-BREAK SPACE}b", "c"]
