"""Thousands of invitations over SMTP: how fast against a bare loop, and what kills cost.

The loop is smtplib's own, sending the same octets to the same server, before and after. `DELEGATES`
and `MEETINGS` may be set: 250 × 120 are a whole delegation invited at once.
"""

import os
import signal
import smtplib
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from pavilion.core import delivery, outbox
from pavilion.core.ical import Attendee, Entry, render_invitation
from pavilion.core.mime import build_message
from pavilion.core.models import OutboxMessage
from tests.core import worker
from tests.sink import Sink, sink

DELEGATES = int(os.environ.get("DELEGATES", "250"))
MEETINGS = int(os.environ.get("MEETINGS", "24"))
TURN = 3000
KILLS = 10
START = datetime(2030, 6, 12, 8, 0, tzinfo=UTC)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="pavilion-bench-"))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    number = DELEGATES * MEETINGS
    print(f"\n{number} invitations ({DELEGATES} people × {MEETINGS} meetings), {connection.vendor}")
    with sink(folder) as server:
        settings.EMAIL_PORT = server.port
        rate(server)
    with sink(folder, delay=0.0005) as server:
        kills(server, folder)
    OutboxMessage.objects.all().delete()


def rate(server: Sink) -> None:
    promised = promise()
    # Before and after: what else the machine does meanwhile slows both.
    loops = [smtp_loop(server, promised[:TURN])]
    sent = seconds(delivery.deliver_due)
    loops.append(smtp_loop(server, promised[-TURN:]))
    ours, bare = len(promised) / sent, 2 * TURN / sum(loops)
    assert Counter(server.taken()[TURN:-TURN]) == Counter(row.message_id for row in promised)
    assert set(OutboxMessage.objects.values_list("state", "attempts")) == {("sent", 1)}
    print(
        f"{'every one arrived once; messages a second':46}{ours:8.0f}"
        f"{'bare smtplib':>20}{bare:8.0f}{'ratio':>10}{ours / bare:8.2f}",
        flush=True,
    )


def kills(server: Sink, folder: Path) -> None:
    server.log.write_text("")
    promised = promise()
    for kill in range(1, KILLS + 1):
        process = worker.start(folder, server.port)
        while len(server.taken()) < kill * len(promised) // (KILLS + 1):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
    last = worker.start(folder, server.port)
    while OutboxMessage.objects.exclude(state="sent").exists():
        time.sleep(0.1)
    last.kill()
    last.wait()
    times = Counter(server.taken())
    lost = len({row.message_id for row in promised} - set(times))
    twice = sum(times.values()) - len(times)
    print(f"{f'its worker killed {KILLS} times: lost':46}{lost:8}{'sent twice':>20}{twice:8}")


def promise() -> list[OutboxMessage]:
    OutboxMessage.objects.all().delete()
    rows = [
        _invitation(person, meeting) for meeting in range(MEETINGS) for person in range(DELEGATES)
    ]
    with transaction.atomic():
        outbox.enqueue_all(rows)
    return rows


def _invitation(person: int, meeting: int) -> OutboxMessage:
    """As long as a real one: about eight thousand octets."""
    name, address = f"Élue n° {person}", f"elue{person}@region{person % 18}.example"
    entry = Entry(
        uid=f"{meeting}@bench.example",
        sequence=1,
        stamp=START,
        created=START,
        last_modified=START,
        start=START + timedelta(minutes=30 * meeting),
        end=START + timedelta(minutes=30 * meeting + 20),
        summary=f"Entretien n° {meeting} sur la souveraineté numérique",
        status="CONFIRMED",
        location="Salon 2, Pavillon 7, niveau 1, Paris Expo Porte de Versailles",
        description="Avec la présidente du conseil régional. " * 6,
        organizer_email=f"rendez-vous+{'a' * 26}@pavilion.example",
        organizer_name="Pavillon des Régions",
        attendee=Attendee(email=address, name=name),
    )
    return OutboxMessage(
        kind="meetings.invitation",
        recipient=address,
        recipient_name=name,
        language="fr",
        subject=f"Invitation : {entry.summary}, mercredi 12 juin, 10 h, Salon 2",
        body="Vous êtes invitée au rendez-vous suivant, répondez sans compte.\n" * 10,
        html="<p>Vous êtes invitée au rendez-vous suivant, répondez sans compte.</p>\n" * 22,
        ics=render_invitation(entry, method="REQUEST"),
        ics_method="REQUEST",
        thread=f"{meeting}:{person}",
    )


def smtp_loop(server: Sink, rows: list[OutboxMessage]) -> float:
    rendered = [
        build_message(
            sender=(settings.ORGANIZER_NAME, settings.ORGANIZER_EMAIL),
            recipient=(row.recipient_name, row.recipient),
            subject=row.subject,
            text=row.body,
            html=row.html,
            ics=row.ics,
            ics_method=row.ics_method,
            message_id=row.message_id,
        )
        for row in rows
    ]

    def loop() -> None:
        with smtplib.SMTP("127.0.0.1", server.port) as smtp:
            for each in rendered:
                smtp.sendmail(each.sender, [each.recipient], each.octets)

    return seconds(loop)


def seconds(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began
