"""What can go wrong in the workspace. Each class's text is the sentence its reader sees."""

from __future__ import annotations

from collections.abc import Sequence


class RealCredentialsError(ValueError):
    """The embedded workspace runs only with a demonstration token that begins with xoxb-demo-; a real one
    was given."""

    def __init__(self) -> None:
        super().__init__(self.__class__.__doc__)


class NotLoopbackError(ValueError):
    """The embedded workspace talks only to this computer; give an http address such as
    http://127.0.0.1:8080/events."""

    def __init__(self, what: str, address: str) -> None:
        super().__init__(f"{what} is {address!r}. {self.__class__.__doc__}")


class BadPersonaError(ValueError):
    """A persona's user id begins with U or W and has only capital letters and digits, for example U0ADA1."""

    def __init__(self, user_id: str) -> None:
        super().__init__(f"{user_id!r} cannot be used. {self.__class__.__doc__}")


class MethodError(Exception):
    """A Web API call that is answered with ok=false and this error code.

    code: one of Slack's documented error codes. messages: what goes into response_metadata.messages,
    already with its "[ERROR]" prefix. extra: further top-level keys of the answer.
    """

    def __init__(self, code: str, messages: Sequence[str] = (), **extra: object) -> None:
        super().__init__(code)
        self.code = code
        self.messages = list(messages)
        self.extra = extra


class PageError(Exception):
    """A request of the page that cannot be carried out; the text says why and what would work."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


class NoAnswerError(Exception):
    """The app behind the workspace did not answer as it must.

    code: "operation_timeout" after three seconds, "dispatch_failed" for any status other than 2xx or no
    connection.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
