import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import pairwise

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend as LocmemBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from pavilion.core.mailbox import EmlFileBackend
from pavilion.core.mime import RenderedEmail, build_message

ICS = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nX-WR-CALNAME:Été\r\nEND:VCALENDAR\r\n"
MESSAGE = {
    "sender": ("Pavillon France", "rendez-vous@pavilion.example"),
    "recipient": ("Élise Dupont", "elise@region.example"),
    "subject": "Invitation : réunion",
    "text": "Réunion à 9 h.\n",
    "message_id": "<2f7c.2.7@pavilion.example>",
    "date": datetime(2027, 6, 1, 8, 0, tzinfo=UTC),
}
INVITATION = MESSAGE | {"html": "<p>Réunion</p>", "ics": ICS, "ics_method": "REQUEST"}


def sent(message: EmailMessage) -> EmailMessage:
    """As the recipient's parser sees it; seven bits, CRLF, no line over 998 octets."""
    octets = message.as_bytes()
    assert octets.isascii()
    assert octets.count(b"\n") == octets.count(b"\r\n") == octets.count(b"\r")
    return email.message_from_bytes(octets, policy=email.policy.default)


class FakeSmtp:
    def __init__(self):
        self.sent = []

    def sendmail(self, *arguments):
        self.sent.append(arguments)


def test_invitation_holds_the_calendar_last_and_once_more_as_attachment():
    message = sent(build_message(**INVITATION))

    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    *_, calendar, attachment = message.walk()
    assert calendar["Content-Type"] == 'text/calendar; charset="UTF-8"; method="REQUEST"'
    assert calendar["Content-Transfer-Encoding"] == "base64"
    assert calendar["Content-Disposition"] is None
    assert attachment["Content-Disposition"] == 'attachment; filename="invite.ics"'
    assert calendar.get_payload(decode=True) == ICS.encode()
    assert attachment.get_payload(decode=True) == ICS.encode()
    assert message.get_body(("plain",)).get_content().strip() == "Réunion à 9 h."
    assert message.get_body(("html",)).get_content().strip() == "<p>Réunion</p>"


@pytest.mark.parametrize(
    ("html", "types"),
    [
        ("", ["text/plain"]),
        ("<p>é</p>", ["multipart/alternative", "text/plain", "text/html"]),
    ],
)
def test_message_without_calendar_is_a_plain_alternative(html, types):
    message = sent(build_message(**MESSAGE, html=html))

    assert [part.get_content_type() for part in message.walk()] == types


def test_headers_say_who_what_and_that_a_machine_wrote():
    message = sent(build_message(**MESSAGE, in_reply_to="<2f7c.0.7@pavilion.example>"))

    assert dict(message.items()) == {
        "From": "Pavillon France <rendez-vous@pavilion.example>",
        "To": "Élise Dupont <elise@region.example>",
        "Subject": "Invitation : réunion",
        "Date": "Tue, 01 Jun 2027 08:00:00 +0000",
        "Message-ID": "<2f7c.2.7@pavilion.example>",
        "In-Reply-To": "<2f7c.0.7@pavilion.example>",
        "References": "<2f7c.0.7@pavilion.example>",
        "Auto-Submitted": "auto-generated",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "quoted-printable",
        "MIME-Version": "1.0",
    }


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Préfecture de la région d'Île-de-France",
        "Dupont, Élise (vice-présidente)",
        'Dupont, Jean "J" <faux@evil.example>, direction des affaires économiques et numériques',
        "Dupont, Jean (direction des affaires internationales; cabinet, salle des Illustres, 2)",
        "🚀 東京, Jean",
    ],
)
def test_name_of_any_length_makes_exactly_one_address(name):
    message = build_message(**MESSAGE | {"recipient": (name, "elise+a@region.example")})

    [address] = sent(message)["To"].addresses

    assert (address.display_name, address.addr_spec) == (name, "elise+a@region.example")


@pytest.mark.parametrize("length", range(0, 160, 7))
def test_subject_of_any_length_comes_back_as_written(length):
    subject = f"Mise à jour : {'rendez-vous déplacé ' * 9}"[:length].strip()
    message = build_message(**MESSAGE | {"subject": subject})

    assert sent(message)["Subject"] == subject
    assert all(len(line) <= 78 for line in message.as_bytes().split(b"\r\n"))


def test_long_ids_and_links_are_never_encoded():
    id_ = f"<{'a' * 90}@pavilion.example>"
    link = f"<https://pavilion.example/{'t' * 90}>, <mailto:stop@pavilion.example>"
    message = build_message(
        **MESSAGE | {"message_id": id_},
        references=f"{id_} {id_}",
        headers={"List-Unsubscribe": link},
    )

    lines = message.as_bytes().decode().split("\r\n")
    assert f"Message-ID: {id_}" in lines
    assert (f"References: {id_}", f" {id_}") in pairwise(lines)
    assert (f"List-Unsubscribe: {link.split()[0]}", f" {link.split()[1]}") in pairwise(lines)


