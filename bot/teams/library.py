"""Microsoft's library for Teams, loaded so that it leaves alone what is not its own.

Importing it reads a .env file into the environment, and its app takes CLIENT_SECRET and the like from there, whatever program they belong
to. It takes a second and 60 MB: only what runs where Teams is set up imports this.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_THEIRS = ("CLIENT_ID", "CLIENT_SECRET", "TENANT_ID", "MANAGED_IDENTITY_CLIENT_ID", "SERVICE_URL", "CLOUD")
_NO_DOTENV = "PYTHON_DOTENV_DISABLED"


@contextmanager
def undisturbed() -> Iterator[None]:
    """What is loaded and made in the block reads no .env file, and finds nothing of its own in the environment."""
    before = {name: os.environ.pop(name, None) for name in (*_THEIRS, _NO_DOTENV)}
    os.environ[_NO_DOTENV] = "1"
    try:
        yield
    finally:
        del os.environ[_NO_DOTENV]
        os.environ.update({name: text for name, text in before.items() if text is not None})


with undisturbed(), warnings.catch_warnings():
    warnings.filterwarnings("ignore", message=".* is in preview", category=FutureWarning)
    from microsoft_teams.api.activities.message.message import MessageActivityInput
    from microsoft_teams.api.auth.cloud_environment import CloudEnvironment, from_name, with_overrides
    from microsoft_teams.api.clients.api_client import ApiClient
    from microsoft_teams.api.clients.conversation.params import CreateConversationParams
    from microsoft_teams.api.models.account import Account
    from microsoft_teams.api.models.attachment.attachment import Attachment
    from microsoft_teams.api.models.invoke_response import InvokeResponse
    from microsoft_teams.apps.app import App
    from microsoft_teams.apps.auth import TokenValidator
    from microsoft_teams.apps.http.adapter import HttpMethod, HttpRequest, HttpResponse, HttpRouteHandler
    from microsoft_teams.common.http.client import ClientOptions

__all__ = [
    "Account",
    "ApiClient",
    "App",
    "Attachment",
    "ClientOptions",
    "CloudEnvironment",
    "CreateConversationParams",
    "HttpMethod",
    "HttpRequest",
    "HttpResponse",
    "HttpRouteHandler",
    "InvokeResponse",
    "MessageActivityInput",
    "TokenValidator",
    "from_name",
    "undisturbed",
    "with_overrides",
]
