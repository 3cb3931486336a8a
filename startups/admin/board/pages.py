"""The rotation board: stands down, half-days across, exhibitors as bars."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from events.models import Edition, HalfDay, Participation
from pavilion.core.access import access_of
from pavilion.core.desk import DeskAdmin
from startups import operations
from startups.admin.board.answers import answered, asked
from startups.admin.board.changes import changes, row_words
from startups.admin.board.technical import TechnicalPages, technical_link
from startups.admin.board.words import words
from startups.floor.board.drawing import Drawing
from startups.floor.board.html import Rows
from startups.floor.board.reading import read_board
from startups.floor.board.steps import TOLD, Undoing, named, told, undoing
from startups.floor.board.sums import in_words
from startups.models import Board, BoardStep

# Pages of other modules about the same plan, shown above the board: each is called with the
# request, the edition and the region's code ("" for all), and answers (label, address) or None.
LINKS: list[Callable[[HttpRequest, Edition, str], tuple[Any, str] | None]] = [technical_link]


@admin.register(Board)
class BoardAdmin(TechnicalPages, DeskAdmin):
    """Not a list of rows: one page for each edition, and what its script asks."""

    may_add = may_change = False
    select = ("edition",)

    def get_urls(self) -> list[URLPattern]:
        pages: dict[str, Callable[..., HttpResponse]] = {
            "": self.board_view,
            "_changes": self.changes_view,
            "_history": self.history_view,
            "_preview": require_POST(self.preview_view),
            "_steps": require_POST(self.steps_view),
            "_undo": require_POST(self.undo_view),
        }
        own = [
            path(
                f"<int:year>/{name[1:]}/" if name else "<int:year>/",
                self.admin_site.admin_view(view),
                name=f"startups_board{name}",
            )
            for name, view in pages.items()
        ]
        return [*own, *super().get_urls()]

    # --- Pages ---

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        edition = Edition.objects.current()
        if edition is None:
            raise Http404
        return self.board_view(request, edition.year)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        board: Any = self.get_object(request, object_id)
        if board is None:
            raise Http404
        return self.board_view(request, board.edition.year)

    def board_view(self, request: HttpRequest, year: int) -> HttpResponse:
        edition, region = self._asked(request, year)
        user: Any = request.user
        access = access_of(user)
        # Before the rows: what changes while they are read comes again with the next look.
        board = _board(edition)
        reading = read_board(edition, region)
        drawing, rows = Drawing(reading, access), Rows(row_words())
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request,
            "admin/startups/board.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Rotation board"),
                "edition": edition,
                "region": region,
                "regions": Participation.objects.filter(edition=edition)
                .select_related("region")
                .order_by("region__sort_key"),
                "manages": access.manages_anything,
                "drawing": drawing,
                "areas": [(area, rows.area(area)) for area in drawing.areas()],
                "waiting": drawing.waiting(),
                "summary": in_words(reading.stays()),
                "links": [found for link in LINKS if (found := link(request, edition, region))],
                "facts": {
                    "serial": board.serial if board else 0,
                    "region": region,
                    "people": drawing.facts(),
                    "halfDays": [
                        {"id": each.pk, "label": each.short_label, "long": str(each)}
                        for each in reading.half_days
                    ],
                    "themes": drawing.themes,
                    "urls": {
                        "exhibitor": reverse("admin:startups_exhibitor_changelist"),
                        **{
                            name: reverse(f"admin:startups_board_{name}", args=[year])
                            for name in ("changes", "preview", "steps", "undo", "history")
                        },
                    },
                    "words": words(),
                    "back": named(undoing(board, user) if board else Undoing()),
                },
            },
        )

    def history_view(self, request: HttpRequest, year: int) -> HttpResponse:
        """The last steps: who, when, what."""
        edition, region = self._asked(request, year)
        user: Any = request.user
        steps = BoardStep.objects.filter(board__edition=edition)
        if region:
            steps = steps.filter(region_code__in=[region, ""])
        steps = steps.select_related("by", "undone_by").order_by("-serial")[:TOLD]
        half_days = HalfDay.objects.filter(edition=edition)
        return TemplateResponse(
            request,
            "admin/startups/_board_history.html",
            {
                "steps": told(list(steps), half_days, access_of(user)),
                "manages": access_of(user).manages_anything,
            },
        )

    # --- What the script asks ---

    def changes_view(self, request: HttpRequest, year: int) -> HttpResponse:
        """What changed after `since`: only those rows, drawn again."""
        edition, region = self._asked(request, year)
        since = _number(request.GET.get("since", "0"))
        return JsonResponse(changes(request, _board(edition), edition, region, since))

    def preview_view(self, request: HttpRequest, year: int) -> HttpResponse:
        """All that a step would touch; nothing is written."""
        edition, _region = self._asked(request, year)
        return answered(request, lambda step: asked(request, edition, step).preview())

    def steps_view(self, request: HttpRequest, year: int) -> HttpResponse:
        """One step. What touches others is shown first, and done when it comes back as sure."""
        edition, region = self._asked(request, year)

        def take(sent: dict[str, Any]) -> dict[str, Any]:
            since = _number(sent.get("since", 0))
            step = asked(request, edition, sent)
            is_sure = sent.get("sure") is True
            if not is_sure and (shown := step.preview())["touches_others"]:
                return {"ask": shown}
            taken = step.take(is_sure=is_sure)
            found = changes(request, _board(edition), edition, region, since)
            return found | {"step": taken and taken.serial}

        return answered(request, take)

    def undo_view(self, request: HttpRequest, year: int) -> HttpResponse:
        """Take a step back, or an undo of it: whose steps they are, the operation says."""
        edition, region = self._asked(request, year)

        def take(sent: dict[str, Any]) -> dict[str, Any]:
            user: Any = request.user
            since = _number(sent.get("since", 0))
            steps = BoardStep.objects.filter(board__edition=edition)
            step = steps.get(pk=_number(sent.get("step", "")))
            taken = operations.undo_step(step_id=step.pk, by=user)
            found = changes(request, _board(edition), edition, region, since)
            return found | {"step": taken.serial}

        return answered(request, take)

    def _asked(self, request: HttpRequest, year: int) -> tuple[Edition, str]:
        """The edition and the region, "" for all. Without a word, one's own region."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        edition = Edition.objects.filter(year=year).first()
        if edition is None:
            raise Http404
        asked_for = request.GET.get("region")
        region = access_of(request.user).only_desk if asked_for is None else asked_for
        if region in ("", "all"):
            return edition, ""
        if Participation.objects.filter(edition=edition, region=region).exists():
            return edition, region
        if asked_for is None:
            return edition, ""
        raise Http404


def _board(edition: Edition) -> Board | None:
    return Board.objects.filter(edition=edition).first()


def _number(value: object) -> int:
    text = str(value)
    if not text.isdecimal() or len(text) > 12:
        raise BadRequest("number")
    return int(text)
