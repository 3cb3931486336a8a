import pytest

from pavilion.core.models import OutboxMessage
from startups.models import Application
from tests.factories import ApplicationFactory, ReviewFactory, organiser
from tests.startups.programs import contact_of, post

pytestmark = pytest.mark.django_db

Status = Application.Status


@pytest.mark.parametrize(
    ("action", "body", "status", "mails"),
    [
        ("request-correction", {"message": "Le SIRET"}, "incomplete", 1),
        ("mark-eligible", {}, "eligible", 0),
        ("mark-ineligible", {"reason": "Hors thème"}, "ineligible", 0),
        ("select", {}, "selected", 1),
        ("waitlist", {"rank": 3}, "waitlisted", 1),
        ("reject", {"reason": "Hors thème"}, "rejected", 1),
        ("withdraw", {"reason": "Budget"}, "withdrawn", 1),
    ],
)
def test_team_decides(action, body, status, mails):
    application = ApplicationFactory()
    manager = organiser("53")

    first = post(manager, application, action, body)
    again = post(manager, application, action, body)

    assert (first.status_code, first.json()["status"]) == (200, status)
    assert again.json() == first.json()
    assert OutboxMessage.objects.count() == mails


@pytest.mark.parametrize(
    "action",
    [
        "request-correction",
        "mark-eligible",
        "mark-ineligible",
        "select",
        "waitlist",
        "reject",
        "send-link",
        "submit",
        "withdraw",
        "reopen",
        "confirm",
        "decline",
    ],
)
def test_decisions_are_for_the_managers_of_the_region(action):
    application = ApplicationFactory()
    body = {"message": "Le SIRET", "reason": "Hors thème"}
    strangers = {
        401: None,
        403: ReviewFactory(application=application).reviewer,
        404: organiser("75"),
    }

    found = {
        status: post(user, application, action, body).status_code
        for status, user in strangers.items()
    }

    assert found == {401: 401, 403: 403, 404: 404}
    application.refresh_from_db()
    assert application.status == Status.SUBMITTED


def test_private_link_leaves_again_by_mail_for_the_team_or_the_contact():
    application = ApplicationFactory()

    for user in (organiser("53"), contact_of(application)):
        assert post(user, application, "send-link").json()["id"] == application.pk

    recipients = OutboxMessage.objects.values_list("recipient", flat=True)
    assert list(recipients) == [application.contact_email] * 2


def test_decision_that_does_not_follow_is_refused_with_what_does():
    application = ApplicationFactory(status=Status.WAITLISTED, waiting_rank=1)

    response = post(organiser("53", language="en"), application, "confirm")

    assert (response.status_code, response.json()) == (
        409,
        {
            "code": "wrong_status",
            "detail": f"The application of {application} is in the state “On the waiting list”: "
            "it cannot become “Confirmed”. Possible from there: Selected, Not selected, "
            "Withdrawn.",
            "details": {
                "status": "waitlisted",
                "wanted": "confirmed",
                "possible": ["selected", "rejected", "withdrawn"],
            },
        },
    )


def test_rejection_needs_its_reason():
    response = post(organiser("53"), ApplicationFactory(), "reject")

    assert (response.status_code, response.json()) == (
        400,
        {"reason": ["This field is required."]},
    )


def test_company_takes_its_place_or_leaves_it():
    taken, left = (ApplicationFactory(status=Status.SELECTED) for _number in range(2))

    confirmed = post(contact_of(taken), taken, "confirm")
    declined = post(contact_of(left), left, "decline", {"reason": "Salon à Berlin"})

    assert (confirmed.status_code, confirmed.json()["status"]) == (200, "confirmed")
    assert confirmed.json()["exhibitor"] == taken.exhibitor.pk
    assert (declined.status_code, declined.json()["status"]) == (200, "declined")


def test_company_does_not_decide_for_itself():
    application = ApplicationFactory()

    response = post(contact_of(application), application, "select")

    assert (response.status_code, response.json()) == (
        403,
        {"detail": "Your role does not allow this for this region."},
    )
