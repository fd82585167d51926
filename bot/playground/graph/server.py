"""Graph's answers about calendars, as an ASGI application below /v1.0/users."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.playground.faults import Fault
from bot.playground.graph import shapes
from bot.playground.graph.mailboxes import JOIN, Appointment, Asked, FakeGraph
from bot.playground.graph.shapes import BadRequest

AT_ONCE = 4
"""Requests that one mailbox takes at the same time."""
_BY_PROPERTY = re.compile(
    r"singleValueExtendedProperties/any\(ep: ep/id eq '([^']+)' and ep/value eq '([^']+)'\)"
)

Answer = Callable[[FakeGraph, str, Request, dict[str, Any]], Response]


def create_app(graph: FakeGraph) -> Starlette:
    """The application, for the root path of its server or for a Mount."""
    user = "/v1.0/users/{mailbox}"
    routes = [
        _route(graph, "GET", user, "user", _user),
        _route(graph, "POST", f"{user}/calendar/getSchedule", "getSchedule", _schedules),
        _route(graph, "POST", f"{user}/events", "create", _create),
        _route(graph, "GET", f"{user}/events", "find", _find),
        _route(graph, "GET", f"{user}/events/{{event}}", "get", _get),
        _route(graph, "PATCH", f"{user}/events/{{event}}", "update", _update),
        _route(graph, "POST", f"{user}/events/{{event}}/cancel", "cancel", _cancel),
    ]
    return Starlette(routes=routes)


def _route(graph: FakeGraph, method: str, path: str, name: str, answer: Answer) -> Route:
    async def handle(request: Request) -> Response:
        mailbox = request.path_params["mailbox"].lower()
        graph.at_once[mailbox] = graph.at_once.get(mailbox, 0) + 1
        try:
            return await _handle(graph, name, mailbox, request, answer)
        finally:
            graph.at_once[mailbox] -= 1

    handle_typed: Callable[[Request], Awaitable[Response]] = handle
    return Route(path, handle_typed, methods=[method], name=name)


async def _handle(graph: FakeGraph, name: str, mailbox: str, request: Request, answer: Answer) -> Response:
    raw = await request.body()
    try:
        body = json.loads(raw) if raw else None
    except ValueError:
        body = None
    graph.asked.append(Asked(request.method, request.url.path, body if isinstance(body, dict) else None))
    refusal = _refused(graph, mailbox, request)
    if refusal is not None:
        return refusal
    fault = graph.faults.take(name)
    if fault is not None and not fault.cut:
        return _faulty(fault)
    if raw and not isinstance(body, dict):
        return _error(400, "RequestBodyRead", "The body is no JSON object.")
    try:
        answered = answer(graph, mailbox, request, body or {})
    except BadRequest as wrong:
        return _error(400, wrong.code, str(wrong))
    graph.changed()
    return _Cut() if fault is not None else answered


def _refused(graph: FakeGraph, mailbox: str, request: Request) -> Response | None:
    if graph.down:
        return _error(503, "serviceUnavailable", "The service is not available.")
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind != "Bearer" or not graph.accepts(token):
        return _error(401, "InvalidAuthenticationToken", "Access token is empty, or not accepted.")
    if graph.at_once[mailbox] > AT_ONCE:
        return _error(
            429, "ApplicationThrottled", "Too many requests to this mailbox at once.", retry_after=1
        )
    if not graph.has(mailbox):
        return _error(404, "ErrorInvalidUser", "The requested user is invalid.")
    if mailbox in graph.refused:
        return _error(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    if request.method in ("POST", "PATCH") and "json" not in request.headers.get("content-type", ""):
        return _error(415, "UnsupportedMediaType", "The body must be JSON.")
    return None


class _Cut(Response):
    """An answer that breaks off: it promises bytes that never come, so the server closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 201, "headers": [(b"content-length", b"65536")]})


def _faulty(fault: Fault) -> Response:
    retry_after = fault.retry_after if fault.retry_after is not None else 1 if fault.status == 429 else None
    return _error(
        fault.status, fault.error or "fault", "A fault that was asked for.", retry_after=retry_after
    )


def _error(status: int, code: str, message: str, *, retry_after: int | None = None) -> Response:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return JSONResponse({"error": {"code": code, "message": message}}, status, headers)


# --- each request ------------------------------------------------------------------------------------------------------------


