"""A procedure as a picture: its stages below each other, what happens at each, and arrows to what follows.

Every way on is a line of its card, so that it says in words what the arrow says; no font, no colour and no other program is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from procedures import svg
from procedures.languages import speaking, translate
from procedures.schema import Procedure
from procedures.telling import Exit, Line, after, beginning, beside, exits, rules, ways_in

_WIDE, _PAD, _SIZE, _LEAD = 700.0, 16.0, 14.0, 20.0
_HEAD, _GAP, _LANE, _EDGE, _BEND = 40.0, 34.0, 16.0, 24.0, 7.0
_HANG = 16.0


def draw(procedure: Procedure) -> str:
    """The picture as an SVG document, in the procedure's own language. The same procedure always gives the same document."""
    with speaking(procedure.language):
        cards = _placed(_cards(procedure))
        lanes = _lanes(_trunks(cards))
        left = max((lane + 1 for trunk, lane in lanes if trunk.up), default=0)
        right = max((lane + 1 for trunk, lane in lanes if not trunk.up), default=0)
        x = _EDGE + _LANE * (left + 1 if left else 0)
        wide = x + _WIDE + _LANE * (right + 1) + _EDGE
        shapes = [*_title(procedure, x), *(shape for card in cards for shape in card.shapes(x))]
        shapes += [shape for trunk, lane in lanes for shape in trunk.shapes(x, lane)]
        bottom = cards[-1].y + cards[-1].high + _GAP
        shapes += _legend(x, bottom)
        return svg.document(
            shapes,
            wide,
            bottom + 2 * _LEAD,
            title=procedure.title,
            about=_about(procedure),
            language=procedure.language,
        )


# --- what is drawn -------------------------------------------------------------------------------------------------------


@dataclass
class _Way:
    """A way on as it stands on a card: its lines of text, and how far below the card's top its arrow leaves."""

    way: Exit
    lines: list[str]
    at: float


@dataclass
class _Card:
    """A box with a heading, rules and ways on. `id` is the stage's; `y` is where its top is."""

    id: str
    name: str
    source: str
    rules: list[Line]
    ways: list[Exit]
    names: dict[str, str]
    y: float = 0.0
    high: float = 0.0
    written: list[tuple[float, Line, list[str]]] = field(default_factory=list)
    leaving: list[_Way] = field(default_factory=list)

    def lay_out(self) -> None:
        """Wrap the text and find out how high the card is."""
        down = _HEAD + _LEAD + 2
        room = _WIDE - 2 * _PAD
        for rule in self.rules:
            used = svg.width(f"{rule.heading} ", _SIZE, bold=True)
            clause = f"\N{NO-BREAK SPACE}[{rule.source}]" if rule.source else ""
            lines = svg.wrapped(rule.text + clause, _SIZE, room - _HANG, room - used)
            self.written.append((down, rule, lines))
            down += _LEAD * len(lines)
        down += _PAD / 2 if self.ways else 0
        for way in self.ways:
            follows = self.names[way.stage] if way.stage else after(way)
            text = f"{way.words} →\N{NO-BREAK SPACE}{follows}" if follows else way.words
            lines = svg.wrapped(text, _SIZE, room - _HANG, room)
            self.leaving.append(_Way(way, lines, down - _SIZE / 3))
            down += _LEAD * len(lines)
        self.high = down - _LEAD + _PAD

    def shapes(self, x: float) -> Iterator[str]:
        """The card, drawn."""
        yield svg.box(x, self.y, _WIDE, self.high)
        yield svg.box(x, self.y, _WIDE, _HEAD, fill=svg.BAND)
        yield svg.words(x + _PAD, self.y + 26, self.name, size=17, bold=True)
        if self.source:
            yield svg.words(x + _WIDE - _PAD, self.y + 26, self.source, end=True, quiet=True)
        for down, rule, lines in self.written:
            yield svg.labelled(x + _PAD, self.y + down, rule.heading, lines[0])
            yield from self._rest(x, self.y + down, lines)
        if self.leaving and self.written:
            y = self.y + self.leaving[0].at - _LEAD / 2 - 3
            yield svg.path(f"M{x:g} {y:g} H{x + _WIDE:g}")
        for way in self.leaving:
            yield svg.words(x + _PAD, self.y + way.at + _SIZE / 3, way.lines[0])
            yield from self._rest(x, self.y + way.at + _SIZE / 3, way.lines)
            if way.way.what in ("ends", "resolves"):
                y = self.y + way.at
                yield svg.path(f"M{x + _WIDE:g} {y:g} H{x + _WIDE + 8:g}", dashed=way.way.what == "ends")
                yield svg.dot(x + _WIDE + 13, y, 3, ring=True)

    @staticmethod
    def _rest(x: float, y: float, lines: list[str]) -> Iterator[str]:
        for number, line in enumerate(lines[1:], 1):
            yield svg.words(x + _PAD + _HANG, y + number * _LEAD, line)


