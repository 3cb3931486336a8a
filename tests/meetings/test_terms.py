"""No office has two holders on one day: kept by the database, on both engines."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from meetings.models import OfficeHolder
from tests.factories import OfficeFactory, PersonFactory

pytestmark = pytest.mark.django_db

MAY, JUNE, JULY = date(2030, 5, 1), date(2030, 6, 1), date(2030, 7, 1)


def term(office, starts_on, ends_on=None):
    return OfficeHolder.objects.create(
        office=office, person=PersonFactory(), starts_on=starts_on, ends_on=ends_on
    )


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2030, 5, 31), date(2030, 6, 1)),
        (date(2030, 6, 15), date(2030, 6, 15)),
        (date(2030, 6, 30), date(2030, 7, 31)),
        (MAY, None),
    ],
    ids=["its first day", "inside", "its last day", "all of it"],
)
def test_terms_of_one_office_never_share_a_day(office, starts_on, ends_on):
    term(office, JUNE, date(2030, 6, 30))

    with pytest.raises(IntegrityError), transaction.atomic():
        term(office, starts_on, ends_on)


def test_terms_follow_each_other_day_by_day(office):
    term(office, JUNE, date(2030, 6, 30))
    term(office, MAY, date(2030, 5, 31))
    term(office, JULY)
    term(OfficeFactory(), JUNE)

    assert OfficeHolder.objects.count() == 4


def test_a_term_is_not_moved_onto_another_either(office):
    term(office, MAY, date(2030, 5, 31))
    late = term(office, JULY)

    late.starts_on = date(2030, 5, 31)
    with pytest.raises(IntegrityError), transaction.atomic():
        late.save()
    late.ends_on = date(2030, 12, 31)
    late.starts_on = JULY
    late.save()
