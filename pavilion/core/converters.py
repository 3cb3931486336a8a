"""What may stand in an address: anything else is no address of ours, before a query is made."""

from collections.abc import Mapping

from django.urls.converters import StringConverter


class RegionCode(StringConverter):
    """INSEE's: two digits, overseas too."""

    regex = "[0-9]{2}"


class StandNumber(StringConverter):
    """As the floor plan has it, slashes and spaces included."""

    regex = r"[^\x00-\x1f\x7f]+"


class Token(StringConverter):
    """What pavilion.core.tokens makes."""

    regex = "[A-Za-z0-9_.-]+"


CONVERTERS: Mapping[str, type[StringConverter]] = {
    "region": RegionCode,
    "stand": StandNumber,
    "token": Token,
}
