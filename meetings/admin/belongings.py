"""What belongs to a person or an office and is kept by operations: secretariats, availabilities."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from meetings import operations
from meetings.models import Availability, Office, Person, Secretariat
from meetings.operations.secretariats import SECRETARIAT_FIELDS
from pavilion.core.desk import KEYS, VERBS, DeskAdmin, DeskInline

VERBS |= {
    "person.secretariat_added": _("Secretariat added"),
    "person.secretariat_changed": _("Secretariat changed"),
    "person.secretariat_removed": _("Secretariat removed"),
    "office.secretariat_added": _("Secretariat added"),
    "office.secretariat_changed": _("Secretariat changed"),
    "office.secretariat_removed": _("Secretariat removed"),
    "person.availability_noted": _("Availability noted"),
    "person.availability_removed": _("Availability removed"),
    "office.availability_noted": _("Availability noted"),
    "office.availability_removed": _("Availability removed"),
}
KEYS |= {
    "receives": (_("receives their mail"), {}),
    "answers": (_("answers for them"), {}),
    "note": (_("note"), {}),
}


class SecretariatInline(DeskInline):
    model = Secretariat
    fields = ("name", "email", "phone", "receives", "answers")
    ordering = ("email", "pk")


class AvailabilityInline(DeskInline):
    """Each as it was said: what changed is noted anew."""

    model = Availability
    fields = ("kind", "starts_at", "ends_at", "source", "note")
    select = ("person", "office")
    ordering = ("starts_at", "pk")
    may_change = False


class Belongings(DeskAdmin):
    """Saves each row below the form through its operation, which notes it."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model not in (Secretariat, Availability):
            super().save_formset(request, form, formset, change)
            return
        by: Any = request.user
        formset.save(commit=False)
        for row in formset.deleted_objects:
            if isinstance(row, Secretariat):
                operations.remove_secretariat(secretariat_id=row.pk, by=by)
            else:
                operations.remove_availability(availability_id=row.pk, by=by)
        for row, names in formset.changed_objects:
            fields = {name: getattr(row, name) for name in names if name in SECRETARIAT_FIELDS}
            operations.change_secretariat(secretariat_id=row.pk, by=by, **fields)
        whose = _whose(form.instance)
        for row in formset.new_objects:
            if isinstance(row, Secretariat):
                fields = {name: getattr(row, name) for name in SECRETARIAT_FIELDS}
                operations.add_secretariat(by=by, **whose, **fields)
            else:
                names = ("kind", "starts_at", "ends_at", "source", "note")
                fields = {name: getattr(row, name) for name in names}
                operations.note_availability(by=by, **whose, **fields)


def _whose(row: Person | Office) -> dict[str, Any]:
    return {"person_id" if isinstance(row, Person) else "office_id": row.pk}
