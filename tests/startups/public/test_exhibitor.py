import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from tests.factories import (
    ApplicationFactory,
    CallFactory,
    EditionFactory,
    ExhibitorFactory,
    ParticipationFactory,
    PublishedAllocationFactory,
)
from tests.startups.fair import BEFORE_THE_FAIR, afternoon, exhibitor, second_morning, stand

pytestmark = pytest.mark.django_db


def test_exhibitor_is_drawn_half_day_by_half_day(client):
    found, pod = exhibitor("Armor", website="https://armor.example/fr"), stand("BRE-1")
    PublishedAllocationFactory(exhibitor=found, stand=pod)
    PublishedAllocationFactory(exhibitor=found, stand=pod, half_day=afternoon())
    second_morning()

    response = client.get(found.get_absolute_url())

    assert [
        (row.day.date.day, [(bar.column, bar.span, bar.what) for bar in row.bars])
        for row in response.context["rotation"]
    ] == [(12, [(1, 2, pod)]), (13, [(1, 1, None)])]
    assert response.context["website_host"] == "armor.example"
    assert response.context["other_pitches"] == [("fr", "Nous protégeons les hôpitaux.")]
    assert 'rel="noopener nofollow external"' in response.content.decode()


def test_exhibitor_that_left_or_is_not_published_is_not_found(client):
    found = exhibitor("Armor")
    found.left_at = BEFORE_THE_FAIR
    found.save()
    hidden = CallFactory(
        participation=ParticipationFactory(edition=EditionFactory(year=2031, is_published=False))
    )
    secret = ExhibitorFactory(application=ApplicationFactory(call=hidden, status="confirmed"))

    assert client.get(found.get_absolute_url()).status_code == 404
    assert client.get(secret.get_absolute_url()).status_code == 404


def test_logo_is_sent_as_an_image_that_can_run_nothing(client):
    found = exhibitor("Armor")
    found.application.logo.save("Mon logo.PNG", ContentFile(b"an image"))

    response = client.get(reverse("startups:logo", args=["armor"]))

    assert b"".join(response.streaming_content) == b"an image"
    assert {
        name: response[name]
        for name in (
            "Content-Type",
            "X-Content-Type-Options",
            "Cache-Control",
            "Content-Security-Policy",
        )
    } == {
        "Content-Type": "image/png",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=3600",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


def test_logo_that_is_missing_lost_or_of_somebody_unseen_is_not_found(client):
    nothing, lost, gone = exhibitor("Rien"), exhibitor("Perdu"), exhibitor("Partie")
    lost.application.logo = "logos/nowhere.png"
    lost.application.save()
    gone.application.logo.save("logo.png", ContentFile(b"an image"))
    gone.left_at = BEFORE_THE_FAIR
    gone.save()

    assert [
        client.get(reverse("startups:logo", args=[one.slug])).status_code
        for one in (nothing, lost, gone)
    ] == [404, 404, 404]
