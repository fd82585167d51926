"""What Graph takes and gives about calendars: bodies are checked, moments are read and written.

Source: learn.microsoft.com/graph/api/resources/event, …/api/calendar-getschedule, …/api/user-post-events.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.playground.graph.mailboxes import Appointment, Guest, Private

PEOPLE, LONGEST = 20, timedelta(days=62)
PROPERTY = re.compile(r"String \{[0-9a-fA-F-]{36}\} Name [\w.-]+")
_MAY_CHANGE = {
    "subject",
    "body",
    "start",
    "end",
    "location",
    "attendees",
    "isOnlineMeeting",
    "onlineMeetingProvider",
}
_MAY_CHANGE |= {"allowNewTimeProposals", "singleValueExtendedProperties"}
_MAY_SET = {*_MAY_CHANGE, "transactionId"}
_DIGITS = {"free": "0", "tentative": "1", "busy": "2", "oof": "3", "workingElsewhere": "4"}


class BadRequest(Exception):
    """Graph would not take this body. `code` is its own word for it."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def read_moment(given: Any) -> datetime:
    """A dateTimeTimeZone. Raises BadRequest."""
    if not isinstance(given, Mapping) or set(given) != {"dateTime", "timeZone"}:
        raise BadRequest("RequestBodyRead", "A dateTimeTimeZone has dateTime and timeZone.")
    if given["timeZone"] != "UTC":
        raise BadRequest("TimeZoneNotSupportedException", "This workspace knows UTC alone.")
    try:
        read = datetime.fromisoformat(str(given["dateTime"]))
    except ValueError:
        raise BadRequest("RequestBodyRead", "The dateTime cannot be read.") from None
    if read.tzinfo is not None:
        raise BadRequest("RequestBodyRead", "A dateTime has no offset; the zone stands in timeZone.")
    return read.replace(tzinfo=UTC)


def write_moment(at: datetime) -> dict[str, str]:
    """A dateTimeTimeZone as Graph gives it, with seven digits behind the second."""
    return {"dateTime": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}0", "timeZone": "UTC"}


# --- free/busy ------------------------------------------------------------------------------------------------------------


def read_question(body: Mapping[str, Any]) -> tuple[list[str], datetime, datetime, int]:
    """Whose calendars, from when, until when, and how many minutes a digit of the view is. Raises BadRequest."""
    unknown = set(body) - {"schedules", "startTime", "endTime", "availabilityViewInterval"}
    if unknown:
        raise BadRequest("RequestBodyRead", f"Unknown: {', '.join(sorted(unknown))}.")
    schedules = body.get("schedules")
    if (
        not isinstance(schedules, list)
        or not schedules
        or not all(isinstance(each, str) for each in schedules)
    ):
        raise BadRequest("ErrorInvalidParameter", "schedules is a list of e-mail addresses.")
    if len(schedules) > PEOPLE:
        raise BadRequest("ErrorInvalidParameter", "The maximum number of schedules is 20.")
    start, end = read_moment(body.get("startTime")), read_moment(body.get("endTime"))
    if not start < end or end - start >= LONGEST:
        raise BadRequest(
            "ErrorInvalidTimeInterval", "The time is longer than 62 days, or ends before it begins."
        )
    interval = body.get("availabilityViewInterval", 30)
    if not isinstance(interval, int) or not 5 <= interval <= 1440:
        raise BadRequest("ErrorInvalidParameter", "availabilityViewInterval is a number from 5 to 1440.")
    return schedules, start, end, interval


def schedule(
    email: str, taken: list[Private], start: datetime, end: datetime, interval: int
) -> dict[str, Any]:
    """One person's part of the answer."""
    view = ""
    at, step = start, timedelta(minutes=interval)
    while at < end:
        here = [_DIGITS[each.status] for each in taken if each.starts_at < at + step and each.ends_at > at]
        view += max((each for each in here if each != "4"), default="4" if here else "0")
        at += step
    items = [
        {"status": each.status, "start": write_moment(each.starts_at), "end": write_moment(each.ends_at)}
        for each in taken
    ]
    return {"scheduleId": email, "availabilityView": view, "scheduleItems": items}


