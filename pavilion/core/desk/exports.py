"""Any list of the desk as a spreadsheet: every row that matches, as its reader may see it."""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from html import unescape
from tempfile import TemporaryFile
from typing import IO, Any

from django.contrib import messages
from django.contrib.admin import site
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin

from pavilion.core import activity, jobs
from pavilion.core.desk.history import KEYS, VERBS
from pavilion.core.desk.rights import access
from pavilion.core.desk.stand_in import request_of
from pavilion.core.downloads import attachment
from pavilion.core.models import Job, User
from pavilion.core.tables import Column, write_csv, write_xlsx

VERBS |= {"list.exported": gettext_lazy("List exported")}
KEYS |= {
    "list": (gettext_lazy("list"), {}),
    "rows": (gettext_lazy("rows"), {}),
    "format": (gettext_lazy("format"), {}),
    "filter": (gettext_lazy("filter"), {}),
}
KIND = "desk.export"
FORMATS = ("xlsx", "csv")
# Whoever clicks waits for so many rows; more are a job.
AT_ONCE = 2000
# Rows that are read, with what belongs to them, before they are written.
PIECE = 500
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


class Exports(ModelAdmin):
    """A ModelAdmin whose list can be taken away."""

    # Without them, the list's own columns as plain text.
    export_columns: tuple[Column, ...] = ()

    def get_export_columns(self, request: HttpRequest, changelist: Any) -> Sequence[Column]:
        """May add to `changelist.queryset` what the columns read."""
        return self.export_columns or tuple(listed_columns(self, changelist))

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        own = path("export/", self.admin_site.admin_view(self.export_view), name=name)
        return [own, *super().get_urls()]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """POST, since it is noted who took what; the address narrows as the list's own does."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        here = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        back = f"{here}?{request.GET.urlencode()}"
        format = request.POST.get("format", "")
        if request.method != "POST" or format not in FORMATS:
            return redirect(back)
        try:
            changelist = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return redirect(here)
        if changelist.result_count > AT_ONCE:
            return redirect("admin:core_job_change", _promise(self, request, format, changelist))
        content = io.BytesIO()
        count = write(self, request, changelist, format, content)
        if not count:
            messages.warning(request, _("No row matches: there is nothing to export."))
            return redirect(back)
        note(self, request, format, count)
        content.seek(0)
        return attachment(content, file_name(self, format), TYPES[format])


TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def listed_columns(model_admin: ModelAdmin, changelist: Any) -> Iterable[Column]:
    """The columns of the list as it is shown, their marks and breaks as plain text."""
    for name in changelist.list_display:
        if name == "action_checkbox":
            continue
        label = label_for_field(name, model_admin.model, model_admin)
        value = partial(listed_value, model_admin, name)
        yield Column(capfirst(str(label)), value)


def listed_value(model_admin: ModelAdmin, name: Any, row: Any) -> Any:
    try:
        field, _attribute, value = lookup_field(name, row, model_admin)
    except ObjectDoesNotExist:
        return None
    if field is not None:
        if field.remote_field:
            return str(getattr(row, field.name) or "")
        if field.flatchoices:
            return dict(field.flatchoices).get(value, value)
        return value
    return plain(value) if isinstance(value, SafeString) else value


def plain(html: str) -> str:
    return unescape(strip_tags(_BREAK.sub("\n", html))).strip()


def write(
    model_admin: Exports,
    request: HttpRequest,
    changelist: Any,
    format: str,
    stream: IO[bytes],
    tell: Callable[[int], None] = lambda done: None,
) -> int:
    columns = model_admin.get_export_columns(request, changelist)
    rows = _counted(changelist.queryset.iterator(chunk_size=PIECE), tell)
    if format == "csv":
        return write_csv(stream, columns, rows)
    return write_xlsx(stream, title(model_admin), columns, rows)


def _counted(rows: Iterable[Any], tell: Callable[[int], None]) -> Iterator[Any]:
    for number, row in enumerate(rows, 1):
        yield row
        tell(number)


def title(model_admin: ModelAdmin) -> str:
    return str(capfirst(model_admin.opts.verbose_name_plural))


def file_name(model_admin: ModelAdmin, format: str) -> str:
    return f"{slugify(title(model_admin))}-{timezone.localdate():%Y-%m-%d}.{format}"


def note(model_admin: ModelAdmin, request: HttpRequest, format: str, count: int) -> None:
    by: Any = request.user
    seen = access(request)
    codes = seen.region_codes
    activity.record(
        by=by,
        verb="list.exported",
        target=by,
        # A team reads what its own members took away.
        region_code=codes[0] if len(codes) == 1 and not seen.is_national else "",
        after={
            "list": title(model_admin),
            "rows": count,
            "format": format.upper(),
            "filter": request.GET.urlencode(),
        },
    )


# --- Long lists, by a worker ---


def _promise(model_admin: Exports, request: HttpRequest, format: str, changelist: Any) -> int:
    by: Any = request.user
    words = {"list": title(model_admin), "format": format.upper()}
    with transaction.atomic():
        job = jobs.promise(
            kind=KIND,
            label=_("Export of a list: %(list)s (%(format)s)") % words,
            by=by,
            arguments={
                "model": model_admin.opts.label_lower,
                "query": request.GET.urlencode(),
                "format": format,
            },
            total=changelist.result_count,
        )
    return job.pk


@jobs.register(KIND)
def export(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """What the reader may see now, whatever it was when they asked."""
    by: User | None = job.by
    if by is None:
        raise PermissionDenied
    model_admin = admin_of(job.arguments["model"])
    format = job.arguments["format"]
    request = request_of(by, query=job.arguments["query"])
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    changelist = model_admin.get_changelist_instance(request)
    progress.begin(changelist.result_count)
    with TemporaryFile() as content:
        count = write(model_admin, request, changelist, format, content, progress.advance)
        note(model_admin, request, format, count)
        content.seek(0)
        progress.keep(file_name(model_admin, format), content.read())
    sentence = ngettext("%(count)d row is in the file.", "%(count)d rows are in the file.", count)
    return {"sentence": sentence % {"count": count}, "count": count}


def admin_of(label: str) -> Any:
    """The admin of "startups.application"."""
    for model, model_admin in site._registry.items():
        if model._meta.label_lower == label:
            return model_admin
    raise LookupError(label)
