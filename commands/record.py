"""A challenge's record, read with its procedure: where it stands, who is concerned, by when."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from procedures.engine import Standing, fold
from procedures.schema import RAISER, Procedure
from procedures.steps import Raised
from storage.challenges import Head, Party, Stored, Window

_REFERENCE = re.compile(r"(?:CH[- ]?)?([0-9]{1,9})", re.IGNORECASE)


def challenge_id(reference: str) -> int | None:
    """The number in a challenge's reference; None for what is none. `CH-1042`, `ch1042` and `1042` are the same."""
    match = _REFERENCE.fullmatch(reference.strip())
    return int(match.group(1)) if match else None


@dataclass(frozen=True)
class Record:
    """One challenge, complete."""

    stored: Stored
    procedure: Procedure

    def with_stored(self, **changes: Any) -> Record:
        """The same record with some of what is stored replaced: head, entries, parties or windows."""
        return Record(replace(self.stored, **changes), self.procedure)

    @property
    def as_kept(self) -> Record:
        """The record under the wording in which the program keeps what it writes down: the first of the file's languages."""
        kept = self.procedure.in_language(self.procedure.languages[0])
        return self if kept is self.procedure else Record(self.stored, kept)

    @property
    def head(self) -> Head:
        """The challenge's own row."""
        return self.stored.head

    @property
    def reference(self) -> str:
        """How people name it: `CH-1042`."""
        return self.stored.head.reference

    @cached_property
    def standing(self) -> Standing:
        """Where it stands."""
        return fold(self.procedure, self.stored.entries)

    @property
    def raised(self) -> Raised:
        """How it began."""
        step = self.stored.entries[0].step
        if not isinstance(step, Raised):
            raise TypeError(f"{self.reference} does not begin with being raised.")
        return step

    @cached_property
    def windows(self) -> dict[int, Window]:
        """The windows by the number of their stage."""
        return {window.stage_number: window for window in self.stored.windows}

    @cached_property
    def window(self) -> Window | None:
        """The present stage's window, open or not."""
        return self.windows.get(self.standing.now.number)

    @property
    def due_day(self) -> date | None:
        """The day by which the present stage's window must be met; None where none is open."""
        window = self.window
        return window.due_day if window is not None and window.closed_at is None else None

    def parties(self, stage_number: int | None = None) -> list[Party]:
        """Who has a part at a stage, the present one if none is named."""
        number = stage_number or self.standing.now.number
        return [party for party in self.stored.parties if party.stage_number == number]

    @cached_property
    def _present(self) -> list[Party]:
        return self.parties()

    @cached_property
    def concerned(self) -> frozenset[str]:
        """The e-mail addresses of all who have or had a part, the raiser among them."""
        return frozenset({self.head.raiser, *(party.email for party in self.stored.parties)})

    @cached_property
    def _holders(self) -> dict[tuple[str, ...], dict[str, None]]:
        return {}

    def holders(self, roles: tuple[str, ...]) -> list[str]:
        """Who holds these roles (or `raiser`, or the parts asked, copied, chair, attends, records) at the present stage, each once."""
        found = self._holders.get(roles)
        if found is None:
            found = self._holders[roles] = {}
            for role in roles:
                if role == RAISER:
                    found[self.head.raiser] = None
                found |= {party.email: None for party in self._present if role in (party.role, party.part)}
        return [*found]
