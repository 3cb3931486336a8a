"""What the companies register answers, read with suspicion: JSON -> Company."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

OLD_NOMENCLATURE, NEW_NOMENCLATURE = "NAFRev2", "NAF2025"
# Decree 2025-736: every company has a code of the new nomenclature from this day on.
NEW_NOMENCLATURE_FROM = date(2027, 1, 1)
NAF = re.compile(r"\d\d\.\d\d[A-Z]")
MASKED = re.compile(r"\[[A-Z -]*\]")
LONGEST = 200
FIRST_YEAR = 1700
# Words of addresses that stay small: the register writes everything in capitals.
_SMALL = "à au aux chez d de des du en et l la le les lès sous sur"
SMALL = frozenset(_SMALL.split())


@dataclass(frozen=True, kw_only=True)
class Company:
    """An establishment and its company. The address is the head office's. No person."""

    siret: str
    siren: str
    legal_name: str
    address: str
    postcode: str
    city: str
    founded_on: date | None
    naf_code: str
    naf_version: str
    is_active: bool
    legal_form: str


def read(siret: str, answer: Any, today: date) -> Company | None:
    """The company asked about; None when the register has none. ValueError for nonsense."""
    results = _mapping(answer).get("results")
    if not isinstance(results, list):
        raise ValueError("no list of results")
    if not results:
        return None
    unit = _mapping(results[0])
    if unit.get("siren") != siret[:9]:
        raise ValueError("another company")
    office = unit.get("siege")
    office = office if isinstance(office, dict) else {}
    state = unit.get("etat_administratif")
    if state not in ("A", "C"):
        raise ValueError("neither active nor closed")
    establishment = _establishment(siret, unit, office)
    naf_code, naf_version = _activity(unit, today)
    postcode, city = _text(office, "code_postal"), _text(office, "libelle_commune")
    postcode = postcode if re.fullmatch(r"\d{5}", postcode) else ""
    return Company(
        siret=siret,
        siren=siret[:9],
        legal_name=_text(unit, "nom_raison_sociale") or _text(unit, "nom_complet"),
        address=_in_small_letters(_street(_text(office, "adresse"), postcode, city)),
        postcode=postcode,
        city=_in_small_letters(city)[:100],
        founded_on=_day(unit.get("date_creation"), today),
        naf_code=naf_code,
        naf_version=naf_version,
        is_active=state == "A" and establishment.get("etat_administratif", "A") == "A",
        legal_form=_text(unit, "nature_juridique")[:4],
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _establishment(
    siret: str, unit: Mapping[str, Any], office: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The one asked about; where the answer leaves it out, the company's own state decides."""
    matching = unit.get("matching_etablissements")
    for each in [office, *(matching if isinstance(matching, list) else [])]:
        if isinstance(each, dict) and each.get("siret") == siret:
            return each
    return {}


def _activity(unit: Mapping[str, Any], today: date) -> tuple[str, str]:
    """The code and its nomenclature: from 2027 on the usual field speaks the new one."""
    usual, new = _naf(unit, "activite_principale"), _naf(unit, "activite_principale_naf25")
    if today >= NEW_NOMENCLATURE_FROM:
        code = new or usual
        return (code, NEW_NOMENCLATURE) if code else ("", "")
    if usual:
        return usual, OLD_NOMENCLATURE
    return (new, NEW_NOMENCLATURE) if new else ("", "")


def _naf(unit: Mapping[str, Any], name: str) -> str:
    code = _text(unit, name)
    return code if NAF.fullmatch(code) else ""


def _day(value: Any, today: date) -> date | None:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return day if date(FIRST_YEAR, 1, 1) <= day <= today else None


def _text(holder: Mapping[str, Any], name: str) -> str:
    """One line of plain text; what the company keeps from the public is empty."""
    value = holder.get(name)
    if not isinstance(value, str):
        return ""
    text = "".join(letter if letter.isprintable() else " " for letter in value[: 2 * LONGEST])
    text = " ".join(text.split())[:LONGEST]
    return "" if MASKED.fullmatch(text) else text


def _street(address: str, postcode: str, city: str) -> str:
    """Without the line of the town, which has columns of its own."""
    return address.removesuffix(f"{postcode} {city}").strip(" ,") if postcode else address


def _in_small_letters(text: str) -> str:
    """“12 RUE DE L'ÎLE” -> “12 Rue de l’Île”; what has small letters already stays."""
    if text != text.upper():
        return text
    words = re.split(r"([\s'’-])", text.lower())
    first = True
    for number, word in enumerate(words):
        if word and (first or word not in SMALL):
            words[number] = word[0].upper() + word[1:]
        first = first and not word.strip("0123456789 '’-")
    return "".join(words).replace("'", "’")
