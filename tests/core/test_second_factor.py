"""When the setting asks for it, organisers set up a second factor before anything else."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from tests.factories import UserFactory, organiser

pytestmark = pytest.mark.django_db


def opened(client, user) -> tuple[int, str]:
    client.force_login(user)
    response = client.get(reverse("admin:index"))
    return response.status_code, getattr(response, "url", "")


def test_organiser_without_second_factor_is_sent_to_set_one_up(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True

    assert opened(client, organiser()) == (302, reverse("mfa_index"))


def test_organiser_with_second_factor_goes_on(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    user = organiser()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})

    assert opened(client, user) == (200, "")


def test_second_factor_is_asked_of_nobody_unless_the_setting_says_so(client):
    assert opened(client, organiser()) == (200, "")


def test_second_factor_is_asked_of_organisers_alone(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    client.force_login(UserFactory())

    assert client.get(reverse("startups:home")).status_code == 200
