"""The private link of an application: given anew when the former one got into the wrong hands."""

from django.db import transaction

from pavilion.core import activity, outbox
from pavilion.core.models import User
from startups import emails
from startups.models import Application
from startups.operations.applying.states import ensure_acts_for, locked, told_of


def renew_application_link(
    *, application_id: int, by: User | None, by_name: str = ""
) -> Application:
    """Mail the contact a new link; whoever has the former finds nothing. Each call makes another.

    `by=None` is the company itself.
    """
    with transaction.atomic():
        application = locked(application_id)
        ensure_acts_for(by, application)
        application.link_version += 1
        application.save(update_fields=["link_version"])
        activity.record(
            by=by,
            verb="application.link_renewed",
            target=application,
            region_code=application.region_code,
            **told_of(application, by=by, by_name=by_name),
        )
        # Without the hourly limit of lost links: the contact has none that works now.
        outbox.enqueue(emails.link(application))
    return application
