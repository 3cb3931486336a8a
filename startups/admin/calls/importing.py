"""Lists of start-ups coming in as spreadsheets: sent, laid out, compared, written."""

import re
from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from pavilion.core.desk import (
    KEYS,
    KINDS,
    VERBS,
    DeskAdmin,
    Panel,
    RegionFilter,
    region_mark,
    short_moment,
    state_mark,
)
from pavilion.core.downloads import attachment
from pavilion.core.errors import DomainError
from startups.admin.calls.pages import CallPages, Tab
from startups.imports import fields, limits
from startups.imports.cells import shortened
from startups.imports.lines import CHANGED, NEW, PASSED_OVER, REFUSED, SAME
from startups.imports.mapping import columns
from startups.imports.reading import Sheet
from startups.imports.summing_up import summed_up, summed_up_done
from startups.models import Call, SheetImport
from startups.operations import importing

VERBS |= {"application.imported": gettext_lazy("Application entered from a list")}
KINDS |= {
    "startups.entered": gettext_lazy("Notice of an application entered from a list"),
    "startups.corrected": gettext_lazy("Notice of an application changed from a list"),
}
KEYS |= {name: (label, {}) for name, label in fields.OTHERS.items() if name not in KEYS}
PER_PAGE = 50
State = SheetImport.State
SHAPES = {
    State.UPLOADED: "option",
    State.CHECKING: "waiting",
    State.CHECKED: "waiting",
    State.WRITING: "waiting",
    State.DONE: "confirmed",
    State.FAILED: "conflict",
}
KINDS_OF_FILE = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
OUTCOMES = {
    REFUSED: pgettext_lazy("rows of a list", "Refused"),
    NEW: pgettext_lazy("rows of a list", "New"),
    CHANGED: pgettext_lazy("rows of a list", "Changed"),
    SAME: pgettext_lazy("rows of a list", "As in the list already"),
    PASSED_OVER: pgettext_lazy("rows of a list", "Passed over"),
}


