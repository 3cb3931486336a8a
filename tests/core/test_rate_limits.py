"""Who tries too many passwords is slowed down, and nobody else, also behind a proxy."""

import os
import subprocess
import sys

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from tests.factories import organiser

PASSWORD = "Correct-horse-42"
SERVER = {
    "LAPTOP": "false",
    "SECRET_KEY": "x",
    "BASE_URL": "https://pavilion.example",
    "REDIS_URL": "redis://localhost",
    "EMAIL_URL": "smtp://localhost",
}


def sign_in(address, email, password=PASSWORD):
    answer = Client().post(
        "/accounts/login/",
        {"login": email, "password": password},
        HTTP_X_FORWARDED_FOR=address,
    )
    return answer.status_code


@pytest.mark.django_db
def test_a_stranger_behind_the_same_proxy_shuts_nobody_out(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    user = organiser()
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)

    tried = [sign_in("203.0.113.9", f"nobody{n}@region.example", "wrong") for n in range(40)]

    assert (tried[0], tried[-1]) == (200, 429)
    assert sign_in("198.51.100.7", user.email) == 302


@pytest.mark.parametrize(
    ("environment", "count"),
    [
        ({"LAPTOP": "true"}, "0"),
        (SERVER, "1"),
        ({"LAPTOP": "true", "TRUSTED_PROXIES": "2"}, "2"),
    ],
)
def test_the_number_of_proxies_is_none_on_a_laptop_one_on_a_server_or_what_is_said(
    environment, count, tmp_path
):
    script = "from pavilion import settings; print(settings.ALLAUTH_TRUSTED_PROXY_COUNT)"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script],
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == count
