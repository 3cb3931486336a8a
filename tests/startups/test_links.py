"""The private link: replaced when it must be, and a draft's author named to nobody."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation

from pavilion.core.access import Role
from pavilion.core.models import ActivityEntry, OutboxMessage
from startups.models import Application
from startups.operations import (
    renew_application_link,
    save_application,
    start_application,
    submit_application,
    withdraw_application,
)
from tests.factories import ApplicationFactory, CallFactory, HalfDayFactory, organiser
from tests.startups.applicant import address, save

pytestmark = pytest.mark.django_db
OPEN = datetime(2030, 2, 10, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _while_the_call_is_open():
    with time_machine.travel(OPEN, tick=False), translation.override("en"):
        yield


def mails():
    return list(OutboxMessage.objects.order_by("pk").values_list("kind", "recipient"))


def opened(client, *applications):
    return [client.get(each.get_absolute_url(), follow=True).status_code for each in applications]


def test_a_replaced_link_is_mailed_and_the_former_opens_nothing(client):
    former, manager = ApplicationFactory(), organiser("53")

    renewed = renew_application_link(application_id=former.pk, by=manager)

    assert opened(client, former, renewed) == [404, 200]
    assert mails() == [("startups.link", former.contact_email)]
    assert renewed.get_absolute_url() in OutboxMessage.objects.get().body
    entry = ActivityEntry.objects.get()
    assert (entry.by, entry.verb, entry.target_label, entry.region_code) == (
        manager,
        "application.link_renewed",
        str(former),
        "53",
    )


def test_a_link_is_replaced_by_nobody_from_elsewhere():
    application = ApplicationFactory()
    for other in (organiser("28"), organiser("53", Role.READER)):
        with pytest.raises(PermissionDenied):
            renew_application_link(application_id=application.pk, by=other)
    assert Application.objects.get().link_version == 1


def test_a_manager_replaces_a_link_from_its_page(client):
    application = ApplicationFactory()
    client.force_login(organiser("53"))
    client.post(reverse("admin:startups_application_renew_link", args=[application.pk]))
    assert Application.objects.get().link_version == 2


@pytest.mark.parametrize("status", ["draft", "submitted"])
def test_another_contact_gets_a_new_link_and_the_former_one_is_closed(client, status):
    former = ApplicationFactory(status=status)

    saved = save_application(
        application_id=former.pk, values={"contact_email": "iris@societe.example"}
    )

    assert opened(client, former, saved) == [404, 200]
    assert mails()[0] == ("startups.link", "iris@societe.example")
    assert saved.get_absolute_url() in OutboxMessage.objects.order_by("pk")[0].body


def test_the_same_address_in_capitals_keeps_its_link(client):
    application = ApplicationFactory(status="draft", contact_email="iris@societe.example")
    values = {"contact_email": "Iris@Societe.example"}
    saved = save_application(application_id=application.pk, values=values)
    assert (saved.link_version, mails()) == (1, [])


def test_an_address_being_typed_is_kept_by_the_button_and_not_on_the_way(client):
    application = ApplicationFactory(status="draft", contact_email="iris@societe.example")
    fields = {"contact_email": "lea@societe.example", "contact_role": "CEO"}

    save(client, application, "contact", fields)
    on_the_way = Application.objects.get()
    answer = client.post(address(application, "contact"), {**fields, "go": "stay"})
    kept = Application.objects.get()

    assert (on_the_way.contact_email, on_the_way.contact_role) == ("iris@societe.example", "CEO")
    assert on_the_way.typed == {"contact_email": "lea@societe.example"}
    assert (kept.contact_email, kept.typed) == ("lea@societe.example", {})
    assert answer.headers["Location"] == address(kept, "contact")
    assert answer.headers["Location"] != address(application, "contact")
    assert mails() == [("startups.link", "lea@societe.example")]


ADDRESSES = (
    "/admin/core/activityentry/",
    "/admin/core/outboxmessage/",
    "/api/v1/activity/",
    "/api/v1/messages/",
    "/api/v1/applications/",
)


@pytest.mark.parametrize("role", [Role.READER, Role.MANAGER])
def test_a_drafts_author_is_named_to_no_desk(client, role):
    call = CallFactory()
    draft = start_application(call_id=call.pk, contact_email="secret@societe.example")
    client.force_login(organiser("53", role))

    def read():
        return [b"secret@societe" in client.get(address).content for address in ADDRESSES]

    assert read() == [False] * 5
    entry = ActivityEntry.objects.get()
    assert (entry.by_name, entry.target_label) == ("the applicant", "a draft")
    renew_application_link(application_id=draft.pk, by=None, by_name="secret@societe.example")
    assert read() == [False] * 5


def test_a_draft_that_is_withdrawn_was_never_the_teams_to_read(client):
    draft = ApplicationFactory(status="draft", contact_email="secret@societe.example")
    withdraw_application(application_id=draft.pk, by_name="secret@societe.example")

    for team in (organiser("53"), organiser()):
        assert list(Application.objects.visible_to(team)) == []
    entry = ActivityEntry.objects.get()
    assert (entry.by_name, entry.target_label) == ("the applicant", "a draft")


def test_what_was_submitted_has_its_name_in_the_log():
    draft = ApplicationFactory(status="draft", display_name="Abers")
    draft.wanted_half_days.add(HalfDayFactory())
    submit_application(application_id=draft.pk, by_name="Iris Le Roux")
    entry = ActivityEntry.objects.get()
    assert (entry.by_name, entry.target_label) == ("Iris Le Roux", "Abers")


def test_the_national_team_sees_that_a_link_left_or_did_not():
    start_application(call_id=CallFactory().pk, contact_email="iris@societe.example")
    seen = [
        OutboxMessage.objects.visible_to(user).count() for user in (organiser(), organiser("53"))
    ]
    assert seen == [1, 0]
    assert OutboxMessage.objects.get().created_at - OPEN == timedelta(0)
