import pytest
from django.urls import reverse

from tests.factories import UserFactory, organiser

pytestmark = pytest.mark.django_db


def test_stranger_signs_in_and_comes_back_to_the_page_they_wanted(client):
    wanted = reverse("admin:startups_application_changelist")

    asked = client.get(wanted, follow=True)

    assert asked.redirect_chain[-1] == (f"{reverse('account_login')}?next={wanted}", 302)


def test_organiser_who_is_signed_in_is_not_asked_again(client):
    client.force_login(organiser())

    assert client.get(reverse("admin:login")).url == reverse("admin:index")


def test_account_of_no_team_is_told_so(client):
    client.force_login(UserFactory())

    assert client.get(reverse("admin:login")).status_code == 403
