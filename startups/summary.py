"""What an application says, as labelled lines: for the confirmation mail and the status page."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from startups import answers
from startups.dates import day, moment
from startups.eligibility import euros
from startups.models import Application, Question

_LONG_KINDS = (Question.Kind.LONG_TEXT, Question.Kind.GROUP)


@dataclass(frozen=True)
class Line:
    label: str
    value: str
    # Several lines of text, or a list: stands under its label instead of beside it.
    is_long: bool = False


_COMPANY = (
    *("legal_name", "display_name", "siret", "address", "city", "founded_on", "headcount_band"),
    *("revenue", "has_exhibited", "founders", "women_founders"),
)
_CONTACT = ("contact_name", "contact_role", "contact_email", "contact_phone", "language")


def lines(application: Application) -> list[Line]:
    """Every line with something to say, in the order of the form. Three queries."""
    half_days = application.wanted_half_days.select_related("day").order_by("starts_at", "pk")
    found = [
        *(_line(application, name) for name in (*_COMPANY, "theme", "trl", "website")),
        _line(application, "pitch_fr", is_long=True),
        _line(application, "pitch_en", is_long=True),
        Line(_label("logo"), _("received") if application.logo else ""),
        Line(_label("wanted_half_days"), "\n".join(map(str, half_days)), is_long=True),
        Line(_("Technical needs"), "\n".join(needs_in_words(application)), is_long=True),
        *answer_lines(application),
        *(_line(application, name) for name in _CONTACT),
        Line(_label("commitments_at"), _commitments(application)),
    ]
    return [line for line in found if line.value]


def answer_lines(application: Application) -> list[Line]:
    """The answers to the region's questions that apply; of a file, its name."""
    asked = list(
        Question.objects.in_order().filter(call=application.call_id).select_related("depends_on")
    )
    values = answers.values(answers.kept(application))
    apply = answers.shown(asked, values)
    # Those asked after selection come last.
    asked.sort(key=lambda question: question.stage == Question.Stage.LATER)
    return [
        Line(
            str(question),
            answers.in_words(question, values.get(question.key)),
            is_long=question.kind in _LONG_KINDS,
        )
        for question in asked
        if question.key in apply
    ]


def reference(application: Application) -> str:
    """What people quote on the telephone: year, region, number."""
    participation = application.call.participation
    year, region = participation.edition.year, participation.region.short_code
    return f"{year}-{region}-{application.pk:04d}"


def _label(name: str) -> str:
    label = str(Application._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def _line(application: Application, name: str, *, is_long: bool = False) -> Line:
    return Line(_label(name), _value(application, name), is_long)


def _value(application: Application, name: str) -> str:
    if name == "headcount_band":
        return application.get_headcount_band_display()
    if name == "founded_on":
        return day(application.founded_on) if application.founded_on else ""
    if name == "city":
        return f"{application.postcode} {application.city}".strip()
    if name == "revenue":
        return "" if application.revenue is None else euros(application.revenue)
    if name == "has_exhibited":
        known = {None: "", True: _("Yes"), False: _("No")}
        return known[application.has_exhibited]
    if name == "language":
        return application.get_language_display()
    if name == "siret":
        return spaced_siret(application.siret)
    value = getattr(application, name)
    return "" if value is None else str(value)


def spaced_siret(siret: str) -> str:
    """732 829 320 00074: as it stands on official papers, with spaces that do not break."""
    return "\u00a0".join(filter(None, (siret[:3], siret[3:6], siret[6:9], siret[9:])))


def _commitments(application: Application) -> str:
    return moment(application.commitments_at) if application.commitments_at else ""


def needs_in_words(application: Application) -> list[str]:
    """What it asks of its stand, one line each."""
    needs = []
    if application.power_watts:
        needs.append(_("Power: %(watts)s W") % {"watts": application.power_watts})
    if application.needs_screen:
        needs.append(_("A screen"))
    if application.needs_wired_network:
        needs.append(_("A wired network"))
    if application.needs_storage:
        needs.append(_("Storage"))
    if application.needs_water:
        needs.append(_("Running water"))
    if application.heavy_load:
        needs.append(_("Load on the floor: %(load)s kg/m²") % {"load": application.heavy_load})
    if application.needs_accessible_stand:
        needs.append(_("A wheelchair accessible stand"))
    if application.wifi_network:
        needs.append(_("Own Wi-Fi network: %(name)s") % {"name": application.wifi_network})
    if application.technical_notes:
        needs.append(application.technical_notes)
    return needs
