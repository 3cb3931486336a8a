"""What a column may mean: the fields an import fills, and how regions head them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from pavilion.core.text import sort_key
from startups.columns import TOLD_BY_THE_COMPANY
from startups.models import Application

# What is no column of an application, and is made into one or into a prepared decision.
OTHERS: Mapping[str, Any] = {
    "siren": _("SIREN number"),
    "contact_first_name": _("contact's first name"),
    "contact_last_name": _("contact's last name"),
    "standing": _("decision"),
    "waiting_rank": _("rank on the waiting list"),
    "decision_reason": _("reason for the decision"),
}
# In the order in which they are offered.
NAMES = (*TOLD_BY_THE_COMPANY, *OTHERS)

# Headings in lower case without accents or marks; the words of a longer heading may hold one.
SYNONYMS: Mapping[str, str] = {
    "legal_name": "raison sociale|denomination sociale|denomination|entreprise|societe"
    "|nom entreprise|nom societe|structure|nom structure|company|company name|legal name"
    "|organisation|organization|porteur|candidat|nom candidat|etablissement",
    "display_name": "start up|startup|nom start up|nom startup|nom commercial|enseigne|marque"
    "|nom stand|nom usage|nom court|start up name|startup name|brand|trade name|nom projet|projet"
    "|stand name|name on stand|display name|project name",
    "siret": "siret|n siret|no siret|numero siret|num siret|siret siege|code siret",
    "siren": "siren|n siren|no siren|numero siren|num siren|code siren|rcs",
    "founded_on": "date creation|creation|creee|date immatriculation|date constitution"
    "|creation date|founded|founded on|founding date|date founded|incorporated|date incorporation"
    "|immatriculation",
    "headcount_band": "effectif|effectifs|nombre salaries|nb salaries|salaries|nb employes"
    "|nombre employes|employes|tranche effectif|taille|headcount|employees|number employees|staff"
    "|etp|nb etp|team size",
    "revenue": "chiffre affaires|ca|chiffre affaires annuel|ca annuel|turnover|revenue"
    "|yearly turnover|annual revenue|dernier ca",
    "address": "adresse|adresse siege|adresse postale|siege social|siege|rue|voie|address"
    "|street|head office|postal address",
    "postcode": "cp|code postal|postcode|zip|zip code|postal code|code post",
    "city": "ville|commune|localite|city|town|ville siege",
    "founders": "nombre fondateurs|nb fondateurs|fondateurs|founders|number founders",
    "women_founders": "femmes fondatrices|fondatrices|nombre femmes|dont femmes|nb femmes"
    "|femmes fondateurs|women founders|women among founders|female founders",
    "has_exhibited": "deja expose|deja exposant|deja participe|participation anterieure"
    "|participations anterieures|has exhibited|already exhibited|previous participation",
    "theme": "thematique|theme|filiere|secteur|secteur activite|domaine|thematique principale"
    "|domaine activite|verticale|sector|field|industry|main theme|thematiques|activite",
    "trl": "trl|niveau trl|maturite|niveau maturite|maturity|technology readiness level",
    "pitch_fr": "pitch|presentation|description|resume|pitch francais|pitch fr|descriptif"
    "|presentation projet|description projet|activites|presentation francais|description fr"
    "|description francais|presentation fr|summary|pitch french|elevator pitch|solution",
    "pitch_en": "pitch anglais|pitch en|pitch english|presentation anglais|presentation en"
    "|description anglais|description en|description english|english pitch|english description"
    "|resume anglais|pitch uk|summary english",
    "website": "site|site web|site internet|url|web|lien|lien site|website|web site|homepage|www"
    "|adresse site|internet",
    "contact_name": "contact|nom contact|nom prenom|prenom nom|interlocuteur|referent|dirigeant"
    "|nom referent|nom dirigeant|responsable|nom responsable|contact principal|contact name"
    "|name contact|contact person|full name|nom complet|representant|ceo|dirigeante"
    "|nom prenom contact|prenom nom contact|nom prenom dirigeant|responsable stand"
    "|personne contact",
    "contact_first_name": "prenom|prenom contact|first name|given name|firstname|prenom dirigeant"
    "|prenom referent|contact first name|prenom responsable",
    "contact_last_name": "nom famille|last name|surname|family name|lastname|contact last name",
    "contact_role": "fonction|poste|titre|qualite|fonction contact|role|function|job title|position"
    "|contact function|contact role|fonction dirigeant",
    "contact_email": "mail|email|e mail|courriel|adresse mail|adresse email|adresse e mail"
    "|adresse courriel|adresse electronique|courrier electronique|email address|e mail address"
    "|mel|mail contact|email contact|contact email|e mail contact",
    "contact_phone": "tel|telephone|portable|mobile|gsm|numero telephone|n telephone|phone"
    "|tel portable|telephone portable|phone number|telephone mobile|tel mobile|cell",
    "language": "langue|language|langue correspondance",
    "power_watts": "puissance|puissance electrique|puissance w|watts|power|power needed"
    "|electricite",
    "needs_screen": "ecran|besoin ecran|screen|needs screen",
    "needs_wired_network": "reseau filaire|cable reseau|ethernet|wired network|rj45",
    "needs_storage": "stockage|rangement|storage|reserve",
    "needs_water": "eau|arrivee eau|point eau|water|running water|needs water",
    "heavy_load": "charge|charge sol|charge au sol|charge lourde|kg m2|heavy load|floor load|load",
    "needs_accessible_stand": "accessibilite|pmr|acces pmr|stand accessible|fauteuil roulant"
    "|accessible stand|wheelchair|wheelchair accessible",
    "wifi_network": "wifi|wi fi|reseau wifi|ssid|nom reseau wifi|wi fi network|wifi network",
    "technical_notes": "besoins techniques|autres besoins|technical needs|besoins|materiel",
    "standing": "statut|decision|avis|resultat|status|outcome|selection|etat|decision jury"
    "|avis jury|retenu|retenue|avis comite|decision comite|result",
    "waiting_rank": "rang|rang liste attente|classement|rank|ordre|rang attente",
    "decision_reason": "motif|motif refus|raison refus|motif decision|reason|justification"
    "|motivation|reason decision|raison",
}

# Headings that are known and lead nowhere, with why.
LEFT_OUT: Mapping[str, Any] = {
    "departement": _("follows from the postcode"),
    "dep": _("follows from the postcode"),
    "dept": _("follows from the postcode"),
    "department": _("follows from the postcode"),
    "region": _("the call is a region’s own"),
    "statut juridique": _("no field of an application"),
    "forme juridique": _("no field of an application"),
    "id": _("no field of an application"),
    "reference": _("no field of an application"),
    "code ape": _("comes from the companies register"),
    "code naf": _("comes from the companies register"),
    "ape": _("comes from the companies register"),
    "naf": _("comes from the companies register"),
}

# The first column of the file that gives back refused rows.
REASON_HEADINGS = ("Motif du refus de la ligne", "Why the row was refused")


def label(name: str) -> str:
    if name in OTHERS:
        return str(OTHERS[name])
    return str(Application._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


@cache
def headings() -> Mapping[str, str]:
    """Every known heading, as its words, and the field it means; our own exports' among them."""
    known: dict[str, str] = {}
    for name in TOLD_BY_THE_COMPANY:
        for language in ("fr", "en"):
            with translation.override(language):
                known.setdefault(words(label(name)), name)
        known.setdefault(words(name), name)
    for name, synonyms in SYNONYMS.items():
        for synonym in synonyms.split("|"):
            known.setdefault(synonym, name)
    return known


# Words that say nothing about what a column holds.
_EMPTY_WORDS = frozenset(
    {"de", "du", "des", "d", "la", "le", "les", "l", "et", "ou", "a", "au", "aux", "en", "sur"}
    | {"of", "the", "and", "or", "in", "on", "your", "votre", "vos", "s", "obligatoire"}
    | {"required", "optional", "facultatif", "optionnel", "si", "pour"}
)


def words(heading: str) -> str:
    """A heading without accents, capitals, marks and little words."""
    every = sort_key(heading).split()
    kept = [word for word in every if word not in _EMPTY_WORDS]
    # “Pitch (en)” means the language, “Présentation en bref” does not.
    if every and every[-1] == "en":
        kept.append("en")
    while kept and kept[0].isdigit():  # “3. Ville”
        kept.pop(0)
    return " ".join(kept or every)
