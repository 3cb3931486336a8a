"""Lists as somebody filters them again and again: kept by name, for themselves alone."""

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from pavilion.core.errors import DomainError
from pavilion.core.models import SavedFilter, User

# What says where one is in a list and not what it shows.
PASSING = ("p", "e", "all")
LONGEST_NAME = 80


class NothingToSave(DomainError):
    code = "nothing_to_save"


class NameTaken(DomainError):
    code = "name_taken"


class NameMissing(DomainError):
    code = "name_missing"


def save_filter(*, by: User, model: str, name: str, query: str) -> SavedFilter:
    """Keep what narrows a list under a name; the same name again keeps the newer. Repeatable."""
    kept = narrowed(query)
    if not kept:
        raise NothingToSave(_("Nothing narrows this list yet: filter or search first."))
    if len(kept) > 1000:
        raise NothingToSave(_("This filter is too long to be kept."))
    saved, _is_new = SavedFilter.objects.update_or_create(
        user=by, model=model, name=_name(name), defaults={"query": kept}
    )
    return saved


def rename_filter(*, filter_id: int, by: User, name: str) -> SavedFilter:
    """Only one's own. Refuses a name that another filter of the same list has."""
    saved = SavedFilter.objects.get(pk=filter_id, user=by)
    saved.name = _name(name)
    try:
        with transaction.atomic():
            saved.save(update_fields=["name"])
    except IntegrityError as error:
        sentence = _("Another filter of this list is called “%(name)s”.")
        raise NameTaken(sentence % {"name": saved.name}, field="name") from error
    return saved


def delete_filter(*, filter_id: int, by: User) -> None:
    """Only one's own. Safe to call twice."""
    SavedFilter.objects.filter(pk=filter_id, user=by).delete()


def narrowed(query: str) -> str:
    """The part of an address that narrows or orders a list."""
    kept = QueryDict(query, mutable=True)
    for name in PASSING:
        kept.pop(name, None)
    for name in list(kept):
        if not any(kept.getlist(name)):
            del kept[name]
    return kept.urlencode()


def _name(typed: str) -> str:
    name = " ".join(typed.split())[:LONGEST_NAME]
    if not name:
        raise NameMissing(_("Give the filter a name."), field="name")
    return name
