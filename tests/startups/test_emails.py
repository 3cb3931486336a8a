from datetime import UTC, datetime
from functools import partial

import pytest
import time_machine

from pavilion.core.models import OutboxMessage
from startups import emails
from tests.factories import ApplicationFactory, CallFactory, ExhibitorFactory, HalfDayFactory

pytestmark = pytest.mark.django_db

MARCH = datetime(2030, 3, 20, 22, 59, 59, tzinfo=UTC)


def application(**fields):
    call = CallFactory(closes_at=datetime(2030, 3, 1, 22, 59, tzinfo=UTC))
    return ApplicationFactory(
        call=call,
        language="en",
        display_name="Iroise",
        legal_name="Énergies & Iroise SAS",
        contact_email="iris@societe.example",
        contact_name="Iris <Le Roux>",
        siret="73282932000074",
        **fields,
    )


def test_submitted_repeats_everything_in_plain_text():
    sent = application(power_watts=300, needs_screen=True, city="Brest", postcode="29200")
    sent.wanted_half_days.add(HalfDayFactory(), HalfDayFactory(part="pm"))
    reference = f"2030-BRE-{sent.pk:04d}"

    message = emails.submitted(sent)

    assert (message.kind, message.region_code, message.language, message.recipient) == (
        "startups.submitted", "53", "en", "iris@societe.example",
    )  # fmt: skip
    assert message.subject == (f"Application received for VivaTech 2030 with Bretagne: {reference}")
    assert message.body == (
        "Dear Iris <Le Roux>,\n"
        "\n"
        "Bretagne has received your application for VivaTech 2030. Thank you!\n"
        "\n"
        "Until Friday 1 March 2030 at 23:59 (Paris time), you can still change it on its private"
        " page. The result will be mailed to this address.\n"
        "\n"
        "What it says:\n"
        "\n"
        "Legal name: Énergies & Iroise SAS\n"
        "Name on the stand: Iroise\n"
        "SIRET number: 732\u00a0829\u00a0320\u00a000074\n"
        "Town: 29200 Brest\n"
        "Founded on: Wednesday 15 January 2025\n"
        "Headcount: 3 to 5\n"
        "Main theme: Cybersecurity\n"
        "Technology readiness level: 7\n"
        "Pitch in French:\n"
        "Nous protégeons les hôpitaux.\n"
        "Pitch in English:\n"
        "We protect hospitals.\n"
        "Half-days wished:\n"
        "Wednesday 12 June, morning\n"
        "Wednesday 12 June, afternoon\n"
        "Technical needs:\n"
        "Power: 300 W\n"
        "A screen\n"
        "Contact's name: Iris <Le Roux>\n"
        "Contact's e-mail address: iris@societe.example\n"
        "Language: English\n"
        "Commitments made: Sunday 10 February 2030 at 01:00\n"
        "\n"
        "Your application, on its private page:\n"
        f"http://testserver{sent.get_absolute_url()}\n"
        "Whoever has this link acts for your company: share it only with colleagues you trust.\n"
        "\n"
        f"Reference: {reference}\n"
        "Questions: appel@region.example\n"
        "\n"
        "The team of Bretagne, VivaTech 2030\n"
    )


@time_machine.travel(datetime(2030, 2, 10, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(
    ("write", "fields", "subject", "words"),
    [
        (
            emails.link,
            {"status": "draft"},
            "Your application with Bretagne for VivaTech 2030: your private link",
            "until Friday 1 March 2030 at 23:59 (Paris time)",
        ),
        (
            emails.correction_requested,
            {"status": "incomplete", "decision_reason": "The SIRET is closed."},
            "To correct: your application with Bretagne for VivaTech 2030",
            "\nThe SIRET is closed.\n",
        ),
        (
            emails.selected,
            {"status": "selected", "confirm_by": MARCH},
            "Selected for VivaTech 2030: confirm by Wednesday 20 March 2030",
            "before Wednesday 20 March 2030 at 23:59 (Paris time)",
        ),
        (
            partial(emails.waitlisted, place=4),
            {"status": "waitlisted", "waiting_rank": 7},
            "On the waiting list for VivaTech 2030 with Bretagne: rank 4",
            "at rank 4",
        ),
        (
            emails.rejected,
            {"status": "rejected", "decision_reason": "Too many good ones."},
            "Your application with Bretagne for VivaTech 2030: not selected",
            "The reason given:\nToo many good ones.\n",
        ),
        (
            emails.declined,
            {"status": "declined"},
            "Place given up: Iroise at VivaTech 2030",
            "Write quickly to appel@region.example",
        ),
        (
            emails.withdrawn,
            {"status": "withdrawn"},
            "Application withdrawn: Iroise with Bretagne for VivaTech 2030",
            "Until Friday 1 March 2030 at 23:59 (Paris time), you can take it up again",
        ),
    ],
)
def test_each_mail_says_in_its_subject_what_and_when(write, fields, subject, words):
    sent = application(**fields)
    message = write(sent)

    assert message.subject == subject
    assert words in message.body
    assert f"http://testserver{sent.get_absolute_url()}" in message.body
    assert "\n\n\n" not in message.body
    assert message.state == OutboxMessage.State.QUEUED


def test_confirmed_leads_to_the_public_page():
    sent = application(status="confirmed")
    message = emails.confirmed(sent, ExhibitorFactory(application=sent, slug="iroise"))

    assert message.subject == (
        "Place confirmed: Iroise at VivaTech 2030, from Wednesday 12 June 2030"
    )
    assert "http://testserver/exposants/iroise/\n" in message.body
