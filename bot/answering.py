"""What every chat platform's handlers do alike: ask the reception with patience, and own up to what went wrong.

Nothing of a request is logged: names of methods and exception classes alone.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import structlog

from bot.background import fault
from commands.vocabulary import Bullets, Card, Mistakes, Paragraph, Reply, Say
from storage.troubles import DatabaseTrouble

_log = structlog.get_logger()
_T = TypeVar("_T")

OUR_FAULT = "Something went wrong on our side, and nothing was saved. Please try again in a moment."
OUR_FAULT_IN_FORM = (
    "Nothing was saved: something went wrong on our side. Please try again; what you typed is still here."
)
SLOW_IN_FORM = (
    "This is taking longer than usual. Please wait a moment, then send it again as it is: it is saved once at most, "
    "and you will see whether it was."
)
OUTSIDE = (
    "challenge-bot is for colleagues of this council. It shows nothing to guests or to people of other organisations. If you are a "
    "colleague, ask an administrator."
)
TOO_FAST = (
    "That was very many requests in a short time, so the last ones were not carried out. Wait a moment, then go on; nothing is lost of what "
    "was saved before."
)

Run = Callable[..., Awaitable[Any]]
"""await run(function, *arguments): carries out a synchronous function on the worker thread."""


class OurFault(Exception):
    """Something went wrong on our side. `trouble` is what the database says of it, if it is its trouble."""

    def __init__(self, trouble: DatabaseTrouble | None = None) -> None:
        self.trouble = trouble
        super().__init__()

    @property
    def sentence(self) -> str:
        """What whoever typed or pressed reads."""
        return OUR_FAULT if self.trouble is None else str(self.trouble)

    @property
    def in_form(self) -> str:
        """What whoever sent a form reads on it."""
        return OUR_FAULT_IN_FORM if self.trouble is None else f"{self.trouble} What you typed is still here."


class Late(Exception):
    """The reception has not answered in time; `work` goes on."""

    def __init__(self, work: asyncio.Future[Any]) -> None:
        self.work = work
        super().__init__("The reception has not answered in time.")


class Answering:
    """Asks the reception for one platform. after: called whenever something may have been written, to wake the delivery."""

    def __init__(self, platform: str, run: Run, after: Callable[[], None]) -> None:
        self._run, self._after = run, after
        self._late, self._failed = f"{platform}_answer_late", f"{platform}_request_failed"

    async def ask(self, patience: float, function: Callable[..., _T], *arguments: object) -> _T:
        """The reception's answer. Raises OurFault when it failed, Late when it takes more than `patience` seconds; wakes the delivery."""
        work = asyncio.ensure_future(self.work(function, *arguments))
        # This leaves what is late to go on, and costs a click less than a shield inside a time-out.
        await asyncio.wait((work,), timeout=max(0.0, patience))
        if work.done():
            return work.result()
        _log.warning(self._late, what=function.__name__)
        raise Late(work)

    async def work(self, function: Callable[..., _T], *arguments: object) -> _T:
        """The same, however long it takes."""
        trouble: DatabaseTrouble | None = None
        try:
            answer: _T = await self._run(function, *arguments)
        except DatabaseTrouble as error:
            _log.error(self._failed, what=function.__name__, trouble=error.word)
            trouble = error
        except Exception as error:  # noqa: BLE001  whatever went wrong, the person must be told, and its words not logged
            _log.error(self._failed, what=function.__name__, **fault(error))
        else:
            return answer
        finally:
            self._after()
        raise OurFault(trouble)


def request_key(kind: str, mark: str, body: Mapping[str, Any]) -> str:
    """The same for every delivery of one command or press: the platform's own mark of it, or the request itself where it has none."""
    if not mark:
        mark = hashlib.blake2b(
            json.dumps(body, sort_keys=True, default=str).encode(), digest_size=16
        ).hexdigest()
    return f"{kind}:{mark}"


def notice(sentence: str, title: str = "challenge-bot") -> Card:
    """A card of one sentence, which a locked telephone may show."""
    return Card(title, (Paragraph(sentence),), preview=sentence)


def corrections(mistakes: Mistakes) -> Card:
    """Mistakes where there is no form to show them in."""
    sentences = tuple(dict.fromkeys(mistakes.by_input.values()))
    return Card("Please correct this", (Bullets(sentences),), preview="Something needs correcting.")


def card_of(reply: Reply) -> Card | None:
    """What there is to read in an answer; None for a form and for nothing to say."""
    match reply:
        case Say(card):
            return card
        case Mistakes():
            return corrections(reply)
        case _:
            return None


def consume(work: asyncio.Future[Any]) -> None:
    """Take note of a failure that was logged already, so that asyncio does not complain of it."""
    if not work.cancelled():
        work.exception()
