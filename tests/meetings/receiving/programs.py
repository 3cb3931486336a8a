"""Replies as the mail and calendar programs of the delegation's people send them.

Written from what their own sources and messages show, each with its habits: what it leaves out,
where it puts the calendar part and how it encodes it.
"""

import base64
import quopri
from dataclasses import dataclass, replace

CRLF = "\r\n"
EXCHANGE_ZONE = """BEGIN:VTIMEZONE
TZID:Romance Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""
PARIS_ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
END:VTIMEZONE"""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody answers; `to` is the organiser's address that they were invited by."""

    uid: str
    to: str
    sender: str = "maiwenn@region.example"
    attendee: str = "maiwenn@region.example"
    partstat: str = "ACCEPTED"
    sequence: int = 1
    stamp: str = "20300520T070500Z"
    comment: str = ""
    method: str = "REPLY"
    message_id: str = "<reply-1@region.example>"
    more: str = ""  # further lines of the event
    headers: str = ""  # further lines of the head

    def but(self, **changes) -> "Said":
        return replace(self, **changes)


def lines(text: str) -> str:
    """iCalendar lines, without empty ones."""
    return "".join(f"{line}{CRLF}" for line in text.splitlines() if line.strip())


def event(said: Said, *, attendee: str, organizer: str = "", when: str = "", **other) -> str:
    comment = other.get("comment", f"COMMENT:{said.comment}" if said.comment else "")
    return lines(
        f"""BEGIN:VEVENT
UID:{said.uid}
{other.get("sequence", f"SEQUENCE:{said.sequence}")}
DTSTAMP:{said.stamp}
{when}
{organizer}
{attendee}
{comment}
SUMMARY:Entretien
{said.more}
END:VEVENT"""
    )


def calendar(said: Said, product: str, event: str, zone: str = "", method: str = "") -> str:
    head = f"BEGIN:VCALENDAR\n{method or f'METHOD:{said.method}'}\nPRODID:{product}\nVERSION:2.0"
    return lines(head) + lines(zone) + event + lines("END:VCALENDAR")


def head(said: Said, content_type: str, **other) -> str:
    return lines(
        f"""From: {other.get("sender", said.sender)}
To: {other.get("to", said.to)}
Subject: {other.get("subject", "=?utf-8?Q?Accept=C3=A9_=3A_Entretien?=")}
Date: Mon, 20 May 2030 09:05:00 +0200
{f"Message-ID: {said.message_id}" if said.message_id else ""}
MIME-Version: 1.0
{said.headers}
Content-Type: {content_type}"""
    )


def part(content_type: str, body: str, *, cte: str = "", disposition: str = "") -> str:
    octets = body.encode()
    if cte == "base64":
        body = base64.encodebytes(octets).decode().replace("\n", CRLF)
    elif cte == "quoted-printable":
        body = quopri.encodestring(octets).decode()
    headers = lines(
        f"""Content-Type: {content_type}
{f"Content-Transfer-Encoding: {cte}" if cte else ""}
{f"Content-Disposition: {disposition}" if disposition else ""}"""
    )
    return f"{headers}{CRLF}{body}"


def together(boundary: str, *parts: str) -> str:
    opened = "".join(f"--{boundary}{CRLF}{each}{CRLF}" for each in parts)
    return f"{opened}--{boundary}--{CRLF}"


