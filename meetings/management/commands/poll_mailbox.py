"""Fetch what came to the organisers' mailbox, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from meetings.receiving import trouble
from meetings.receiving.mailbox import mailbox_at, poll

# Of sysexits.h: not now, maybe later.
EX_TEMPFAIL = 75


class Command(BaseCommand):
    help = "Take in the unseen messages of the mailbox at IMAP_URL. A worker does so by itself."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IMAP_URL:
            raise CommandError("IMAP_URL is not set: hand messages to receive_mail instead.")
        self.stdout.write(f"{poll(mailbox_at(settings.IMAP_URL))}")
        if met := trouble.current():
            raise CommandError(str(met), returncode=EX_TEMPFAIL)
