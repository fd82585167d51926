"""The log: one line an event on standard error, as JSON or for a console, with the event's name and ids and nothing else.

What the program works with is about children, so nothing gets in by accident. A value that is not an id, a number or a moment
is left out. An exception is written as its type and the lines it passed, never its message, which may quote what somebody
typed. Libraries log whole requests (slack_bolt at INFO, slack_sdk at DEBUG): of their messages only warnings and worse remain,
and of these only who wrote them, from which line, and the exception's type.
"""

from __future__ import annotations

import contextlib
import logging
import re
import sys
import threading
from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, TextIO, cast
from uuid import UUID

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from procedures.clock import Clock

LEFT_OUT = "(left out)"
MOST_FRAMES = 12
MOST_MEMBERS = 20

EVENT = re.compile(r"[a-z][a-z0-9_]{0,59}")
# What ids, references, e-mail addresses, paths and versions are made of. No blanks, quotes, braces, "=" or "%": what people
# write and what requests contain does not fit.
ID = re.compile(r"[\w.:/@+#~-]{0,200}")
TOKEN = re.compile(r"xox|xapp-", re.IGNORECASE)

LIBRARIES = (
    "slack_bolt",
    "slack_sdk",
    "microsoft_teams",
    "msal",
    "httpx",
    "httpcore",
    "urllib3",
    "uvicorn",
    "uvicorn.error",
    "uvicorn.access",
    "apscheduler",
    "sqlalchemy",
    "asyncio",
)


def configure(
    *,
    log_format: Literal["json", "console"],
    log_level: Literal["debug", "info", "warning", "error"],
    clock: Clock,
    stream: TextIO | None = None,
) -> None:
    """Set up the log of the whole process: our events, the libraries' messages, and exceptions that nobody caught.

    `clock` dates the lines (the real time, in the demo too); `stream` is standard error unless given. uvicorn must be started
    with `log_config=None`, because it would set up a log of its own.
    """
    out = _Steady(stream if stream is not None else sys.stderr)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _describe_exception,
            _leave_out,
            _dated(clock),
            _renderer(log_format, colours=out.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[log_level.upper()]
        ),
        logger_factory=lambda *_: structlog.WriteLogger(cast("TextIO", out)),
        cache_logger_on_first_use=False,
    )
    _hold_libraries_down()
    sys.excepthook = _uncaught
    sys.unraisablehook = lambda lost: _uncaught(lost.exc_type, lost.exc_value, lost.exc_traceback)
    threading.excepthook = lambda lost: _uncaught(lost.exc_type, lost.exc_value, lost.exc_traceback)


def quiet_logger(name: str) -> logging.Logger:
    """A logger for a library that writes whole requests at DEBUG and WARNING: only errors pass, whatever the root allows."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.ERROR)
    return logger


# Our own events


class _Steady:
    """A stream whose failure disturbs nobody: a full disk or a closed pipe must not stop a reminder."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()

    def isatty(self) -> bool:
        return self._stream.isatty()


def _renderer(log_format: Literal["json", "console"], *, colours: bool) -> Processor:
    if log_format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=colours, sort_keys=False)


def _dated(clock: Clock) -> Processor:
    def date_line(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        first = {
            "time": clock.now().isoformat(timespec="milliseconds"),
            "level": event["level"],
            "event": event["event"],
        }
        return {**first, **event}

    return date_line


def _describe_exception(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    given = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if isinstance(given, tuple):
        given = given[1]
    elif given is not None and not isinstance(given, BaseException):
        given = sys.exc_info()[1] if given else None
    if given is not None:
        event.update(describe(given))
    return event


def _leave_out(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Keep what may be in a log. The last gate: nothing that comes after it adds values."""
    name = event.get("event")
    kept = {key: _fit(value) for key, value in event.items()}
    kept["event"] = name if isinstance(name, str) and EVENT.fullmatch(name) else LEFT_OUT
    return kept


def _fit(value: Any) -> Any:
    match value:
        case Enum():
            return _fit(value.value)
        case None | bool() | int() | float():
            return value
        case datetime() | date():
            return value.isoformat()
        case BaseException():
            return _type(value)
        case UUID() | Path():
            return _fit(str(value))
        case str():
            return value if ID.fullmatch(value) and not TOKEN.match(value) else LEFT_OUT
        case list() | tuple() | set() | frozenset():
            return [_fit(member) for member in list(value)[:MOST_MEMBERS]]
        case _:
            return LEFT_OUT


# Exceptions


def describe(error: BaseException) -> dict[str, Any]:
    """An exception fit for the log: `error` its type, `at` the last lines it passed ("module:line", where it was raised
    comes last), `because` the types of what led to it, where there is any."""
    described: dict[str, Any] = {
        "error": _type(error),
        "at": list(_frames(error.__traceback__))[-MOST_FRAMES:],
    }
    because = [_type(cause) for cause in _causes(error)]
    if because:
        described["because"] = because[:MOST_MEMBERS]
    return described


def _type(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__.replace("<locals>.", "")
    return name if kind.__module__ == "builtins" else f"{kind.__module__}.{name}"


def _frames(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        yield f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
        trace = trace.tb_next


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = {id(error)}
    waiting = [error]
    while waiting:
        current = waiting.pop(0)
        led = [current.__cause__ or (None if current.__suppress_context__ else current.__context__)]
        led += current.exceptions if isinstance(current, BaseExceptionGroup) else []
        for cause in led:
            if cause is not None and id(cause) not in seen:
                seen.add(id(cause))
                waiting.append(cause)
                yield cause


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """What Python calls when nobody caught an exception; it would print the message and the source lines."""
    if isinstance(error, KeyboardInterrupt | SystemExit):
        return
    log = structlog.get_logger()
    if error is None:
        log.error("uncaught_exception", error=kind.__name__, at=list(_frames(trace)))
    else:
        log.error("uncaught_exception", exc_info=error)


# The libraries' messages


class _Reduced(logging.Handler):
    """Writes of a library's message who wrote it, from which line, how grave it is and the exception's type: not its text."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        level = min(record.levelno // 10 * 10, logging.CRITICAL)
        structlog.get_logger().log(
            level,
            "library_message",
            library=record.name,
            line=f"{record.module}:{record.lineno}",
            exc_info=error,
        )


def _hold_libraries_down() -> None:
    logging.raiseExceptions = False  # else a handler that fails prints the message and its arguments
    logging.captureWarnings(True)  # else a warning prints its text, which may quote a value
    root = logging.getLogger()
    root.handlers[:] = [_Reduced(logging.WARNING)]
    root.setLevel(logging.WARNING)
    for name in LIBRARIES:
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(logging.WARNING)
