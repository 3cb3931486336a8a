"""The charter an exhibitor signs: the region's own, or the pavilion's common one."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pavilion.core.languages import Localized, localized
from startups.models import Call

_DATA = Path(__file__).parent / "data"
_HEADING = re.compile(r"^(\d+\s?[.)]\s*\S|article\s+\d+|#+\s*\S)", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    text: str
    is_heading: bool


def text(call: Call, language: str) -> Localized:
    """What is signed, in `language`; in French where the region wrote no translation."""
    own = localized(call, "charter", language)
    return Localized(tidy(own), own.language) if own.strip() else common(language)


def common(language: str) -> Localized:
    code = "en" if language[:2] == "en" else "fr"
    return Localized(_common(code), code)


def tidy(text: str) -> str:
    """One kind of line end: browsers send another than the one a text was written with."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def digest(text: str) -> str:
    """The SHA-256 of the text: what was signed can be shown to be what is kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def parts(text: str) -> Iterator[Part]:
    """Paragraphs, and short lines that begin with a number: headings."""
    for block in re.split(r"\n\s*\n", text.strip()):
        first, _newline, rest = block.partition("\n")
        if _HEADING.match(first) and len(first) <= 120:
            yield Part(first.lstrip("# "), True)
            if rest.strip():
                yield Part(rest.strip(), False)
        else:
            yield Part(block.strip(), False)


@cache
def _common(code: str) -> str:
    return tidy((_DATA / f"charter_{code}.txt").read_text(encoding="utf-8"))
