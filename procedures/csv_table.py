"""Tables in CSV files, read so that every fault is told with its line, its column and what would be right."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from procedures.faults import Fault, closest, did_you_mean


class TableReader:
    """One reading of one CSV file with a heading line; gathers faults rather than stopping at the first.

    columns: the headings that the file must have, in any order. nothing: what is wrong when there is no row below them, and what
    would be right.
    """

    def __init__(self, text: str, name: str, columns: Sequence[str], nothing: tuple[str, str]) -> None:
        self.faults: list[Fault] = []
        self._name = name
        self._text = text.removeprefix("\ufeff")
        self._lines = self._text.splitlines()
        self._columns = tuple(columns)
        self._headings = ",".join(columns)
        self._nothing = nothing

    def cells(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each row with the line it begins on: its cells by column, without the spaces around them. Faulty rows are left out."""
        records = list(self._records())
        if not records:
            if not self.faults:
                self.fault(0, None, "the file is empty", f"Its first line is {self._headings}.")
            return
        line, headings = records[0]
        order = [heading.strip() for heading in headings]
        if not self._check_headings(line, order):
            return
        if len(records) == 1 and not self.faults:
            self.fault(line, None, *self._nothing)
        for line, cells in records[1:]:
            if self._check_length(line, order, cells):
                yield line, {column: text.strip() for column, text in zip(order, cells, strict=True)}

    def known(self, line: int, column: str, word: str, known: Mapping[str, str]) -> bool:
        """Whether a word is one of the ids that are known, each with its title; somebody may have written the title."""
        if word in known:
            return True
        if not word:
            self.fault(line, column, f"the {column} is missing", did_you_mean("", list(known)))
            return False
        titled = [each for each, title in known.items() if title.lower() == word.lower()]
        hint = f'Did you mean "{titled[0]}"?' if titled else did_you_mean(word, list(known))
        self.fault(line, column, f'unknown {column} "{word}"', hint)
        return False

    def fault(self, line: int, column: str | None, message: str, hint: str) -> None:
        """Note a fault; line 0 is the file as a whole."""
        text = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        self.faults.append(Fault(self._name, line, column, text, message, hint))

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Each row that is not blank, with the line it begins on."""
        reader = csv.reader(io.StringIO(self._text, newline=""), strict=True)
        line = 1
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield line, cells
                line = reader.line_num + 1
        except csv.Error:
            hint = 'A cell ends with the quote that opens it; a quote inside it is written twice: "".'
            self.fault(line, None, "a quote is not closed, or stands where none should", hint)

    def _check_headings(self, line: int, headings: list[str]) -> bool:
        before = len(self.faults)
        if len(headings) == 1 and any(mark in headings[0] for mark in ";\t"):
            hint = f"Save the file as CSV with commas: {self._headings}."
            self.fault(line, None, "the cells are not separated by commas", hint)
            return False
        missing = [column for column in self._columns if column not in headings]
        for index, heading in enumerate(headings):
            if heading not in self._columns:
                meant = closest(heading, missing)
                if meant:
                    missing.remove(meant)
                hint = f'Did you mean "{meant}"?' if meant else f"The columns are {self._headings}."
                self.fault(line, None, f'unknown column "{heading}"', hint)
            elif heading in headings[:index]:
                self.fault(line, None, f'the column "{heading}" is there twice', "Keep one.")
        for column in missing:
            self.fault(line, None, f'the column "{column}" is missing', f"The columns are {self._headings}.")
        return len(self.faults) == before

    def _check_length(self, line: int, order: list[str], cells: list[str]) -> bool:
        if len(cells) == len(order):
            return True
        hint = (
            "A cell with a comma in it stands in double quotes."
            if len(cells) > len(order)
            else "A cell with nothing in it needs its comma all the same."
        )
        self.fault(line, None, f"the row has {len(cells)} cells instead of {len(order)}", hint)
        return False
