"""Where a mail server hands over what comes to the organisers' mailbox."""

import logging
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from meetings.receiving.taking_in import BIGGEST, TooBig, take_in
from pavilion.core.logs import redact

logger = logging.getLogger(__name__)

# Of sysexits.h: what mail servers understand.
EX_DATAERR = 65
EX_TEMPFAIL = 75


class Command(BaseCommand):
    help = (
        "Take in one message from standard input: an answer to an invitation, or mail returned. "
        "Exit status: 0 when it is taken in, 65 when it cannot be (the mail server sends it "
        "back), 75 when it can be later (the mail server keeps it)."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--recipient", default="", metavar="ADDRESS", help="whom the envelope names"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        octets = sys.stdin.buffer.read(BIGGEST + 1)
        try:
            mail = take_in(octets, recipient=options["recipient"])
        except TooBig as refusal:
            raise CommandError(str(refusal), returncode=EX_DATAERR) from refusal
        except DatabaseError as error:
            # Without what it says: that may name the server and more.
            logger.warning("The database does not answer: %s", type(error).__name__)
            raise CommandError("Not now: try again later.", returncode=EX_TEMPFAIL) from error
        except Exception as error:  # a message is never lost to a mistake of ours
            logger.exception("A message could not be taken in")
            raise CommandError("Not now: try again later.", returncode=EX_TEMPFAIL) from error
        self.stdout.write(redact(f"{mail.outcome} {mail.reason}".strip()))
