import pytest
from django.contrib.auth.models import AnonymousUser

from pavilion.core.errors import DomainError
from pavilion.core.middleware import RefusalMiddleware
from pavilion.core.views import accessibility

pytestmark = pytest.mark.django_db


def test_refusal_that_no_page_handled_is_told_in_words(rf):
    request = rf.post("/")
    request.user = AnonymousUser()

    response = RefusalMiddleware(accessibility).process_exception(
        request, DomainError("The room is taken.")
    )

    assert response.status_code == 409
    assert "<p>The room is taken.</p>" in response.content.decode()
