"""E-mail as delivery sees it: one more way to people, which cannot be asked what it has sent."""

from __future__ import annotations

from bot.mail.letters import letter
from bot.mail.server import MailServer
from bot.mail.smtp import Post
from bot.sending import CannotDeliver, Gone, Standing
from commands.vocabulary import Card, File
from procedures.clock import Clock

PLATFORM = "email"
"""E-mail among delivery's platforms; a person's address there is the e-mail address by which they are known."""


class MailSender:
    """Sends cards as e-mails. While it is connected to no server nothing can be delivered, and administrators are told."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._server: MailServer | None = None
        self._post: Post | None = None

    def connect(self, server: MailServer, post: Post | None = None) -> None:
        """Send through this server from now on. post: what talks to it, where its time-outs are not the usual ones."""
        self._server, self._post = server, post or Post(server)

    async def post(self, person_platform_id: str, card: Card, key: str) -> Standing | None:
        """Send it; an e-mail stands nowhere that could be updated. Raises TryLater, NotConnected or CannotDeliver."""
        if self._server is None or self._post is None:
            raise CannotDeliver(
                "No mail server is set (CHALLENGE_SMTP_HOST), so e-mails are not sent.", "no_server"
            )
        sender, now = self._server.sender, self._clock.now()
        await self._post.hand_over(
            person_platform_id, letter(card, sender=sender, to=person_platform_id, key=key, at=now)
        )
        return None

    async def lookup_user(self, email: str) -> str | None:
        """The address itself."""
        return email

    async def update(self, channel: str, ts: str, card: Card, key: str) -> None:
        """Nothing that was sent can be taken back: raises Gone."""
        raise Gone

    async def bring(self, file: File) -> str:
        """A file goes with its card, never by itself: raises CannotDeliver."""
        raise CannotDeliver("A file by itself does not go by e-mail.", "file")

    async def share(self, person_platform_id: str, file_id: str, card: Card) -> None:
        """Nothing was brought: raises Gone."""
        raise Gone
