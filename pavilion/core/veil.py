"""The recipient's own links in a message: whoever reads or edits it for them must not have them."""

import re

from django.utils.translation import gettext as _

from pavilion.core.errors import DomainError
from pavilion.core.logs import TOKEN

_LINK = re.compile(rf"https?://\S*?{TOKEN.pattern}[^\s<>\"']*")
_PLACEHOLDER = re.compile(r"\[(?:link|lien) (\d+)\]")


class LinkLost(DomainError):
    code = "link_lost"


def veil(text: str) -> str:
    """The text with each private link as [link 1], [link 2] …, the same link the same number."""
    links = _links(text)
    return _LINK.sub(lambda found: _placeholder(links.index(found.group())), text)


def unveil(edited: str, original: str) -> str:
    """What was edited, with the links of the original in their places again.

    Refuses to lose one: whoever gets the message could not answer.
    """
    links = _links(original)
    kept = {int(number) for number in _PLACEHOLDER.findall(edited)}
    for number in range(len(links)):
        if number + 1 not in kept:
            words = {"link": _placeholder(number)}
            refusal = _("Keep “%(link)s” in the text: there stands the recipient’s own link.")
            raise LinkLost(refusal % words, field="body")

    def link(found: "re.Match[str]") -> str:
        number = int(found.group(1))
        return links[number - 1] if 0 < number <= len(links) else found.group()

    return _PLACEHOLDER.sub(link, edited)


def _links(text: str) -> list[str]:
    return list(dict.fromkeys(found.group() for found in _LINK.finditer(text)))


def _placeholder(index: int) -> str:
    return _("[link %(number)d]") % {"number": index + 1}