def _cards(procedure: Procedure) -> list[_Card]:
    names = {stage.id: stage.name for stage in procedure.stage}
    first = _Card("", translate("Beginning"), "", list(beginning(procedure)), ways_in(procedure), names)
    stages = [
        _Card(
            stage.id,
            stage.name,
            stage.source,
            list(rules(procedure, stage)),
            list(exits(procedure, stage)),
            names,
        )
        for stage in procedure.stage
    ]
    last = _Card("", translate("At any stage"), "", list(beside(procedure)), [], names)
    return [first, *stages, last]


def _placed(cards: list[_Card]) -> list[_Card]:
    down = _EDGE + 62
    for card in cards:
        card.lay_out()
        card.y = down
        down += card.high + _GAP
    return cards


def _title(procedure: Procedure, x: float) -> Iterator[str]:
    yield svg.words(x, _EDGE + 18, procedure.title, size=22, bold=True)
    for number, line in enumerate(svg.wrapped(procedure.document, _SIZE, _WIDE)[:2]):
        yield svg.words(x, _EDGE + 40 + number * 17, line, quiet=True)


def _legend(x: float, y: float) -> Iterator[str]:
    third = _WIDE / 3
    for start, said, dashed in (
        (x, translate("opened by hand"), False),
        (x + third, translate("opens by itself"), True),
    ):
        yield svg.path(f"M{start:g} {y:g} H{start + 44:g}", dashed=dashed, arrow=True)
        yield svg.words(start + 54, y + _SIZE / 3, said)
    yield svg.dot(x + 2 * third + 8, y, 3, ring=True)
    yield svg.words(x + 2 * third + 24, y + _SIZE / 3, translate("an end"))


def _about(procedure: Procedure) -> str:
    """The picture for whoever cannot see it: every arrow as a sentence."""
    said = [
        translate(
            "Procedure drawn as a flow chart. The stages stand below each other in the order of the file; arrows lead from what happens at a stage to the stage that follows."
        )
    ]
    for card in _cards(procedure):
        ways = [f"{way.words} → {card.names[way.stage] if way.stage else after(way)}" for way in card.ways]
        said.append(f"{card.name}: {'; '.join(ways)}." if ways else f"{card.name}.")
    return " ".join(said)


# --- the arrows ----------------------------------------------------------------------------------------------------------


@dataclass
class _Trunk:
    """All arrows of one kind to one stage, as one line that others join: down on the right of the cards, up on the left."""

    to: float
    dashed: bool
    up: bool
    sources: list[float] = field(default_factory=list)

    @property
    def reach(self) -> tuple[float, float]:
        """From where to where it runs."""
        return min(self.to, *self.sources), max(self.to, *self.sources)

    def shapes(self, x: float, lane: int) -> Iterator[str]:
        """The line, drawn in that lane, counted from the cards outwards."""
        side = -1 if self.up else 1
        edge = x if self.up else x + _WIDE
        out = edge + side * _LANE * (lane + 2)
        bend = out - side * _BEND
        far = max(self.sources) if self.up else min(self.sources)
        turn = _BEND if self.to > far else -_BEND
        yield svg.path(
            f"M{edge:g} {far:g} H{bend:g} Q{out:g} {far:g} {out:g} {far + turn:g} "
            f"V{self.to - turn:g} Q{out:g} {self.to:g} {bend:g} {self.to:g} H{edge:g}",
            dashed=self.dashed,
            arrow=True,
        )
        for y in self.sources:
            if y != far:
                yield svg.path(f"M{edge:g} {y:g} H{out:g}", dashed=self.dashed)
                yield svg.dot(out, y, 3)


def _trunks(cards: Iterable[_Card]) -> list[_Trunk]:
    tops = {card.id: card.y for card in cards if card.id}
    found: dict[tuple[str, bool, bool], _Trunk] = {}
    for card in cards:
        for way in card.leaving:
            if way.way.stage is None:
                continue
            source, top = card.y + way.at, tops[way.way.stage]
            dashed, up = way.way.what == "by_itself", top < source
            to = top + (_HEAD - 12 if dashed else 12)
            trunk = found.setdefault((way.way.stage, dashed, up), _Trunk(to, dashed, up))
            trunk.sources.append(source)
    return list(found.values())


def _lanes(trunks: list[_Trunk]) -> list[tuple[_Trunk, int]]:
    """Each with a lane in which it meets no other, short ones near the cards."""
    placed: list[tuple[_Trunk, int]] = []
    for trunk in sorted(trunks, key=lambda each: (each.reach[1] - each.reach[0], each.reach)):
        top, bottom = trunk.reach
        taken = {
            lane
            for other, lane in placed
            if other.up == trunk.up and other.reach[0] <= bottom + _BEND and top <= other.reach[1] + _BEND
        }
        placed.append((trunk, next(lane for lane in range(len(taken) + 1) if lane not in taken)))
    return placed
