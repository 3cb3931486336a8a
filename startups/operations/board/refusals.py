"""Why the plan stays as it is: each refusal says with whom and for which half-days."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import HalfDay, Stand
from pavilion.core.errors import DomainError, paris_iso
from startups.dates import moment
from startups.models import BoardStep, Exhibitor
from startups.operations.refusals import ChangedMeanwhile

# A whole plan may be refused for thousands of half-days: the sentence names some, the details all.
NAMED = 5


class HalfDaysTaken(DomainError):
    code = "half_days_taken"


class NotInRegion(DomainError):
    code = "not_in_region"


class NotInEdition(DomainError):
    code = "not_in_edition"


class StandNotInUse(DomainError):
    code = "stand_not_in_use"


class ExhibitorLeft(DomainError):
    code = "exhibitor_left"


class StandHeld(DomainError):
    code = "stand_held"


class CellConfirmed(DomainError):
    code = "cell_confirmed"


class AlreadyUndone(DomainError):
    code = "already_undone"


class NothingToExchange(DomainError):
    code = "nothing_to_exchange"


@dataclass(frozen=True)
class Clash:
    """One half-day on which a stand is somebody else's, or an exhibitor already somewhere else."""

    half_day: HalfDay
    stand: Stand
    exhibitor: Exhibitor
    # Whoever has the stand; without anybody, the exhibitor itself is on it.
    taken_by: Exhibitor | None = None


def half_days_taken(clashes: Iterable[Clash]) -> HalfDaysTaken:
    sentences = []
    details: list[dict[str, Any]] = []
    for clash in clashes:
        words = {"stand": clash.stand, "half_day": clash.half_day}
        entry = {"half_day": clash.half_day.pk, "label": str(clash.half_day)}
        if clash.taken_by is not None:
            sentence = _("%(half_day)s: stand %(stand)s is taken by %(exhibitor)s.")
            words["exhibitor"] = clash.taken_by
            entry |= {"stand": clash.stand.number, "taken_by": str(clash.taken_by)}
        else:
            sentence = _("%(half_day)s: %(exhibitor)s is already on stand %(stand)s.")
            words["exhibitor"] = clash.exhibitor
            entry |= {"exhibitor": str(clash.exhibitor), "taken_by": clash.stand.number}
        sentences.append(sentence % words)
        details.append(entry)
    return HalfDaysTaken(
        _nothing_done(sentences), field="half_day_ids", details={"half_days": details}
    )


def stand_held(held: Iterable[tuple[Stand, HalfDay, str]]) -> StandHeld:
    sentences = []
    details: list[dict[str, Any]] = []
    for stand, half_day, note in held:
        words = {"stand": stand, "half_day": half_day, "note": note}
        sentences.append(
            _("%(half_day)s: stand %(stand)s is kept free for “%(note)s”.") % words
            if note
            else _("%(half_day)s: stand %(stand)s is kept free.") % words
        )
        details.append(
            {
                "half_day": half_day.pk,
                "label": str(half_day),
                "stand": stand.number,
                "kept_for": note,
            }
        )
    return StandHeld(_nothing_done(sentences), details={"half_days": details})


def cell_confirmed(cells: Iterable[tuple[Exhibitor, Stand, HalfDay]]) -> CellConfirmed:
    sentences = []
    details: list[dict[str, Any]] = []
    labels: dict[int, str] = {}
    for exhibitor, stand, half_day in cells:
        # A half-day says its date in words, which is slow: once.
        label = labels.get(half_day.pk) or labels.setdefault(half_day.pk, str(half_day))
        words = {"exhibitor": exhibitor, "stand": stand, "half_day": label}
        sentences.append(_("%(half_day)s: stand %(stand)s is confirmed to %(exhibitor)s.") % words)
        details.append(
            {
                "half_day": half_day.pk,
                "label": label,
                "stand": stand.number,
                "exhibitor": str(exhibitor),
            }
        )
    mend = _("Take the confirmation back first.")
    return CellConfirmed(f"{_nothing_done(sentences)} {mend}", details={"half_days": details})


