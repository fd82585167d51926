"""Faults on demand, for tests of what an app does when Slack misbehaves. Nothing is faulty unless asked
for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(eq=False)
class Fault:
    """One kind of bad answer, good for `times` calls; with `channel`, for those that name that conversation."""

    times: int
    channel: str = ""
    status: int = 200
    error: str | None = None
    retry_after: int | None = None
    cut: bool = False


class Faults:
    """The bad answers that are waiting, by Web API method."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Fault]] = {}
        self._hidden = 0

    def answer(
        self,
        method: str,
        *,
        status: int = 200,
        error: str | None = None,
        times: int = 1,
        retry_after: int | None = None,
        channel: str = "",
    ) -> None:
        """Refuse the next calls without doing anything; with `channel`, the next that name that conversation.

        status: the HTTP status; with 429 a Retry-After header (retry_after seconds, 1 unless told) goes
        with it.
        error: Slack's error code in a normal answer; without it a status from 500 on has a body that is not
        JSON.
        """
        if status == 200 and error is None:
            raise ValueError(
                "A fault needs a status other than 200, or an error code such as 'internal_error'."
            )
        self._waiting.setdefault(method, []).append(Fault(times, channel, status, error, retry_after))

    def cut_after_accepting(self, method: str, *, times: int = 1) -> None:
        """Carry out the next calls, then break the connection before the answer is whole."""
        self._waiting.setdefault(method, []).append(Fault(times, cut=True))

    def hide_shares(self, *, times: int = 1) -> None:
        """Leave messages with files out of the next calls of conversations.history: Slack shares a file a moment after it says so."""
        self._hidden = times

    def hides_shares(self) -> bool:
        """Whether this call of conversations.history is one of them; counts it as used."""
        hidden = self._hidden > 0
        self._hidden -= hidden
        return hidden

    def clear(self) -> None:
        """Forget all faults that are still waiting."""
        self._waiting.clear()
        self._hidden = 0

    def take(self, method: str, channel: str = "") -> Fault | None:
        """The fault for this call, which names this conversation, if one is waiting; counts it as used."""
        waiting = self._waiting.get(method, [])
        fault = next((each for each in waiting if each.channel in ("", channel)), None)
        if fault is None:
            return None
        fault.times -= 1
        if fault.times <= 0:
            waiting.remove(fault)
        return fault
