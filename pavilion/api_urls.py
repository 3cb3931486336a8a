"""Every address of the API: its resources under /api/v1/, their description beside them."""

from typing import Any, ClassVar

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.urls import include, path
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.routers import APIRootView, DefaultRouter
from rest_framework.viewsets import ViewSetMixin

from events.api import edition, plan, programme, venue
from meetings.api import briefing, feeds, incoming, meeting, people, request, run_sheets, times
from pavilion.core import desk_api, filters_api, jobs_api, outbox_api
from startups.api import (
    announcing,
    application,
    board,
    call,
    decision,
    exhibitor,
    importing,
    preparation,
    proposal,
    review,
    shaping,
    swapping,
)

RESOURCES: dict[str, type[ViewSetMixin]] = {
    "editions": edition.EditionViewSet,
    "regions": edition.RegionViewSet,
    "participations": edition.ParticipationViewSet,
    "days": edition.DayViewSet,
    "half-days": edition.HalfDayViewSet,
    "halls": venue.HallViewSet,
    "levels": venue.LevelViewSet,
    "zones": venue.ZoneViewSet,
    "stands": venue.StandViewSet,
    "plan-edits": plan.PlanEditViewSet,
    "rooms": venue.RoomViewSet,
    "sessions": programme.SessionViewSet,
    "themes": call.ThemeViewSet,
    "calls": call.CallViewSet,
    "questions": shaping.QuestionViewSet,
    "criteria": shaping.CriterionViewSet,
    "quotas": shaping.QuotaViewSet,
    "late-codes": shaping.LateCodeViewSet,
    "deadlines": shaping.DeadlineViewSet,
    "applications": application.ApplicationViewSet,
    "decisions": decision.DecisionViewSet,
    "imports": importing.ImportViewSet,
    "reviews": review.ReviewViewSet,
    "exhibitors": exhibitor.ExhibitorViewSet,
    "allocations": exhibitor.AllocationViewSet,
    "published-allocations": announcing.PublishedAllocationViewSet,
    "plan-versions": announcing.PlanVersionViewSet,
    "board-steps": board.BoardStepViewSet,
    "stand-holds": board.StandHoldViewSet,
    "proposals": proposal.ProposalViewSet,
    "floor-rules": proposal.FloorRulesViewSet,
    "badges": preparation.BadgeViewSet,
    "swaps": swapping.SwapViewSet,
    "absences": swapping.AbsenceViewSet,
    "offers": swapping.OfferViewSet,
    "offices": people.OfficeViewSet,
    "people": people.PersonViewSet,
    "office-holders": people.HolderViewSet,
    "secretariats": people.SecretariatViewSet,
    "availabilities": people.AvailabilityViewSet,
    "delegations": people.DelegationViewSet,
    "meeting-requests": request.RequestViewSet,
    "meetings": meeting.MeetingViewSet,
    "participants": meeting.ParticipantViewSet,
    "visits": meeting.VisitViewSet,
    "incoming-mail": incoming.IncomingMailViewSet,
    "chases": incoming.ChaseViewSet,
    "contact-notes": incoming.ContactNoteViewSet,
    "feeds": feeds.FeedViewSet,
    "briefings": briefing.BriefingViewSet,
    "run-sheets": run_sheets.RunSheetViewSet,
    "messages": outbox_api.MessageViewSet,
    "mail-policies": outbox_api.MailPolicyViewSet,
    "activity": desk_api.ActivityViewSet,
    "jobs": jobs_api.JobViewSet,
    "saved-filters": filters_api.SavedFilterViewSet,
}


class RootView(APIRootView):
    """Everything the API has; each resource says who may read it."""

    permission_classes = (AllowAny,)


class RememberedSchema(SchemaGenerator):
    """Described once a process and language: it takes seconds, and anybody may ask."""

    _described: ClassVar[dict[str, Any]] = {}

    def get_schema(self, request: Request | None = None, public: bool = False) -> Any:
        """What the public may read; described per request for anybody else."""
        if not public:
            return super().get_schema(request, public)  # type: ignore[no-untyped-call]
        language = get_language() or ""
        if language not in self._described:
            self._described[language] = super().get_schema(request, public)  # type: ignore[no-untyped-call]
        return self._described[language]


router = DefaultRouter()
router.APIRootView = RootView
router.include_format_suffixes = False
for prefix, viewset in RESOURCES.items():
    router.register(prefix, viewset)

# Swagger UI styles its page from within; its scripts are our own files.
docs = csp_replace({"style-src": [SELF, UNSAFE_INLINE]})(
    SpectacularSwaggerSplitView.as_view(url_name="api:schema")
)

app_name = "api"

urlpatterns = [
    # Before the router's own addresses, which would take "times" for the key of a meeting.
    path("v1/meetings/times/", times.TimesView.as_view(), name="meeting-times"),
    path("v1/", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(generator_class=RememberedSchema), name="schema"),
    path("docs/", docs, name="docs"),
]
