"""Somebody's mailbox and calendar as the page shows them, and what they can do there as in Outlook."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.playground.errors import PageError
from bot.playground.graph import Appointment, FakeGraph
from bot.playground.interactions import Outcome
from bot.playground.people import Persona
from bot.playground.post_office import PostOffice
from bot.playground.state import Json
from bot.playground.wanted import Wanted
from bot.playground.workspace import Workspace

ANSWERS = {
    "accepted": "Accepted",
    "tentativelyAccepted": "Tentative",
    "declined": "Declined",
    "none": "No answer yet",
}
Posted = Callable[[Callable[[Wanted], Awaitable[Outcome]]], Callable[[Request], Awaitable[Response]]]


class Outlook:
    """Mailboxes and calendars of the workspace's people; either may be missing."""

    def __init__(self, workspace: Workspace, graph: FakeGraph | None, post: PostOffice | None) -> None:
        self._workspace, self._graph, self._post = workspace, graph, post
        self._read: dict[str, int] = {}

    # What they see

    def unread(self, persona: Persona) -> int:
        """How many letters somebody has not looked at."""
        letters = [] if self._post is None else self._post.mailbox(persona.email)
        return len(letters) - self._read.get(persona.user_id, 0)

    def mail(self, persona: Persona) -> Json | None:
        """The letters, the newest first; None where there is no mail."""
        if self._post is None:
            return None
        letters = list(enumerate(self._post.mailbox(persona.email)))
        shown = [
            {
                "id": number,
                "at": one.at.isoformat(),
                "sender": one.sender,
                "subject": one.subject,
                "text": one.text,
                "method": one.method,
                "unread": number >= self._read.get(persona.user_id, 0),
            }
            for number, one in letters
        ]
        return {"unread": self.unread(persona), "letters": shown[::-1]}

    def calendar(self, persona: Persona) -> Json | None:
        """Meetings and what somebody keeps for themselves, in their order; None where there is no calendar."""
        found: list[Json] = []
        if self._graph is not None and self._graph.has(persona.email):
            found += [self._meeting(each, persona) for each in self._graph.calendar(persona.email)]
            found += [
                {
                    "kind": "private",
                    "title": "Busy" if each.status == "busy" else each.status,
                    **_times(each.starts_at, each.ends_at),
                }
                for each in self._graph.private[persona.email.lower()]
            ]
        elif self._post is None:
            return None
        if self._post is not None:
            found += [
                {
                    "kind": "invitation",
                    "title": each.title,
                    "place": each.place,
                    **_times(each.starts_at, each.ends_at),
                }
                for each in self._post.meetings(persona.email)
                if not each.cancelled
            ]
        return {"entries": sorted(found, key=lambda one: str(one["starts"]))}

    def _meeting(self, one: Appointment, persona: Persona) -> Json:
        names = {each.email.lower(): each.name for each in self._workspace.personas.values()}
        mine = next((guest for guest in one.guests if guest.email == persona.email.lower()), None)
        return {
            "kind": "meeting",
            "id": one.id,
            "title": one.subject,
            "place": one.place,
            "link": one.link,
            "organiser": names.get(one.organiser, one.organiser),
            "mine": one.organiser == persona.email.lower(),
            "answer": "" if mine is None else ANSWERS.get(mine.response, mine.response),
            "guests": [
                {
                    "name": names.get(guest.email, guest.name),
                    "answer": ANSWERS.get(guest.response, guest.response),
                }
                for guest in one.guests
            ],
            **_times(one.starts_at, one.ends_at),
        }

    # What they do

    def routes(self, posted: Posted) -> list[Route]:
        """One route for each thing. posted: makes a handler of something that a person does."""
        acts = {
            "mail/read": self._look,
            "calendar/move": self._move,
            "calendar/cancel": self._cancel,
            "calendar/answer": self._answer,
            "calendar/keep": self._keep,
        }
        return [
            Route("/invitation/{letter}", self._file, methods=["GET"]),
            *(Route(f"/{name}", posted(act), methods=["POST"]) for name, act in acts.items()),
        ]

    async def _look(self, wanted: Wanted) -> Outcome:
        persona = self._workspace.persona(wanted.user())
        if self._post is not None and self.unread(persona):
            self._read[persona.user_id] = len(self._post.mailbox(persona.email))
            self._workspace.changes.tell()
        return Outcome()

    def _there(self, wanted: Wanted) -> tuple[FakeGraph, Persona, Appointment]:
        persona, event_id = self._workspace.persona(wanted.user()), wanted.text("meeting")
        found = None if self._graph is None else self._graph.find(event_id)
        people = [] if found is None else [found.organiser, *(guest.email for guest in found.guests)]
        if self._graph is None or found is None or found.cancelled or persona.email.lower() not in people:
            raise PageError("This meeting is no longer in the calendar.", 404)
        return self._graph, persona, found

    def _organised(self, wanted: Wanted) -> tuple[FakeGraph, Appointment]:
        graph, persona, found = self._there(wanted)
        if found.organiser != persona.email.lower():
            raise PageError("Only the organiser can do this.", 403)
        return graph, found

    async def _move(self, wanted: Wanted) -> Outcome:
        graph, found = self._organised(wanted)
        graph.move(found.id, self._moment(wanted.text("starts")))
        return Outcome()

    async def _cancel(self, wanted: Wanted) -> Outcome:
        graph, found = self._organised(wanted)
        graph.remove(found.id)
        return Outcome()

    async def _answer(self, wanted: Wanted) -> Outcome:
        graph, persona, found = self._there(wanted)
        response = wanted.text("answer")
        if response not in ANSWERS or found.organiser == persona.email.lower():
            raise PageError("A guest accepts, is not sure, or declines.")
        graph.answer(persona.email, found.id, response)
        return Outcome()

    async def _keep(self, wanted: Wanted) -> Outcome:
        """Keep an hour, or so many minutes, for something of one's own."""
        persona, minutes = self._workspace.persona(wanted.user()), wanted.any("minutes")
        if self._graph is None or not self._graph.has(persona.email):
            raise PageError("This person has no calendar.", 404)
        if not isinstance(minutes, int) or not 5 <= minutes <= 10 * 60:
            raise PageError("A time that one keeps has from 5 minutes to 10 hours.")
        starts = self._moment(wanted.text("starts"))
        self._graph.busy(persona.email, starts, starts + timedelta(minutes=minutes))
        return Outcome()

    def _moment(self, local: str) -> datetime:
        """ "2026-11-24T10:00", on the workspace's clock. Raises PageError."""
        try:
            found = datetime.fromisoformat(local)
        except ValueError:
            raise PageError("Give a day and a time.") from None
        return found if found.tzinfo is not None else found.replace(tzinfo=self._workspace.zone)

    async def _file(self, request: Request) -> Response:
        """The invitation in a letter, as the file that a calendar opens."""
        user, number = request.query_params.get("user", ""), request.path_params["letter"]
        letters = []
        if self._post is not None and user in self._workspace.personas:
            letters = list(self._post.mailbox(self._workspace.personas[user].email))
        if not number.isdecimal() or int(number) >= len(letters) or not letters[int(number)].calendar:
            return JSONResponse({"ok": False, "problem": "There is no such invitation.", "errors": {}}, 404)
        headers = {
            "Content-Disposition": 'attachment; filename="invitation.ics"',
            "Cache-Control": "no-store",
        }
        content = letters[int(number)].calendar.encode()
        return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


def _times(starts: datetime, ends: datetime) -> Json:
    return {"starts": starts.isoformat(), "ends": ends.isoformat()}
