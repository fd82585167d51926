"""What the running program has to do with calendars: nothing, where none are set up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.calendars import Calendars, ReadsDiaries
from bot.calendars.carrying_out import CarryingOut
from bot.calendars.diary import Diary
from commands.office import Office
from commands.reception import Receives
from commands.vocabulary import Ask, Filled, Form, Reply

READING = 1.2
"""Seconds that a form waits for calendars to be read: Slack gives three from the click to the opened window."""
LAST_CALLS = 5.0
"""Seconds for what is under way to end in when the program ends."""
BUSY = 1.0
"""Seconds until the next pass at least while one is under way."""

Run = Callable[..., Awaitable[Any]]


class CalendarSide:
    """Meetings brought into calendars, and calendars read for forms. `connect` says how; before, and without it, nothing is done.

    run: `await run(function, *arguments)` on a worker thread. worker: unique to this process. done: wakes the delivery.
    """

    def __init__(self, office: Office, run: Run, worker: str, done: Callable[[], None]) -> None:
        self._office, self._run, self._worker, self._done = office, run, worker, done
        self._work: CarryingOut | None = None
        self._close: Callable[[], Awaitable[None]] | None = None

    def connect(
        self,
        calendars: Calendars,
        diaries: ReadsDiaries | None = None,
        close: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """How meetings get into calendars, how those are read, and what ends the connection."""
        self._work = CarryingOut(self._office, calendars, self._run, self._worker, self._done)
        self._close = close
        if diaries is not None and isinstance(self._office.diary, Diary):
            self._office.diary.reads_from(diaries)

    def begin(self) -> None:
        """Bring about what waits, beside whatever else is done."""
        if self._work is not None:
            self._work.begin()

    async def go(self) -> bool:
        """Bring about all that waits. Whether anything did, so that there may be something to say."""
        return self._work is not None and await self._work.go()

    def rest(self) -> float:
        """For how many seconds at least there is no use in another pass."""
        return BUSY if self._work is not None and self._work.busy else 0.0

    async def with_times(self, reception: Receives, answer: Any, arguments: tuple[Any, ...]) -> Any:
        """The same answer; a form that would show something of calendars is made once more when they have been read in time.

        arguments: those of the request, who is asking first. What takes longer is there for whoever asks next.
        """
        form = answer.form if isinstance(answer, Ask) else answer
        diary = self._office.diary
        if not isinstance(form, Form) or form.needs is None or not isinstance(diary, Diary):
            return answer
        if not await diary.fetch(form.needs, READING):
            return answer
        redrawn = isinstance(answer, Form)
        filled = arguments[1] if redrawn else Filled(form.command, form.context, {})
        made: Form = await self._run(reception.changed, arguments[0], filled)
        again: Reply = Ask(made)
        return made if redrawn else again

    async def stop(self) -> None:
        """Let what is under way end, and close the connection."""
        if self._work is not None:
            await self._work.stop(LAST_CALLS)
        if isinstance(self._office.diary, Diary):
            await self._office.diary.stop()
        if self._close is not None:
            await self._close()
