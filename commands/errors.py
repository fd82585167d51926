"""Refusals: what a person is told, alone, when what they asked for cannot be done. Nothing has been changed then."""

from __future__ import annotations


class Refused(Exception):
    """The sentence that the person reads: what is wrong and what would be right."""


class NotYours(Refused):
    """Somebody else may do this; the sentence says who."""


class Repeated(Exception):
    """This very request has had its effect already (a redelivery): nothing is done and nothing need be said."""
