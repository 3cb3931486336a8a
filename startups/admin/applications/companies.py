"""The desk's question to the companies register."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from pavilion.core.desk import VERBS, Step
from startups import operations
from startups.models import Application
from startups.register import client as registry

VERBS |= {"application.company_checked": _("Checked with the companies register")}


def _check(request: HttpRequest, row: Application, data: Mapping[str, Any]) -> object:
    by: Any = request.user
    return operations.check_company(application_id=row.pk, by=by)


COMPANY_STEPS = (
    Step(
        name="check_company",
        label=_("Check with the register again"),
        run=_check,
        done=ngettext_lazy(
            "The companies register was asked about %(count)d application.",
            "The companies register was asked about %(count)d applications.",
            "count",
        ),
        bulk=ngettext_lazy(
            "Check %(count)d application with the companies register",
            "Check %(count)d applications with the companies register",
            "count",
        ),
        explain=_(
            "Fills what the application leaves empty. Without an answer it is asked again later."
        ),
        when=lambda application: registry.is_on() and bool(application.siret),
    ),
)
