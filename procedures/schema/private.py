"""What a procedure file can say about private concerns: who may raise one about a coordinator's practice, and who takes it on (BR-13)."""

from __future__ import annotations

from pydantic import Field

from procedures.schema.parts import Label, Name, Part, Source


class ConcernRule(Part):
    """A private concern: raised by `by`, taken on by `to`, who agrees a resolution with `with`; `then` has what stays unresolved.

    `about` ends the sentence "a private concern about …". `to` and the others are found from the raiser's own unit upwards.
    """

    about: Label = Field(examples=["the practice of a coordinator"])
    by: list[Name] = Field(min_length=1)
    to: Name
    with_: Name = Field(alias="with")
    then: Name
    source: Source

    @property
    def takers(self) -> list[tuple[str, str]]:
        """Those who take it on: the key and the role, in the order in which they come in."""
        return [("to", self.to), ("with", self.with_), ("then", self.then)]
