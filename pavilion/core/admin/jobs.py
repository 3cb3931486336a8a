"""Work under way: how far it is, what came of it, the file it made."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import quote, unquote
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from pavilion.core.desk import DeskAdmin, OfferedFilter, short_moment, state_mark
from pavilion.core.downloads import attachment
from pavilion.core.models import Job

State = Job.State
SHAPES = {
    State.QUEUED: "option",
    State.RUNNING: "waiting",
    State.DONE: "held",
    State.FAILED: "conflict",
}


class OwnFilter(OfferedFilter):
    """Regional teams see their own only; the national team narrows to its own."""

    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        self.reader = request.user
        return [("mine", _("My jobs"))]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(by=self.reader)


@admin.register(Job)
class JobAdmin(DeskAdmin):
    seen_by_reviewers = True
    may_add = may_change = False
    list_display = ("label", "mark", "how_far", "by", "asked_for", "over")
    list_filter = (OwnFilter, "state")
    search_fields = ("label",)
    select = ("by",)
    ordering = ("-created_at", "-pk")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/progress/", view(self.progress_view), name="core_job_progress"),
            path("<int:pk>/file/", view(self.file_view), name="core_job_file"),
            *super().get_urls(),
        ]

    def _job(self, request: HttpRequest, pk: object) -> Job:
        job: Job | None = self.get_object(request, str(pk))
        if job is None:
            raise Http404
        return job

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        job = self._job(request, unquote(object_id))
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": job.label,
            "job": job,
            "mark": self.mark(job),
            "percent": percent(job),
            "is_over": is_over(job),
            "progress_url": reverse("admin:core_job_progress", args=[quote(job.pk)]),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/core/job.html", context)

    def progress_view(self, request: HttpRequest, pk: int) -> JsonResponse:
        """What the page's script asks for every second."""
        job = self._job(request, pk)
        told = {
            "state": job.state,
            "state_label": job.get_state_display(),
            "done": job.done,
            "total": job.total,
            "percent": percent(job),
            "is_over": is_over(job),
        }
        return JsonResponse(told, headers={"Cache-Control": "no-store"})

    def file_view(self, request: HttpRequest, pk: int) -> FileResponse:
        job = self._job(request, pk)
        if not job.file:
            raise Http404
        return attachment(job.file.open("rb"), job.file_name)

    @admin.display(description=_("state"), ordering="state")
    def mark(self, job: Job) -> SafeString:
        return state_mark(SHAPES[State(job.state)], job.get_state_display())

    @admin.display(description=_("progress"))
    def how_far(self, job: Job) -> str:
        return f"{job.done} / {job.total}" if job.total else ""

    @admin.display(description=_("asked for"), ordering="created_at")
    def asked_for(self, job: Job) -> str:
        return short_moment(job.created_at)

    @admin.display(description=_("finished"), ordering="finished_at")
    def over(self, job: Job) -> str:
        return short_moment(job.finished_at)


def is_over(job: Job) -> bool:
    return job.state in (State.DONE, State.FAILED)


def percent(job: Job) -> int:
    return min(100, 100 * job.done // job.total) if job.total else 0
