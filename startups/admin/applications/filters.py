"""What narrows the list of applications, beside their state and region."""

from typing import Any

from django.contrib import admin
from django.db.models import Avg, Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pavilion.core.access import Access, access_of
from pavilion.core.desk import OfferedFilter
from startups.attention import due
from startups.models import Application, Call, Review


class DueFilter(admin.SimpleListFilter):
    """The same rows as the sentences of the first page."""

    title = _("what is due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("decision", _("A decision")),
            ("new", _("A first reading")),
            ("reviews", _("More reviews")),
            ("correction", _("A correction, overdue")),
            ("soon", _("A confirmation within three days")),
            ("late", _("A confirmation, overdue")),
            ("release", _("A release of what is prepared")),
            ("lapsed", _("Offers that lapsed in the last three days")),
            ("promoted", _("Offers from the waiting list in the last three days")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        condition = due(timezone.now()).get(self.value() or "")
        return queryset.filter(condition) if condition is not None else queryset


class CallFilter(OfferedFilter):
    """The calls of the reader's regions, the newest edition first."""

    title = _("call")
    parameter_name = "call"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        access = access_of(request.user)
        calls = Call.objects.select_related("participation__region", "participation__edition")
        if not access.is_national:
            calls = calls.filter(participation__region__in=access.region_codes)
        calls = calls.order_by(
            "-participation__edition__year", "participation__region__sort_key", "pk"
        )
        return [(str(call.pk), str(call)) for call in calls]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(call=value)


class DepartmentFilter(OfferedFilter):
    """Only those from which somebody applied."""

    title = _("département")
    parameter_name = "department"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rows = Application.objects.received_by(request.user).exclude(department="")
        codes = rows.values_list("department", flat=True).distinct().order_by("department")
        return [(code, code) for code in codes]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(department=value)


class CheckFilter(OfferedFilter):
    title = _("companies register")
    parameter_name = "register"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("Never asked")), *Application.CompanyCheck.choices]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(company_check="" if value == "none" else value)


class ReviewsFilter(OfferedFilter):
    """The jury's progress: a matter of the desk, not of its reviewers."""

    title = _("reviews")
    parameter_name = "reviews"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        if not sees_scores(access_of(request.user)):
            return []
        return [
            ("none", _("None in")),
            ("few", _("Fewer than the call wants")),
            ("done", _("As many as the call wants")),
        ]

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        counted: QuerySet[Any] = queryset.annotate(reviews_in=reviews_done())
        return counted.filter(
            {
                "none": Q(reviews_in=0),
                "few": Q(reviews_in__lt=F("call__reviews_each")),
                "done": Q(reviews_in__gte=F("call__reviews_each")),
            }[value]
        )


def sees_scores(access: Access) -> bool:
    """A jury's scores are its own until they are in: reviewers find theirs on its pages."""
    return access.sees_desks_only


def reviews_done() -> Coalesce:
    """How many reviews of an application are in."""
    done = Review.objects.filter(application=OuterRef("pk"), status=Review.Status.DONE)
    count = done.order_by().values("application").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(count), Value(0))


def reviews_mean() -> Subquery:
    """The mean of an application's reviews, each counting as much."""
    done = Review.objects.filter(application=OuterRef("pk"), status=Review.Status.DONE)
    return Subquery(done.order_by().values("application").annotate(n=Avg("mean")).values("n"))
