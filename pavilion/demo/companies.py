"""Invented companies: names nobody trades under, well-formed numbers, pitches in two languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.utils.text import slugify
from stdnum import luhn

from events.models import Region
from pavilion.demo.facts import load

# SIREN numbers from 999 000 000 up were not in use when this was written.
_FIRST_SIREN = 99_900_000


@dataclass(frozen=True)
class Company:
    brand: str
    legal_name: str
    siren: str
    founded_on: date
    headcount_band: str
    theme: str
    trl: int
    pitch_fr: str
    pitch_en: str
    city: str
    postcode: str

    @property
    def domain(self) -> str:
        return f"{slugify(self.brand)}.example"

    @property
    def siret(self) -> str:
        """Of the company's head office."""
        return self.siret_of(1)

    def siret_of(self, establishment: int) -> str:
        start = f"{self.siren}{establishment:04d}"
        return start + luhn.calc_check_digit(start)


class Registry:
    """Founds companies: every brand and SIREN once."""

    def __init__(self, random: Random, today: date) -> None:
        self._random = random
        self._today = today
        self._brands: set[str] = set()

    def found(self, region: Region, focus_themes: tuple[str, ...]) -> Company:
        random = self._random
        themes = list(load("pitches")["themes"])
        # A region's focus colours its call without filling it.
        theme = (
            random.choice(focus_themes)
            if focus_themes and random.random() < 0.35
            else random.choice(themes)
        )
        brand = self._brand(region)
        age = timedelta(days=random.randint(150, 9 * 365))
        founded_on = self._today - age
        pitch = random.choice(load("pitches")["themes"][theme])
        tail = random.choice(load("pitches")["tails"])
        city, postcode = random.choice(load("towns")[random.choice(region.departments)])
        return Company(
            brand=brand,
            legal_name=f"{brand} {random.choice(load('names')['legal_forms'])}",
            siren=self._siren(),
            founded_on=founded_on,
            headcount_band=_headcount_band(random, age),
            theme=theme,
            trl=min(9, max(3, round(random.gauss(6.5, 1.4)))),
            pitch_fr=f"{pitch['fr']} {tail['fr']}".strip().format(name=brand),
            pitch_en=f"{pitch['en']} {tail['en']}".strip().format(name=brand),
            city=city,
            postcode=postcode,
        )

    def _brand(self, region: Region) -> str:
        for brand in self._brands_without_end(region):
            if slugify(brand) not in self._brands:
                self._brands.add(slugify(brand))
                return brand
        raise AssertionError("There is always another brand.")

    def _brands_without_end(self, region: Region) -> Iterator[str]:
        words, random = load("names"), self._random
        while True:
            if random.random() < 0.25:
                start, middle = random.choice(words["local_starts"][region.code]), ""
            else:
                start = random.choice(words["brand_starts"])
                middle = random.choice(words["brand_middles"])
            yield _joined(start + middle, random.choice(words["brand_ends"]))

    def _siren(self) -> str:
        # One number in seven, so that neighbours do not look like a series.
        start = f"{_FIRST_SIREN + len(self._brands) * 7:08d}"
        return start + luhn.calc_check_digit(start)


def _joined(start: str, end: str) -> str:
    """Two halves of a word, without doubling the vowel or the letter they meet on."""
    vowels = "aeéiou"
    if start[-1] == end[0] or (start[-1] in vowels and end[0] in vowels):
        start = start[:-1]
    return start + end


def _headcount_band(random: Random, age: timedelta) -> str:
    young = age < timedelta(days=2 * 365)
    bands = ("00", "01", "02", "03") if young else ("01", "02", "03", "11", "12", "21")
    weights = (2, 4, 3, 1) if young else (2, 4, 4, 4, 2, 1)
    return random.choices(bands, weights)[0]