def within(kind: str, boundary: str, *parts: str) -> str:
    inside = together(boundary, *parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"{CRLF}{CRLF}{inside}'


def mail(*pieces: str) -> bytes:
    return CRLF.join(pieces).encode()


def thunderbird(said: Said) -> bytes:
    """The whole event with its time zone, 8bit, and once more as an attachment."""
    who = (
        f"ATTENDEE;CN=Maïwenn;PARTSTAT={said.partstat};ROLE=REQ-PARTICIPANT:mailto:{said.attendee}"
    )
    text = calendar(
        said,
        "-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN",
        event(
            said,
            attendee=who,
            organizer=f"ORGANIZER;CN=Pavillon des Régions:mailto:{said.to}",
            when="DTSTART;TZID=Europe/Paris:20300612T100000\nDTEND;TZID=Europe/Paris:20300612T103000",
        ),
        PARIS_ZONE,
    )
    shown = part('text/calendar; method=REPLY; charset="UTF-8"', text, cte="8bit")
    plain = part("text/plain; charset=UTF-8; format=flowed", "Maïwenn a accepté.", cte="8bit")
    attached = part("application/ics; name=invite.ics", text, disposition="attachment")
    return mail(
        head(said, 'multipart/mixed; boundary="------------mix"'),
        together(
            "------------mix", within("alternative", "------------alt", plain, shown), attached
        ),
    )


def kde(said: Said) -> bytes:
    """UTC, MAILTO: in capitals, no SEQUENCE line when it is 0."""
    who = f"ATTENDEE;RSVP=FALSE;PARTSTAT={said.partstat};X-UID=94:MAILTO:{said.attendee}"
    text = calendar(
        said,
        "-//K Desktop Environment//NONSGML libkcal 4.3//EN",
        event(
            said,
            attendee=who,
            organizer=f"ORGANIZER:MAILTO:{said.to.upper()}",
            when="DTSTART:20300612T080000Z\nDTEND:20300612T083000Z\nREQUEST-STATUS:2.0;Success.",
            sequence=f"SEQUENCE:{said.sequence}" if said.sequence else "",
        ),
    )
    return mail(
        head(said, 'multipart/mixed; boundary="nextPart42"'),
        together(
            "nextPart42",
            part("text/plain; charset=utf-8", "Entretien : accepté", cte="7bit"),
            part('text/calendar; charset="utf-8"; method="reply"; name="cal.ics"', text),
        ),
    )


def horde(said: Said) -> bytes:
    """As an attachment, quoted-printable, in a wrong zone; no Message-ID of its own."""
    who = f"ATTENDEE;CN=Maïwenn;PARTSTAT={said.partstat}:mailto:{said.attendee}"
    text = calendar(
        said,
        "-//The Horde Project//Horde iCalendar Library//EN",
        event(
            said,
            attendee=who,
            organizer=f"ORGANIZER:mailto:{said.to}",
            when="DTSTART;TZID=Nowhere/Here:20300612T040000\nDTEND:20300612T250000",
        ),
    )
    return mail(
        head(said.but(message_id=""), 'multipart/alternative; boundary="=_horde"'),
        together(
            "=_horde",
            part("text/plain; charset=UTF-8", "Réponse", cte="8bit"),
            part(
                "text/calendar; charset=UTF-8; METHOD=REPLY; name=event-reply.ics",
                text,
                cte="quoted-printable",
                disposition="attachment; filename=event-reply.ics",
            ),
        ),
    )


def google(said: Said) -> bytes:
    """From is the user, Sender is Google; UTC; X-NUM-GUESTS; the calendar part twice."""
    who = (
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT="
        f"{said.partstat};CN\n ={said.attendee};X-NUM-GUESTS=0:mailto:{said.attendee}"  # folded
    )
    text = calendar(
        said,
        "-//Google Inc//Google Calendar 70.9054//EN",
        event(
            said,
            attendee=who,
            organizer=f"ORGANIZER;CN=Pavillon:mailto:{said.to}",
            when="DTSTART:20300612T080000Z\nDTEND:20300612T083000Z",
        ),
    )
    shown = part(f'text/calendar; charset="UTF-8"; method={said.method}', text, cte="7bit")
    signed = said.but(
        headers="Sender: Google Calendar <calendar-notification@google.com>\n" + said.headers
    )
    return mail(
        head(signed, 'multipart/mixed; boundary="0000mix"', sender=f"Maïwenn <{said.sender}>"),
        together(
            "0000mix",
            within(
                "alternative",
                "0000alt",
                part("text/plain; charset=UTF-8", "Oui", cte="base64"),
                part("text/html; charset=UTF-8", "<p>Oui</p>", cte="quoted-printable"),
                shown,
            ),
            part("application/ics; name=invite.ics", text, cte="base64"),
        ),
    )


def exchange(said: Said) -> bytes:
    """No ORGANIZER, a zone since 1601, LANGUAGE= everywhere, base64."""
    who = f"ATTENDEE;PARTSTAT={said.partstat};CN=Maïwenn KERZONCUFF:MAILTO:{said.attendee}"
    zoned = "TZID=Romance Standard Time"
    text = calendar(
        said,
        "Microsoft Exchange Server 2010",
        event(
            said,
            attendee=who,
            when=f"DTSTART;{zoned}:20300612T100000\nDTEND;{zoned}:20300612T103000\n"
            "X-MICROSOFT-CDO-APPT-SEQUENCE:1\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY",
            comment=f"COMMENT;LANGUAGE=fr-FR:{said.comment}\\n",
        ),
        EXCHANGE_ZONE,
    )
    return mail(
        head(said, 'multipart/alternative; boundary="_000_PR0P264"'),
        together(
            "_000_PR0P264",
            part('text/plain; charset="iso-8859-1"', "", cte="quoted-printable"),
            part('text/html; charset="iso-8859-1"', "<html></html>", cte="quoted-printable"),
            part(f'text/calendar; charset="utf-8"; method={said.method}', text, cte="base64"),
        ),
    )


def apple(said: Said) -> bytes:
    """EMAIL= beside an address of its own kind; the calendar part only as an attachment."""
    who = (
        f"ATTENDEE;CN=Maïwenn;CUTYPE=INDIVIDUAL;EMAIL={said.attendee};PARTSTAT={said.partstat}"
        ":/1234567/principal/"
    )
    text = calendar(
        said,
        "-//Apple Inc.//macOS 15.5//EN",
        event(
            said,
            attendee=who,
            organizer=f"ORGANIZER;CN=Pavillon;EMAIL={said.to}:mailto:{said.to}",
            when="DTSTART;TZID=Europe/Paris:20300612T100000\nDTEND;TZID=Europe/Paris:20300612T103000",
        ),
        PARIS_ZONE,
    )
    return mail(
        head(said, 'multipart/mixed; boundary="Apple-Mail=_1"'),
        together(
            "Apple-Mail=_1",
            part("text/plain; charset=utf-8", "", cte="7bit"),
            part(
                'application/octet-stream; name="iCal-20300520-090500.ics"',
                text,
                cte="base64",
                disposition='attachment; filename="iCal-20300520-090500.ics"',
            ),
        ),
    )


PROGRAMS = {
    program.__name__: program for program in (thunderbird, kde, horde, google, exchange, apple)
}


def plain(said: Said, text: str, **other) -> bytes:
    """Words, and nothing else."""
    return mail(head(said, "text/plain; charset=utf-8", **other), text)
