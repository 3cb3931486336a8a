"""SIRET numbers as people type them."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.fr import siret


def clean_siret(typed: str) -> str:
    """The fourteen digits of a valid SIRET; spaces, dots and dashes are dropped.

    Raises a ValidationError that says what is wrong and how to mend it.
    """
    digits = siret.compact(typed.replace("-", " "))
    if not digits:
        return ""
    try:
        return siret.validate(digits)
    except InvalidLength as error:  # before its parent class, InvalidFormat
        message = _("A SIRET has 14 digits, and this has %(count)s.") % {"count": len(digits)}
        if len(digits) == 9:
            message += " " + _(
                "This looks like a SIREN: add the five digits of your head office’s establishment."
            )
        raise ValidationError(message, code="length") from error
    except InvalidFormat as error:
        message = _("A SIRET has digits only: remove the letters and signs.")
        raise ValidationError(message, code="format") from error
    except (InvalidChecksum, InvalidComponent, InvalidNumber) as error:
        message = _(
            "This SIRET does not exist: its check digit is wrong. Compare it with your "
            "registration certificate, digit by digit."
        )
        raise ValidationError(message, code="checksum") from error
