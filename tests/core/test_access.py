import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from pavilion.core.access import Access, Role, access_of, ensure_manages
from pavilion.core.models import Membership, User
from tests.factories import UserFactory, organiser

pytestmark = pytest.mark.django_db


def test_access_follows_from_memberships_in_one_query(django_assert_num_queries):
    user = organiser("53", Role.REVIEWER)
    Membership.objects.create(user=user, region_code="76", role=Role.MANAGER)
    user = User.objects.get(pk=user.pk)

    with django_assert_num_queries(1):
        access = access_of(user)
        assert access_of(user) is access

    assert access == Access(national="", regions={"53": "reviewer", "76": "manager"})
    assert (access.desk_codes, access.managed_codes) == (["76"], ["76"])


@pytest.mark.parametrize(
    ("national", "regions", "expected"),
    [
        ("manager", {}, (True, True, True)),
        ("reader", {}, (False, False, False)),
        ("reader", {"53": "manager"}, (False, True, False)),
        ("", {"53": "manager"}, (False, True, False)),
        ("", {"53": "reviewer", "76": "reader"}, (False, False, False)),
        ("", {}, (False, False, False)),
    ],
)
def test_manages(national, regions, expected):
    access = Access(national=national, regions=regions)

    assert (access.manages(""), access.manages("53"), access.manages("76")) == expected


@pytest.mark.parametrize("user", [None, AnonymousUser()], ids=["nobody", "anonymous"])
def test_stranger_has_no_access(user):
    assert access_of(user) == Access()


def test_account_that_was_closed_has_no_access():
    assert access_of(organiser(is_active=False)) == Access()


def test_ensure_manages_refuses_all_but_the_team_and_the_system():
    ensure_manages(None, "53")
    ensure_manages(organiser("53"), "53")
    for user in (organiser("76"), organiser("53", Role.READER), UserFactory()):
        with pytest.raises(PermissionDenied):
            ensure_manages(user, "53")
