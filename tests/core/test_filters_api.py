"""Saved filters by the API."""

import pytest
from django.urls import reverse

from pavilion.core.models import SavedFilter
from tests.api import client_of
from tests.factories import organiser

pytestmark = pytest.mark.django_db


def test_a_filter_is_kept_renamed_and_deleted():
    client = client_of(organiser("53"))
    body = {"model": "startups.application", "name": "Reçues", "query": "q=x&p=2"}
    made = client.post(reverse("api:savedfilter-list"), body)
    url = reverse("api:savedfilter-detail", args=[made.json()["id"]])
    renamed = client.patch(url, {"name": "Nouvelles"})

    assert (made.status_code, made.json()["query"]) == (201, "q=x")
    assert renamed.json() == made.json() | {"name": "Nouvelles"}
    assert client.delete(url).status_code == 204
    assert not SavedFilter.objects.exists()


def test_a_refusal_is_a_409_and_a_neighbours_filter_is_not_found():
    mine, other = client_of(organiser("53")), client_of(organiser("53"))
    body = {"model": "startups.application", "name": "Tout", "query": "p=2"}
    refused = mine.post(reverse("api:savedfilter-list"), body)
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_save")
    made = mine.post(reverse("api:savedfilter-list"), body | {"query": "q=x"}).json()
    url = reverse("api:savedfilter-detail", args=[made["id"]])
    assert [other.patch(url, {"name": "x"}).status_code, other.delete(url).status_code] == [
        404,
        404,
    ]
