import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["core:accessibility", "core:privacy"])
def test_statement_is_public_and_names_whom_to_write_to(client, page):
    response = client.get(reverse(page))

    assert response.status_code == 200
    assert '<a href="mailto:pavillon@pavilion.example">' in response.content.decode()