def _user(graph: FakeGraph, mailbox: str, request: Request, body: dict[str, Any]) -> Response:
    """Somebody by their address: what is asked for of them, and that they are a colleague."""
    known = {"id": graph.ids.get(mailbox), "userType": "Member", "accountEnabled": True, "mail": mailbox}
    wanted = [name for name in request.query_params.get("$select", "id,mail").split(",") if name in known]
    if known["id"] is None:
        return _error(404, "Request_ResourceNotFound", "The resource does not exist.")
    return JSONResponse({name: known[name] for name in wanted})


def _schedules(graph: FakeGraph, mailbox: str, request: Request, body: dict[str, Any]) -> Response:
    people, start, end, interval = shapes.read_question(body)
    value = []
    for each in people:
        if not graph.has(each):
            value.append(shapes.not_read(each, "ErrorMailRecipientNotFound"))
        elif each.lower() in graph.refused:
            value.append(shapes.not_read(each, "ErrorNoFreeBusyAccess"))
        else:
            found = shapes.schedule(each, graph.taken(each.lower(), start, end), start, end, interval)
            if not graph.gives_items:
                del found["scheduleItems"]
            value.append(found)
    return JSONResponse({"value": value})


def _create(graph: FakeGraph, mailbox: str, request: Request, body: dict[str, Any]) -> Response:
    wanted = shapes.read_event(body, new=True)
    transaction = str(body.get("transactionId") or "")
    for each in graph.appointments:
        if transaction and (each.organiser, each.transaction) == (mailbox, transaction):
            return JSONResponse(shapes.event(each), 201)  # the same once more: nothing is made
    new_id = graph.new_id()
    made = Appointment(
        id=new_id,
        organiser=mailbox,
        subject=wanted["subject"],
        body=wanted.get("body", ""),
        starts_at=wanted["starts_at"],
        ends_at=wanted["ends_at"],
        place=wanted.get("place", ""),
        guests=wanted.get("guests", []),
        link=f"{JOIN}{new_id}" if wanted.get("online") else "",
        transaction=transaction,
        properties=wanted.get("properties", {}),
    )
    graph.appointments.append(made)
    return JSONResponse(shapes.event(made), 201)


def _find(graph: FakeGraph, mailbox: str, request: Request, body: dict[str, Any]) -> Response:
    wanted = _BY_PROPERTY.fullmatch(request.query_params.get("$filter", ""))
    if wanted is None or not shapes.PROPERTY.fullmatch(wanted[1]):
        raise BadRequest(
            "ErrorInvalidUrlQueryFilter", "This workspace finds events by an extended property alone."
        )
    found = [
        each
        for each in graph.appointments
        if each.organiser == mailbox and not each.cancelled and each.properties.get(wanted[1]) == wanted[2]
    ]
    return JSONResponse({"value": [shapes.event(each) for each in found]})


def _mine(graph: FakeGraph, mailbox: str, request: Request) -> Appointment | None:
    found = graph.find(request.path_params["event"])
    return found if found is not None and found.organiser == mailbox and not found.cancelled else None


def _gone() -> Response:
    return _error(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def _get(graph: FakeGraph, mailbox: str, request: Request, body: dict[str, Any]) -> Response:
    found = _mine(graph, mailbox, request)
    return _gone() if found is None else JSONResponse(shapes.event(found))


def _update(graph: FakeGraph, mailbox: str, request: Request, body: dict[str, Any]) -> Response:
    found = _mine(graph, mailbox, request)
    if found is None:
        return _gone()
    wanted = shapes.read_event(body, new=False)
    before = {guest.email: guest.response for guest in found.guests}
    moved = wanted.get("starts_at", found.starts_at) != found.starts_at
    for guest in wanted.get("guests", []):
        guest.response = "none" if moved else before.get(guest.email, "none")
    for name in ("subject", "body", "starts_at", "ends_at", "place", "guests", "properties"):
        if name in wanted:
            setattr(found, name, wanted[name])
    found.sent += 1
    return JSONResponse(shapes.event(found))


def _cancel(graph: FakeGraph, mailbox: str, request: Request, body: dict[str, Any]) -> Response:
    found = _mine(graph, mailbox, request)
    if found is None:
        return _gone()
    if set(body) - {"comment", "Comment"}:
        raise BadRequest("RequestBodyRead", "To cancel there is a comment alone.")
    found.cancelled = True
    found.sent += 1
    return Response(status_code=202)