@pytest.mark.parametrize(
    "evil",
    [
        "x\r\nBcc: v@evil.example",
        "x\nBcc: v",
        "x\rBcc: v",
        "=?utf-8?q?x=0D=0ABcc:_v?=",
        "é\r\nBcc: v",
    ],
)
def test_names_subjects_and_headers_cannot_add_a_header(evil):
    message = build_message(
        **MESSAGE
        | {"sender": (evil, "a@b.example"), "recipient": (evil, "c@d.example"), "subject": evil},
        headers={"X-Kind": evil},
    )

    received = sent(message)
    assert received["Bcc"] is None
    assert not any("Bcc" in line.split(":")[0] for line in message.as_bytes().decode().splitlines())
    assert len(received["To"].addresses) == len(received["From"].addresses) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "a b@c.example",
        "a@b.example\r\nBcc: d@e.example",
        "a@b, d@e",
        "a@b>, <c",
        "é@b.c",
    ],
)
def test_address_that_is_none_is_refused(address):
    with pytest.raises(ValueError, match="Not an e-mail address"):
        build_message(**MESSAGE | {"recipient": ("", address)})


def test_domain_with_accents_is_written_in_ascii():
    message = build_message(**MESSAGE | {"recipient": ("", "a@région.example")})

    assert message["To"] == "a@xn--rgion-bsa.example"


@pytest.mark.parametrize("headers", [{"Subject": "x"}, {"auto-submitted": "no"}, {"A\r\nB": "x"}])
def test_header_that_is_ours_or_no_name_is_refused(headers):
    with pytest.raises(ValueError, match="Not a header to add"):
        build_message(**MESSAGE, headers=headers)


@pytest.mark.parametrize("message_id", ["", "a@b", "<a@b> x", "<a\r\n@b>"])
def test_message_id_without_its_form_is_refused(message_id):
    with pytest.raises(ValueError, match="Not message ids"):
        build_message(**MESSAGE | {"message_id": message_id})


@pytest.mark.parametrize(("ics", "method"), [(ICS, ""), (ICS, "CANCEL"), ("", "REQUEST")])
def test_method_must_be_the_one_inside_the_calendar(ics, method):
    with pytest.raises(ValueError, match="METHOD"):
        build_message(**INVITATION | {"ics": ics, "ics_method": method})


def test_smtp_backend_sends_it_unchanged_to_its_one_recipient():
    message = build_message(**INVITATION)
    backend = SmtpBackend(host="smtp.example")
    backend.connection = FakeSmtp()

    assert backend.send_messages([RenderedEmail(message)]) == 1

    assert backend.connection.sent == [
        ("rendez-vous@pavilion.example", ["elise@region.example"], message.as_bytes())
    ]


def test_locmem_backend_keeps_subject_body_and_recipient(monkeypatch):
    monkeypatch.setattr(mail, "outbox", [], raising=False)

    LocmemBackend().send_messages([RenderedEmail(build_message(**INVITATION))])

    [kept] = mail.outbox
    assert (kept.subject, kept.body, kept.to) == (
        "Invitation : réunion",
        "Réunion à 9 h.\n",
        ["elise@region.example"],
    )
    assert kept.message()["To"] == "Élise Dupont <elise@region.example>"


def test_file_backend_writes_one_whole_message_a_file_in_order(tmp_path):
    folder = tmp_path / "var" / "mail"
    ours = build_message(**INVITATION)
    djangos = mail.EmailMessage("Objet été", "Texte", "a@b.example", ["c@d.example"])

    assert EmlFileBackend(file_path=str(folder)).send_messages([RenderedEmail(ours), djangos]) == 2

    first, second = sorted(folder.iterdir())
    assert first.suffix == second.suffix == ".eml"
    assert first.read_bytes() == ours.as_bytes()
    received = email.message_from_bytes(second.read_bytes(), policy=email.policy.default)
    assert (received["Subject"], received["To"]) == ("Objet été", "c@d.example")


def test_file_backend_reports_a_full_disk_unless_told_to_be_silent(tmp_path):
    (tmp_path / "mail").write_text("a file where the folder should be")
    message = RenderedEmail(build_message(**MESSAGE))

    assert (
        EmlFileBackend(file_path=tmp_path / "mail", fail_silently=True).send_messages([message])
        == 0
    )
    with pytest.raises(OSError, match="exists"):
        EmlFileBackend(file_path=tmp_path / "mail").send_messages([message])