class ImportPages(CallPages):
    def call_urls(self) -> list[URLPattern]:
        one = "import/<int:import_id>/"
        return [
            *super().call_urls(),
            self.call_path("import", self.import_view),
            self.call_path("import_report", self.import_report_view, one),
            self.call_path("import_columns", self.import_columns_view, f"{one}columns/"),
            self.call_path("import_write", self.import_write_view, f"{one}write/"),
            self.call_path("import_forget", self.import_forget_view, f"{one}forget/"),
            self.call_path("import_refused", self.import_refused_view, f"{one}refused.<slug:kind>"),
        ]

    def call_links(self, request: HttpRequest, call: Call) -> list[Tab]:
        return [*super().call_links(request, call), self.tab("import", _("Import"), call)]

    # --- Sending a list ---

    def import_view(self, request: HttpRequest, call_id: int) -> HttpResponse:
        call = self.desk_call(request, call_id)
        error = ""
        if request.method == "POST":
            self.ensure_manages(request, call)
            try:
                return redirect(self._receive(request, call))
            except DomainError as refusal:
                error = str(refusal)
        earlier = self._imports(request, call).defer("report").order_by("-created_at", "-pk")
        return self.call_page(
            request,
            call,
            "import",
            "admin/startups/call/import.html",
            title=_("Import a list"),
            error=error,
            most=limits.FILE_BYTES // 1024**2,
            most_rows=limits.ROWS,
            earlier=[
                {"row": row, "mark": _mark(row)}
                for row in earlier.select_related("created_by")[:20]
            ],
        )

    def _receive(self, request: HttpRequest, call: Call) -> str:
        upload: Any = request.FILES.get("file")
        if upload is None:
            raise importing.NoFile(_("Choose the file first."))
        sheet_import = importing.receive_sheet(
            call_id=call.pk,
            file=upload,
            file_name=upload.name,
            size=upload.size,
            by=request.user,  # type: ignore[arg-type]  # signed in: the admin asked
        )
        return _url("columns", sheet_import)

    # --- Which columns ---

    def import_columns_view(
        self, request: HttpRequest, call_id: int, import_id: int
    ) -> HttpResponse:
        call, sheet_import = self._managed(request, call_id, import_id)
        is_over = sheet_import.state == State.DONE or not sheet_import.file
        if is_over or importing.is_busy(sheet_import):
            return redirect(_url("report", sheet_import))
        error, chosen = "", sheet_import.mapping
        if request.method == "POST":
            chosen = {
                name.removeprefix("column-"): value
                for name, value in request.POST.items()
                if name.startswith("column-") and isinstance(value, str)
            }
            try:
                return self._lay_out(request, sheet_import, chosen)
            except DomainError as refusal:
                error = str(refusal)
        sheet = importing.described_sheet(sheet_import)
        header_row = sheet_import.header_row or 0
        return self.call_page(
            request,
            call,
            "import",
            "admin/startups/call/import_columns.html",
            title=_("What the columns hold"),
            sheet_import=sheet_import,
            sheets=_sheets(sheet_import),
            sheet=sheet,
            header_row=header_row,
            header_rows=_header_rows(sheet),
            columns=[
                {"column": column, "field": chosen.get(str(column.index), "")}
                for column in columns(sheet, header_row)
            ],
            fields=[(name, _capital(fields.label(name))) for name in fields.NAMES],
            count=sum(number > header_row for number, _row in sheet.first)
            + max(0, sheet.rows - len(sheet.first)),
            error=error,
        )

    def _lay_out(
        self, request: HttpRequest, sheet_import: SheetImport, chosen: dict[str, str]
    ) -> HttpResponse:
        by: Any = request.user
        asked = request.POST
        if "again" in asked:  # another sheet or another row: the columns are proposed anew
            wanted = asked.get("sheet", sheet_import.sheet)
            is_other = wanted != sheet_import.sheet
            row = asked.get("header_row", "")
            importing.lay_out_sheet(
                import_id=sheet_import.pk,
                sheet=wanted,
                header_row=_number(row) if row and not is_other else None,
                by=by,
            )
            return redirect(_url("columns", sheet_import))
        mapping = {_number(column): name for column, name in chosen.items()}
        importing.lay_out_sheet(
            import_id=sheet_import.pk,
            sheet=sheet_import.sheet,
            header_row=sheet_import.header_row or 0,
            mapping=mapping,
            by=by,
        )
        job = importing.ask_comparison(import_id=sheet_import.pk, by=by)
        return redirect("admin:core_job_change", job.pk)

    # --- What would change, or did ---

    def import_report_view(
        self, request: HttpRequest, call_id: int, import_id: int
    ) -> HttpResponse:
        call = self.desk_call(request, call_id)
        sheet_import = self._one(request, call, import_id)
        if importing.is_busy(sheet_import) and sheet_import.job:
            context: dict[str, Any] = {"job": sheet_import.job}
        elif not sheet_import.file:
            context = {"is_erased": True}
        elif sheet_import.state in (State.CHECKED, State.DONE):
            context = _reported(request, sheet_import)
        elif self.manages(request, call):
            return redirect(_url("columns", sheet_import))
        else:
            context = {}
        return self.call_page(
            request,
            call,
            "import",
            "admin/startups/call/import_report.html",
            title=sheet_import.file_name,
            sheet_import=sheet_import,
            mark=_mark(sheet_import),
            **context,
        )

    def import_write_view(self, request: HttpRequest, call_id: int, import_id: int) -> HttpResponse:
        _call, sheet_import = self._managed(request, call_id, import_id)
        if request.method == "POST":
            try:
                job = importing.ask_import(
                    import_id=sheet_import.pk,
                    leave_out_refused="leave_out_refused" in request.POST,
                    by=request.user,  # type: ignore[arg-type]  # signed in: the admin asked
                )
            except DomainError as refusal:
                messages.error(request, str(refusal))
            else:
                return redirect("admin:core_job_change", job.pk)
        return redirect(_url("report", sheet_import))

    def import_forget_view(
        self, request: HttpRequest, call_id: int, import_id: int
    ) -> HttpResponse:
        call, sheet_import = self._managed(request, call_id, import_id)
        if request.method == "POST":
            try:
                importing.forget_sheet(
                    import_id=sheet_import.pk,
                    by=request.user,  # type: ignore[arg-type]  # signed in: the admin asked
                )
            except DomainError as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, _("The list is thrown away. Nothing of it was written."))
                return redirect("admin:startups_call_import", call.pk)
        return redirect(_url("report", sheet_import))

    def import_refused_view(
        self, request: HttpRequest, call_id: int, import_id: int, kind: str
    ) -> HttpResponseBase:
        call = self.desk_call(request, call_id)
        sheet_import = self._one(request, call, import_id)
        if kind not in KINDS_OF_FILE or not sheet_import.refused:
            raise Http404
        return refused_file(sheet_import, kind)

    # --- Rows ---

    def _imports(self, request: HttpRequest, call: Call) -> QuerySet[SheetImport]:
        return SheetImport.objects.visible_to(request.user).filter(call=call)

    def _one(self, request: HttpRequest, call: Call, import_id: int) -> SheetImport:
        rows = self._imports(request, call).select_related("call__participation", "job")
        sheet_import = rows.filter(pk=import_id).first()
        if sheet_import is None:
            raise Http404
        return sheet_import

    def _managed(
        self, request: HttpRequest, call_id: int, import_id: int
    ) -> tuple[Call, SheetImport]:
        call = self.managed_call(request, call_id)
        return call, self._one(request, call, import_id)


