"""What an applicant is told of the check with the companies register. It never blocks anybody."""

from django.utils.translation import gettext as _

from startups.models import Application

Check = Application.CompanyCheck


def told(check: str) -> str:
    """One or two sentences; nothing where there is nothing to tell."""
    if check == Check.CLOSED:
        return _(
            "The companies register says that this company or this establishment is closed. Check "
            "your SIRET number. If it is right, go on: the region will ask you about it."
        )
    if check == Check.UNKNOWN:
        return _(
            "The companies register does not show this number. Check it; new companies, and those "
            "that asked not to be listed, are missing there too. You can go on."
        )
    if check == Check.PENDING:
        return _(
            "The companies register does not answer at the moment. Go on: your number will be "
            "checked later, and nothing is lost."
        )
    return ""
