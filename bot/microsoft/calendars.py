"""Meetings in people's calendars through Microsoft Graph, each with a link to join in Teams.

The event stands in the chair's calendar, and Exchange invites the others. It is found again by the uid that it carries: after a try whose end
nobody knows it is looked for before another is made. Source: learn.microsoft.com/graph/api/user-post-events, …/event-update, …/event-cancel,
learn.microsoft.com/graph/api/resources/event (transactionId), learn.microsoft.com/graph/api/resources/extended-properties-overview.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from bot.calendars import Placed, Seen
from bot.microsoft.free_busy import moment, read_moment
from bot.microsoft.graph import Graph, reading
from bot.sending import Gone
from commands.meeting_events import Attendee, MeetingChange

UID = "String {6f9d3c1e-6d0b-4b0e-9a63-5a6f5d6e2c11} Name challenge-bot-uid"
"""The property in which an event carries its uid."""
SHOWN = "id,subject,start,end,isCancelled,attendees,onlineMeeting"


class GraphCalendars:
    """Brings meetings into calendars."""

    can_look = True

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def carry_out(self, change: MeetingChange, before: Placed | None, *, again: bool) -> Placed:
        """See `bot.calendars.Calendars`."""
        organiser = change.chair.email
        if before is not None and before.organiser != organiser:
            await self._cancel(before)
            before = None
        if before is None and (again or change.sequence > 0):
            before = await self._find(organiser, change.uid)
        if change.kind == "cancel":
            if before is not None:
                await self._cancel(before)
            return before or Placed()
        if before is not None:
            with suppress(Gone):  # somebody deleted it in their calendar: it is made anew
                return await self._update(before, change)
        return await self._create(change)

    async def look(self, placed: Placed) -> Seen | None:
        """See `bot.calendars.Calendars`."""
        try:
            event = await self._graph.ask(
                "GET", placed.organiser, f"/events/{placed.event_id}", query={"$select": SHOWN}
            )
        except Gone:
            return None
        with reading():
            return read_event(event)

    async def _create(self, change: MeetingChange) -> Placed:
        body = {
            **_body(change),
            "subject": change.title,
            "body": {"contentType": "text", "content": change.text},
            "isOnlineMeeting": True,
            "onlineMeetingProvider": "teamsForBusiness",
            "allowNewTimeProposals": False,
            "transactionId": f"{change.uid}:{change.sequence}",
            "singleValueExtendedProperties": [{"id": UID, "value": change.uid}],
        }
        return _placed(change, await self._graph.ask("POST", change.chair.email, "/events", body=body))

    async def _update(self, before: Placed, change: MeetingChange) -> Placed:
        # Neither subject nor body: the body holds how to join, and Exchange would take that out.
        path = f"/events/{before.event_id}"
        found = await self._graph.ask("PATCH", before.organiser, path, body=_body(change))
        return _placed(change, found, before)

    async def _cancel(self, placed: Placed) -> None:
        with suppress(Gone):
            await self._graph.ask(
                "POST", placed.organiser, f"/events/{placed.event_id}/cancel", body={"comment": ""}
            )

    async def _find(self, mailbox: str, uid: str) -> Placed | None:
        wanted = f"singleValueExtendedProperties/any(ep: ep/id eq '{UID}' and ep/value eq '{uid}')"
        query = {"$filter": wanted, "$select": SHOWN, "$top": "1"}
        answer = await self._graph.ask("GET", mailbox, "/events", query=query)
        with reading():
            found = answer.get("value") or []
            return Placed(mailbox, str(found[0]["id"]), _link(found[0])) if found else None


def _body(change: MeetingChange) -> dict[str, Any]:
    return {
        "start": moment(change.starts_at),
        "end": moment(change.ends_at),
        "location": {"displayName": change.place},
        "attendees": [_attendee(each) for each in change.attendees],
    }


def _attendee(somebody: Attendee) -> dict[str, Any]:
    return {"type": "required", "emailAddress": {"address": somebody.email, "name": somebody.name}}


def read_event(event: dict[str, Any]) -> Seen:
    """What an event as Graph gives it shows. Raises what `reading` makes a sentence of."""
    declined = [
        str(each["emailAddress"]["address"]).lower()
        for each in event.get("attendees") or []
        if (each.get("status") or {}).get("response") == "declined"
    ]
    starts_at, ends_at = read_moment(event.get("start")), read_moment(event.get("end"))
    return Seen(starts_at, ends_at, bool(event.get("isCancelled")), tuple(sorted(declined)))


def _placed(change: MeetingChange, event: dict[str, Any], before: Placed | None = None) -> Placed:
    kept = before or Placed(change.chair.email)
    with reading():
        event_id = str(event.get("id") or kept.event_id)
        if not event_id:
            raise ValueError("An event without an id.")
        return Placed(kept.organiser, event_id, _link(event) or kept.link)


def _link(event: dict[str, Any]) -> str:
    """To join online; only what a browser opens safely."""
    link = str((event.get("onlineMeeting") or {}).get("joinUrl") or "")
    return link if link.startswith("https://") else ""
