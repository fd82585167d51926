"""The files that somebody has put into a form, fetched from Slack with the bot's token.

Source: docs.slack.dev/reference/block-kit/block-elements/file-input-element, docs.slack.dev/reference/objects/file-object.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.words import clean
from commands.vocabulary import Filled, Upload

_log = structlog.get_logger()

MOST = 5_000_000
"""Bytes that are fetched at most; a command may want fewer."""
PATIENCE = 1.5
"""Seconds for fetching, out of the three that the answer to a form may take."""

NOT_HERE = (
    "Slack did not hand over the file, and nothing was changed. An administrator can check that the app has the scope files:read "
    "and was installed again since."
)
TOO_SLOW = "Fetching the file from Slack took too long, and nothing was changed. Please send the form again."
TOO_LARGE = f"The file is too large: {MOST // 1_000_000} MB are possible. Nothing was changed."


class Downloads:
    """Fetches files from Slack, and from nowhere else: the token goes with the request."""

    def __init__(self, client: AsyncWebClient, patience: float = PATIENCE) -> None:
        self._client = client
        self._patience = patience

    async def with_files(self, view: Mapping[str, Any], form: Filled) -> Filled:
        """The form with the files that stand in the view; one that could not be had says why."""
        found: dict[str, Upload] = {}
        values = (view.get("state") or {}).get("values") or {}
        for block in values.values():
            for name, element in block.items():
                if element.get("type") == "file_input" and element.get("files"):
                    found[name] = await self._fetch(element["files"][0])
        return replace(form, files=found) if found else form

    async def _fetch(self, file: Mapping[str, Any]) -> Upload:
        name = clean(str(file.get("name") or ""))
        if int(file.get("size") or 0) > MOST:
            return Upload(name, problem=TOO_LARGE)
        address = str(file.get("url_private_download") or file.get("url_private") or "")
        if not self._is_slack(address):
            return Upload(name, problem=NOT_HERE)
        try:
            async with asyncio.timeout(self._patience):
                content = await self._read(address)
        except TimeoutError:
            return Upload(name, problem=TOO_SLOW)
        except aiohttp.ClientError as error:
            _log.warning("slack_file_failed", error=type(error).__name__)
            return Upload(name, problem=TOO_SLOW)
        if content is None:
            return Upload(name, problem=NOT_HERE)
        return Upload(name, content) if len(content) <= MOST else Upload(name, problem=TOO_LARGE)

    async def _read(self, address: str) -> bytes | None:
        """The file's bytes, one more than MOST if there are more; None where Slack sends something else, such as its page to sign in."""
        session, headers = self._client.session, {"Authorization": f"Bearer {self._client.token}"}
        if session is None:
            raise RuntimeError(
                "Files are fetched through the client's own session; make it with bot.slack.client.connect."
            )
        async with session.get(address, headers=headers, allow_redirects=False) as answer:
            if answer.status != 200 or answer.content_type == "text/html":
                _log.warning("slack_file_refused", status=answer.status)
                return None
            content = bytearray()
            while len(content) <= MOST and (piece := await answer.content.read(MOST + 1 - len(content))):
                content += piece
            return bytes(content)

    def _is_slack(self, address: str) -> bool:
        """Whether an address is Slack's, or of the very server whose Web API we use."""
        try:
            there, ours = urlsplit(address), urlsplit(self._client.base_url)
            same = (there.scheme, there.hostname, there.port) == (ours.scheme, ours.hostname, ours.port)
        except ValueError:
            return False
        host = there.hostname or ""
        return same or (there.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com")))
