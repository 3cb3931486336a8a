"""Accounts: a changed address closes the former one; a superuser's is a superuser's to change."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from pavilion.core.models import ActivityEntry, Membership
from pavilion.core.people import AddressTaken, change_email
from tests.factories import UserFactory, organiser

pytestmark = pytest.mark.django_db
OLD, NEW = "ancienne@region.example", "nouvelle@region.example"


@pytest.fixture
def user():
    user = organiser("53", email=OLD)
    EmailAddress.objects.create(user=user, email=OLD, verified=True, primary=True)
    Token.objects.create(user=user)
    return user


def save(client, user, **fields):
    rows = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    for number, membership in enumerate(Membership.objects.filter(user=user)):
        rows |= {
            "memberships-TOTAL_FORMS": number + 1,
            "memberships-INITIAL_FORMS": number + 1,
            f"memberships-{number}-id": membership.pk,
            f"memberships-{number}-user": user.pk,
            f"memberships-{number}-region_code": membership.region_code,
            f"memberships-{number}-role": membership.role,
        }
    values = {"email": user.email, "full_name": "", "language": "fr", "is_active": "on"}
    url = reverse("admin:core_user_change", args=[user.pk])
    return client.post(url, values | fields | rows).status_code


def codes_for(address, mailoutbox):
    """To whom codes leave when somebody asks for one with this address."""
    before = len(mailoutbox)
    Client().post("/accounts/login/code/", {"email": address})
    return [
        mail.to
        for mail in mailoutbox[before:]
        if re.search(r"\n[A-Z0-9]{4}-[A-Z0-9]{4}\n", mail.body)
    ]


def test_a_changed_address_closes_the_former_one_everywhere(client, user, mailoutbox):
    there = Client()
    there.force_login(user)
    national = organiser(email="chef@pavilion.example")
    client.force_login(national)

    assert save(client, user, email=NEW) == 302

    user.refresh_from_db()
    assert user.email == NEW
    assert list(EmailAddress.objects.filter(user=user)) == []
    assert list(Token.objects.filter(user=user)) == []
    assert there.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"
    assert codes_for(OLD, mailoutbox) == []
    assert codes_for(NEW, mailoutbox) == [[NEW]]
    assert list(ActivityEntry.objects.values_list("by", "verb", "before", "after")) == [
        (national.pk, "user.email_changed", {"email": OLD}, {"email": NEW})
    ]


def test_changing_the_rest_of_an_account_closes_nothing(client, user):
    there = Client()
    there.force_login(user)
    client.force_login(organiser())

    save(client, user, full_name="Azénor Le Bihan")

    assert there.get("/admin/").status_code == 200
    assert EmailAddress.objects.filter(user=user, email=OLD).count() == 1
    assert list(ActivityEntry.objects.values_list("verb", "after")) == [
        ("user.changed", {"full_name": "Azénor Le Bihan"})
    ]


def test_the_same_address_again_changes_nothing(user):
    change_email(user_id=user.pk, email=OLD, by=None)
    assert (EmailAddress.objects.count(), ActivityEntry.objects.count()) == (1, 0)


def test_an_address_of_somebody_else_is_refused(user):
    UserFactory(email=NEW)
    with pytest.raises(AddressTaken):
        change_email(user_id=user.pk, email=NEW.upper(), by=None)
    user.refresh_from_db()
    assert user.email == OLD


def test_a_regions_manager_changes_no_account(user):
    with pytest.raises(PermissionDenied):
        change_email(user_id=user.pk, email=NEW, by=organiser("53"))


@pytest.mark.parametrize("role", ["national manager", "superuser"])
def test_a_superusers_account_is_a_superusers_to_change(client, role):
    root = UserFactory(email="racine@pavilion.example", is_staff=True, is_superuser=True)
    by = (
        organiser() if role == "national manager" else UserFactory(is_staff=True, is_superuser=True)
    )
    client.force_login(by)
    url = reverse("admin:core_user_change", args=[root.pk])

    page = client.get(url)
    may = role == "superuser"
    assert (page.status_code, page.context["has_change_permission"]) == (200, may)
    assert page.context["inline_admin_formsets"][0].has_add_permission is may
    assert save(client, root, email="moi@ailleurs.example") == (302 if may else 403)
    root.refresh_from_db()
    assert root.email == ("moi@ailleurs.example" if may else "racine@pavilion.example")


def test_a_superusers_address_is_not_changed_by_a_manager_in_any_other_way():
    root = UserFactory(email="racine@pavilion.example", is_superuser=True)
    with pytest.raises(PermissionDenied):
        change_email(user_id=root.pk, email=NEW, by=organiser())


def test_nobody_is_made_a_superuser_by_a_form(client, user):
    client.force_login(organiser())
    save(client, user, is_superuser="on", is_staff="on", full_name="Azénor")
    user.refresh_from_db()
    assert (user.full_name, user.is_superuser) == ("Azénor", False)
