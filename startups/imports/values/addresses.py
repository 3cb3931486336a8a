"""Where somebody is reached."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from startups.imports.cells import digits, figures, in_line
from startups.imports.reading import Cell
from startups.imports.values.words import Unclean, Words


def postcode(cell: Cell, words: Words) -> str:
    text = re.sub(r"\.0$", "", figures(cell))
    text = re.sub(r"(?i)^f[\s-]|cedex.*$", "", text).strip()
    number = re.sub(r"[\s.]", "", text)
    if re.fullmatch(r"\d{4}", number):  # the zero a spreadsheet dropped
        number = f"0{number}"
    if isinstance(cell, float) or not re.fullmatch(r"\d{5}", number):
        raise Unclean(_("a French postcode has five digits. Write it as 01000 or 35000."))
    return number


def phone(cell: Cell, words: Words) -> str:
    text = re.sub(r"\.0$", "", figures(cell))
    number = digits(text)
    is_foreign = text.lstrip("( ").startswith("+") and not number.startswith("33")
    if not is_foreign:
        if number.startswith("0033"):
            number = number[4:]
        elif number.startswith("33") and len(number) >= 11:
            number = number[2:]
        number = number.removeprefix("0") if len(number) == 10 else number
        number = number[1:] if len(number) == 10 and number.startswith("0") else number
        if re.fullmatch(r"[1-9]\d{8}", number):
            return " ".join(re.findall("..", f"0{number}"))
    if re.fullmatch(r"[\d\s.+()/\-]+", text) and is_foreign and 8 <= len(number) <= 15:
        return text[:30]
    raise Unclean(
        _("this is not a telephone number. Keep one number: 06 12 34 56 78, or +32 … for abroad.")
    )


def email(cell: Cell, words: Words) -> str:
    text = in_line(cell)
    if inside := re.search(r"<([^<>]+@[^<>]+)>", text):
        text = inside[1]
    text = re.sub(r"(?i)^mailto:", "", text).strip(" ;,.<>")
    if text.count("@") > 1:
        raise Unclean(_("this holds several e-mail addresses. Keep one."))
    text = text.replace(" ", "")
    try:
        validate_email(text)
    except ValidationError as error:
        raise Unclean(_("this is not an e-mail address. Write it like name@company.fr.")) from error
    if len(text) > 254:
        raise Unclean(_("this is not an e-mail address. Write it like name@company.fr."))
    return text


_valid_url = URLValidator(schemes=["http", "https"])


def website(cell: Cell, words: Words) -> str:
    text = in_line(cell).strip(" ;,")
    if re.search(r"\s", text):
        raise Unclean(_("this holds more than one address of a site. Keep one."))
    if not re.match(r"(?i)https?://", text):
        text = f"https://{text}"
    try:
        _valid_url(text)
    except ValidationError as error:
        raise Unclean(
            _("this is not the address of a site. Write it like www.company.fr.")
        ) from error
    if len(text) > 200:
        raise Unclean(_("this address is too long: 200 characters at most."))
    return text