def _number(text: str) -> int:
    """Of a row or a column, as our own page sends it."""
    if not (text.isdecimal() and len(text) < 10):
        raise Http404
    return int(text)


def refused_file(sheet_import: SheetImport, kind: str) -> FileResponse:
    content = importing.refused_list(sheet_import, kind)
    stem = re.sub(r"\.\w+$", "", sheet_import.file_name)
    name = _("%(file)s – rows to mend.%(kind)s") % {"file": stem, "kind": kind}
    return attachment(content, name, KINDS_OF_FILE[kind])


def _reported(request: HttpRequest, sheet_import: SheetImport) -> dict[str, Any]:
    report = sheet_import.report
    counts = report["counts"]
    is_done = sheet_import.state == State.DONE
    first = next((each for each in OUTCOMES if counts.get(each)), NEW)
    shown = request.GET.get("show", first)
    shown = shown if shown in OUTCOMES else first
    rows = [row for row in report["rows"] if row["outcome"] == shown]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "summary": (summed_up_done if is_done else summed_up)(counts),
        "counts": counts,
        "to_write": counts[NEW] + counts[CHANGED],
        "outcomes": [(key, label, counts.get(key, 0)) for key, label in OUTCOMES.items()],
        "shown": shown,
        "page_obj": page,
        "rows": [{**row, "lines": _lines(row)} for row in page],
        "is_done": is_done,
    }


def _lines(row: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(each["label"], each["before"], each["after"]) for each in row.get("changes", ())]


def _sheets(sheet_import: SheetImport) -> list[dict[str, Any]]:
    return [sheet for sheet in sheet_import.report["sheets"] if sheet["rows"]]


def _header_rows(sheet: Sheet) -> Sequence[tuple[int, str]]:
    """The rows that may be the headings, each by its beginning."""
    choices = []
    for number, row in sheet.first[:20]:
        cells = [shortened(cell, 24) for cell in row if shortened(cell)]
        more = " …" if len(cells) > 5 else ""
        choices.append((number, " · ".join(cells[:5]) + more))
    return choices


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _url(page: str, sheet_import: SheetImport) -> str:
    return reverse(
        f"admin:startups_call_import_{page}", args=[sheet_import.call_id, sheet_import.pk]
    )


def _mark(sheet_import: SheetImport) -> SafeString:
    return state_mark(SHAPES[State(sheet_import.state)], sheet_import.get_state_display())


@admin.register(SheetImport)
class SheetImportAdmin(DeskAdmin):
    """What came in from lists, to look up; the call's own pages do the rest."""

    region_path = "call__participation__region_id"
    may_add = may_change = False
    list_display = ("file_name", "region", "mark", "created_by", "received", "imported")
    list_filter = ("state", RegionFilter, "call__participation__edition")
    search_fields = ("file_name",)
    select = ("call__participation__region", "call__participation__edition", "created_by")
    ordering = ("-created_at", "-pk")
    fields = ("file_name", "region", "mark", "created_by", "received", "imported")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.defer("report")  # as long as the list itself

    def panels(self, request: HttpRequest, row: SheetImport) -> list[Panel]:
        page = {"url": _url("report", row)}
        return [Panel(_("Its rows"), "admin/startups/call/_import_link.html", page)]

    @admin.display(description=gettext_lazy("region"))
    def region(self, row: SheetImport) -> SafeString:
        return region_mark(row.region_code, row.call.participation.region)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def mark(self, row: SheetImport) -> SafeString:
        return _mark(row)

    @admin.display(description=gettext_lazy("received"), ordering="created_at")
    def received(self, row: SheetImport) -> str:
        return short_moment(row.created_at)

    @admin.display(description=gettext_lazy("imported"), ordering="done_at")
    def imported(self, row: SheetImport) -> str:
        return short_moment(row.done_at)
