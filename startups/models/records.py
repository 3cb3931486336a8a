"""Lists that came in as spreadsheets, and personal data on its way out."""

from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pavilion.core import tokens
from pavilion.core.access import access_of
from pavilion.core.models import Job, User
from startups.models.call import Call


def sheet_path(sheet: "SheetImport", filename: str) -> str:
    suffix = filename.rsplit(".", 1)[-1].lower()[:5] if "." in filename else "bin"
    return f"imports/{tokens.new_public_id()}.{suffix}"


class SheetImportQuerySet(models.QuerySet["SheetImport"]):
    def visible_to(self, user: User | AnonymousUser) -> "SheetImportQuerySet":
        """The region's desk and the national team."""
        access = access_of(user)
        if access.is_national:
            return self
        return self.filter(call__participation__region__in=access.desk_codes)


class SheetImport(models.Model):
    """A spreadsheet of start-ups brought into one call: read, mapped, compared, then written."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Received")
        CHECKING = "checking", _("Being compared")
        CHECKED = "checked", _("Compared")
        WRITING = "writing", _("Being written")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Not imported")

    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, related_name="imports", verbose_name=_("call")
    )
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.UPLOADED
    )
    file = models.FileField(_("file"), upload_to=sheet_path)
    file_name = models.CharField(_("name of the file"), max_length=200)
    sheet = models.TextField(_("sheet"), blank=True)  # other programs allow any length
    header_row = models.PositiveIntegerField(_("row of the headings"), null=True, blank=True)
    # {column index as text: field name or ""}.
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    # Counts, and for each row what would change or why it cannot come in.
    report = models.JSONField(_("report"), default=dict, blank=True)
    refused = models.FileField(_("rows refused"), upload_to=sheet_path, blank=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("received"), default=timezone.now)
    done_at = models.DateTimeField(_("imported"), null=True, blank=True)
    # Copies are not kept for ever: then nothing is left but that it came.
    erased_at = models.DateTimeField(_("copy erased"), null=True, blank=True)

    objects = SheetImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.file_name

    @property
    def region_code(self) -> str:
        return self.call.region_code


class PurgeQuerySet(models.QuerySet["Purge"]):
    def visible_to(self, user: User | AnonymousUser) -> "PurgeQuerySet":
        access = access_of(user)
        if access.is_national:
            return self
        return self.filter(call__participation__region__in=access.desk_codes)


class Purge(models.Model):
    """Personal data of one kind and call whose time is over: told first, then done."""

    # A key of `startups.retention`.
    kind = models.CharField(_("kind of data"), max_length=20)
    call = models.ForeignKey(
        Call, on_delete=models.CASCADE, related_name="purges", verbose_name=_("call")
    )
    due_on = models.DateField(_("due"))
    announced_at = models.DateTimeField(_("announced"), default=timezone.now)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    # How many there were when it was announced, and how many have been treated.
    count = models.PositiveIntegerField(_("how many"), default=0)
    treated = models.PositiveIntegerField(_("treated"), default=0)

    objects = PurgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_purge_per_kind_call_and_day", fields=["kind", "call", "due_on"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.call} · {self.due_on}"

    @property
    def region_code(self) -> str:
        return self.call.region_code
