"""What the running program has to do with e-mail: a delivery of its own, so that neither the chat nor a mail server holds up the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.delivery import Delivery, Run
from bot.mail.send import PLATFORM, MailSender
from bot.mail.server import MailServer
from commands.office import Office
from storage.outbox import EMAIL


class MailSide:
    """E-mails out of the outbox. `connect` says to which server; before, and without one, what is to go by e-mail cannot be delivered.

    run, worker, late: as for `Delivery`.
    """

    def __init__(self, office: Office, run: Run, worker: str, late: Callable[[], None]) -> None:
        self.sender = MailSender(office.clock)
        self.delivery = Delivery(
            office, {PLATFORM: self.sender}, run, worker, late=late, pace=timedelta(), channel=EMAIL
        )

    def connect(self, server: MailServer) -> None:
        """Send through this server from now on."""
        self.sender.connect(server)
