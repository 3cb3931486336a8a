"""The companies that programs speak for, and what a program asks of an application."""

from datetime import UTC, datetime

from tests.api import client_of
from tests.factories import UserFactory

WHILE_OPEN = datetime(2030, 2, 15, 9, 0, tzinfo=UTC)


def contact_of(application):
    """The company's contact, with an account."""
    return UserFactory(email=application.contact_email, language="en")


def post(user, application, action, body=None):
    return client_of(user).post(f"/api/v1/applications/{application.pk}/{action}/", body or {})