def changed_meanwhile(
    exhibitors: Iterable[Exhibitor], steps: Mapping[int, BoardStep]
) -> ChangedMeanwhile:
    """`steps`: the last one that touched each exhibitor."""
    sentences = []
    details: list[dict[str, Any]] = []
    for exhibitor in exhibitors:
        step = steps.get(exhibitor.pk)
        sentences.append(_who_changed(exhibitor, step))
        details.append(
            {
                "exhibitor": exhibitor.pk,
                "name": str(exhibitor),
                "stay_revision": exhibitor.stay_revision,
                "step": step and step.serial,
                "by": author(step) if step else "",
                "at": paris_iso(step.at) if step else None,
            }
        )
    mend = _("Nothing was overwritten: look at the board again and repeat what still holds.")
    return ChangedMeanwhile(
        " ".join([*some(sentences), mend]), field="seen", details={"exhibitors": details}
    )


def holds_changed_meanwhile(
    cells: Iterable[tuple[Stand, HalfDay, BoardStep | None]],
) -> ChangedMeanwhile:
    """Each with the last step that kept it free or gave it back."""
    sentences = []
    details: list[dict[str, Any]] = []
    for stand, half_day, step in cells:
        what = _("Stand %(stand)s (%(half_day)s)") % {"stand": stand, "half_day": half_day}
        sentences.append(_who_changed(what, step))
        details.append(
            {
                "stand": stand.pk,
                "half_day": half_day.pk,
                "step": step and step.serial,
                "by": author(step) if step else "",
                "at": paris_iso(step.at) if step else None,
            }
        )
    mend = _("Nothing was overwritten: look at the board again and repeat what still holds.")
    return ChangedMeanwhile(
        " ".join([*some(sentences), mend]), field="holds", details={"holds": details}
    )


def changed_since(step: BoardStep, later: Iterable[tuple[str, BoardStep | None]]) -> DomainError:
    """A step cannot be undone: what it touched is no longer as it left it."""
    sentences = []
    details: list[dict[str, Any]] = []
    for name, since in later:
        sentences.append(_who_changed(name, since))
        details.append(
            {
                "name": str(name),
                "step": since and since.serial,
                "by": author(since) if since else "",
                "at": paris_iso(since.at) if since else None,
            }
        )
    lead = _("Step %(number)s can no longer be undone.") % {"number": step.serial}
    return ChangedMeanwhile(" ".join([lead, *some(sentences)]), details={"changed": details})


def not_in_edition(edition: object, strangers: Iterable[int]) -> NotInEdition:
    return NotInEdition(
        _("Some of these half-days do not belong to %(edition)s.") % {"edition": edition},
        field="half_day_ids",
        details={"half_days": sorted(strangers)},
    )


def ensure_fits(exhibitor: Exhibitor, stand: Stand) -> None:
    """Whether the exhibitor may ever be on this stand, whoever else is."""
    words = {
        "exhibitor": exhibitor,
        "stand": stand,
        "edition": stand.edition,
        "region": exhibitor.participation.region,
    }
    if exhibitor.left_at is not None:
        raise ExhibitorLeft(
            _("%(exhibitor)s has left the pavilion: no stand can be given to it.") % words
        )
    if stand.edition_id != exhibitor.participation.edition_id:
        raise NotInEdition(
            _("Stand %(stand)s belongs to another edition, %(edition)s.") % words,
            field="stand_id",
        )
    owner = stand.zone.participation
    if owner is not None and owner.pk != exhibitor.participation_id:
        raise NotInRegion(
            _(
                "Stand %(stand)s is in the area of %(owner)s; %(exhibitor)s exhibits with "
                "%(region)s."
            )
            % {**words, "owner": owner.region},
            field="stand_id",
            details={"stand": stand.number, "region": owner.region_id},
        )
    if not stand.is_open:
        raise StandNotInUse(_("Stand %(stand)s is not in use this year.") % words, field="stand_id")


def author(step: BoardStep) -> str:
    """Whoever made the step: an account, somebody named without one, or the system."""
    return str(step.by or step.by_name or _("automatically"))


def _who_changed(what: object, step: BoardStep | None) -> str:
    if step is None:
        return _("%(what)s was changed in the meantime.") % {"what": what}
    return _("%(what)s was changed in the meantime by %(who)s, %(moment)s (%(step)s).") % {
        "what": what,
        "who": author(step),
        "moment": moment(step.at),
        "step": step.get_kind_display(),
    }


def _nothing_done(sentences: Sequence[str]) -> str:
    return " ".join([_("Nothing was changed."), *some(sentences)])


def some(sentences: Sequence[str]) -> list[str]:
    """As many as one reads, and how many there are beside."""
    count = len(sentences) - NAMED
    if count <= 0:
        return list(sentences)
    more = ngettext("And %(count)d more.", "And %(count)d more.", count) % {"count": count}
    return [*sentences[:NAMED], more]
