"""The look-up of a company while its number is being typed."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from startups import operations
from startups.models import Application
from startups.register import client as registry
from startups.register import words as company_words
from startups.siret import clean_siret
from startups.views.private import private_page

FIELDS = ("legal_name", "address", "postcode", "city", "founded_on")
Check = Application.CompanyCheck
STATES = {
    Check.FOUND: "found",
    Check.CLOSED: "closed",
    Check.UNKNOWN: "unknown",
    Check.PENDING: "later",
}


@require_POST
@private_page
def company_lookup(request: HttpRequest, application: Application) -> JsonResponse:
    """{"state": found, closed, unknown, later or off, "message": …, "fields": {…}}.

    The page fills what is still empty. Whatever the register does, this answers within two seconds
    or so; a number that cannot be one is a 400 with the reason.
    """
    try:
        siret = clean_siret(request.POST.get("siret", ""))
    except ValidationError as error:
        return JsonResponse({"state": "invalid", "message": " ".join(error.messages)}, status=400)
    if not siret:
        return JsonResponse({"state": "invalid", "message": ""}, status=400)
    if not registry.is_on() or not operations.is_editable(application, timezone.now()):
        return JsonResponse({"state": "off", "message": "", "fields": {}})
    found = operations.look_up_company(application_id=application.pk, siret=siret)
    return JsonResponse(
        {
            "state": STATES[found.check],
            "message": company_words.told(found.check),
            "fields": {name: getattr(found.company, name) or "" for name in FIELDS}
            if found.company
            else {},
        }
    )