def not_read(email: str, code: str) -> dict[str, Any]:
    """The part of the answer for somebody whose calendar cannot be read."""
    error = {"message": "The free/busy of this mailbox cannot be had.", "responseCode": code}
    return {"scheduleId": email, "availabilityView": "", "scheduleItems": [], "error": error}


# --- events -----------------------------------------------------------------------------------------------------------------


def read_event(body: Mapping[str, Any], *, new: bool) -> dict[str, Any]:
    """What a body sets, by the names of `Appointment`. Raises BadRequest."""
    unknown = set(body) - (_MAY_SET if new else _MAY_CHANGE)
    if unknown:
        raise BadRequest("RequestBodyRead", f"Unknown, or not to be set: {', '.join(sorted(unknown))}.")
    if new and not {"subject", "start", "end"} <= set(body):
        raise BadRequest("ErrorPropertyValidationFailure", "An event needs subject, start and end.")
    found: dict[str, Any] = {}
    if "subject" in body:
        found["subject"] = _text(body["subject"], 255)
    if "body" in body:
        content = body["body"]
        if not isinstance(content, Mapping) or content.get("contentType") not in ("text", "html"):
            raise BadRequest("RequestBodyRead", "A body has contentType text or html, and content.")
        found["body"] = _text(content.get("content"), 100_000)
    for name, mine in (("start", "starts_at"), ("end", "ends_at")):
        if name in body:
            found[mine] = read_moment(body[name])
    if {"starts_at", "ends_at"} <= set(found) and found["ends_at"] < found["starts_at"]:
        raise BadRequest("ErrorCalendarEndDateIsEarlierThanStartDate", "The end is before the start.")
    if "location" in body:
        found["place"] = _text(dict(body["location"]).get("displayName"), 255)
    if "attendees" in body:
        found["guests"] = [_guest(each) for each in body["attendees"]]
    if "singleValueExtendedProperties" in body:
        found["properties"] = dict(_property(each) for each in body["singleValueExtendedProperties"])
    return found | _online(body)


def _online(body: Mapping[str, Any]) -> dict[str, Any]:
    if not body.get("isOnlineMeeting"):
        return {}
    if body.get("onlineMeetingProvider") != "teamsForBusiness":
        raise BadRequest("ErrorInvalidRequest", "This calendar's online meetings are teamsForBusiness.")
    return {"online": True}


def _guest(given: Any) -> Guest:
    address = given.get("emailAddress") if isinstance(given, Mapping) else None
    if not isinstance(address, Mapping) or "@" not in str(address.get("address")):
        raise BadRequest("ErrorInvalidRecipients", "An attendee has an emailAddress with an address.")
    if given.get("type") not in ("required", "optional", "resource"):
        raise BadRequest("RequestBodyRead", "An attendee's type is required, optional or resource.")
    return Guest(str(address["address"]).lower(), str(address.get("name") or ""))


def _property(given: Any) -> tuple[str, str]:
    if (
        not isinstance(given, Mapping)
        or set(given) != {"id", "value"}
        or not PROPERTY.fullmatch(str(given["id"]))
    ):
        raise BadRequest(
            "ErrorInvalidProperty",
            "An extended property has an id such as String {guid} Name x, and a value.",
        )
    return str(given["id"]), str(given["value"])


def _text(given: Any, most: int) -> str:
    if not isinstance(given, str) or len(given) > most:
        raise BadRequest("ErrorInvalidProperty", f"A text of {most} characters at most was expected.")
    return given


def event(found: Appointment) -> dict[str, Any]:
    """An event as Graph gives it to its organiser."""
    return {
        "id": found.id,
        "subject": found.subject,
        "start": write_moment(found.starts_at),
        "end": write_moment(found.ends_at),
        "isCancelled": found.cancelled,
        "isOrganizer": True,
        "location": {"displayName": found.place},
        "attendees": [
            {
                "type": "required",
                "emailAddress": {"address": guest.email, "name": guest.name},
                "status": {"response": guest.response, "time": "0001-01-01T00:00:00Z"},
            }
            for guest in found.guests
        ],
        "isOnlineMeeting": bool(found.link),
        "onlineMeeting": {"joinUrl": found.link} if found.link else None,
        "transactionId": found.transaction or None,
    }
