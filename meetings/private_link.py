"""Whom a private link to a day lets in, and which edition it shows them."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import Http404

from events.models import Edition
from meetings import expecting
from meetings.models import Person
from pavilion.core import tokens
from pavilion.core.models import User


def person_of(token: str) -> Person:
    """Whose link it is; a 404 for one nobody was given, or that has been replaced."""
    try:
        public_id, version = tokens.read("day", token)
    except tokens.InvalidToken:
        raise Http404 from None
    found = Person.objects.filter(
        Q(user__isnull=True) | Q(user__is_active=True), public_id=public_id, link_version=version
    ).first()
    if found is None:
        raise Http404
    return found


def edition_of(person: Person, reader: User | AnonymousUser) -> Edition | None:
    """Meetings are planned before an edition is published: its people see theirs."""
    expected = expecting.of_person(person).filter(removed_at__isnull=True)
    planned = expected.values("meeting__edition")
    published = Edition.objects.visible_to(reader).values("pk")
    return Edition.objects.filter(Q(pk__in=planned) | Q(pk__in=published)).current()
