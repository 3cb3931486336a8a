"""At which addresses a participant is told of a meeting, and at which of ours they answer.

A person or an office, and whoever receives their mail. All of them get the same calendar part: it
invites the participant, so that a secretariat's calendar program answers for them.
"""

import re
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from meetings.models import Participant, Person, Secretariat
from pavilion.core import tokens

_MAIL_TOKEN = re.compile(r"[a-z2-7]{26}")


@dataclass(frozen=True)
class Addressee:
    """One mailbox. `mark` tells a copy from the participant's own mail, in ids and threads."""

    email: str
    name: str
    mark: str = ""

    @property
    def is_copy(self) -> bool:
        return bool(self.mark)


def addressees(participant: Participant) -> list[Addressee]:
    """The participant first, if they have an address; each mailbox once."""
    found = [Addressee(participant.email, str(participant))] if participant.email else []
    known = {each.email.casefold() for each in found}
    for each in _secretariats(participant):
        if each.receives and each.email.casefold() not in known:
            known.add(each.email.casefold())
            found.append(Addressee(each.email, each.name or str(participant), f"s{each.pk}"))
    return found


def may_answer_from(participant: Participant) -> set[str]:
    """The addresses, in small letters, whose replies by mail count for this participant."""
    own = [participant.email] if participant.email else []
    theirs = [each.email for each in _secretariats(participant) if each.answers]
    return {email.casefold() for email in (*own, *theirs)}


def organizer_email(participant: Participant) -> str:
    """The ORGANIZER of their invitations, the same as long as they are expected.

    Exchange takes a changed organiser for another meeting (calendars compare its address).
    """
    mailbox: str = settings.ORGANIZER_EMAIL
    if not settings.ORGANIZER_SUBADDRESSES:
        return mailbox
    local, _separator, domain = mailbox.rpartition("@")
    return f"{local}+{participant.mail_token}@{domain}"


def mail_token_in(address: str) -> str:
    """The token of an address of ours that a reply came to, or nothing; case is of no matter."""
    local, _separator, domain = address.strip().casefold().rpartition("@")
    ours, _separator, our_domain = settings.ORGANIZER_EMAIL.casefold().rpartition("@")
    start, plus, token = local.rpartition("+")
    is_ours = (start, domain) == (ours, our_domain) and plus
    return token if is_ours and _MAIL_TOKEN.fullmatch(token) else ""


def invitations_link(person: Person) -> str:
    """Where they switch invitations by mail off (RFC 8058), whoever's program follows it."""
    token = tokens.make("invitations", person.public_id, person.link_version)
    return reverse("meetings:invitations", args=[token])


def _secretariats(participant: Participant) -> list[Secretariat]:
    who = participant.person or participant.office
    return sorted(who.secretariats.all(), key=lambda each: each.pk) if who else []
