"""A call's ranking and balance: who would be in, and what that choice looks like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from startups.admin.calls.pages import CallPages, Tab
from startups.departments import department_label, labels_of
from startups.eligibility import age
from startups.jury import balance, ranking
from startups.jury.ranking import Row
from startups.jury.reading import day_of_ages
from startups.models import Call, Quota, Theme

PER_PAGE = 100
# What a list may be sorted by: words, key, and whether the highest comes first.
SORTS: Mapping[str, tuple[Any, Any]] = {
    "": (gettext_lazy("Mean"), None),
    "spread": (gettext_lazy("Disagreement"), lambda row: -(row.spread or 0)),
    "reviews": (gettext_lazy("Number of reviews"), lambda row: row.done),
    "name": (gettext_lazy("Name"), lambda row: row.file.sort_name),
}


@dataclass
class Selection:
    """What an address asks of the ranking: where the line is, what was ticked, which rows show.

    Everything is in the address: it can be sent to a colleague, and nothing is saved by looking.
    """

    call: Call
    asked: QueryDict

    @cached_property
    def rows(self) -> list[Row]:
        return ranking.rows_of(self.call)

    @property
    def is_simulated(self) -> bool:
        """Whether a line is drawn: always, unless decisions are being prepared or are released."""
        if self.call.released_at is not None:
            return False
        return "cut" in self.asked or not any(row.file.prepared for row in self.rows)

    @cached_property
    def places(self) -> int:
        wanted = self.asked.get("cut", "")
        return int(wanted) if wanted.isdecimal() and len(wanted) < 6 else self.call.places

    @cached_property
    def cut(self) -> ranking.Cut:
        if self.is_simulated:
            return ranking.cut_at(self.rows, self.places)
        return ranking.as_prepared(self.rows)

    @cached_property
    def taken(self) -> set[int]:
        return _keys(self.asked.get("in", ""))

    @cached_property
    def left(self) -> set[int]:
        return _keys(self.asked.get("out", ""))

    @cached_property
    def chosen(self) -> frozenset[int]:
        return ranking.with_changes(self.cut, self.rows, taken=self.taken, left=self.left)

    def flipped(self, pk: int) -> QueryDict:
        """The same address with one file's tick changed."""
        asked = self.asked.copy()
        asked.pop("flip", None)
        taken, left = set(self.taken), set(self.left)
        if pk in self.chosen:
            taken.discard(pk)
            if pk in self.cut.chosen:
                left.add(pk)
        else:
            left.discard(pk)
            if pk not in self.cut.chosen:
                taken.add(pk)
        for name, keys in (("in", taken), ("out", left)):
            asked.pop(name, None)
            if keys:
                asked[name] = ",".join(map(str, sorted(keys)))
        return asked

    @cached_property
    def shown(self) -> list[Row]:
        """The rows the filters let through, in the order asked."""
        theme, department = self.asked.get("theme", ""), self.asked.get("department", "")
        rows = [
            row
            for row in self.rows
            if (not theme or row.file.theme == theme)
            and (not department or row.file.department == department)
        ]
        _label, key = SORTS.get(self.asked.get("sort", ""), SORTS[""])
        return sorted(rows, key=key) if key else rows

    @cached_property
    def page(self) -> "Page[Row]":
        return Paginator(self.shown, PER_PAGE).get_page(self.asked.get("page"))

    @cached_property
    def companies(self) -> list[balance.Company]:
        day = day_of_ages(self.call)
        return [
            balance.Company(
                pk=row.pk,
                department=row.file.department,
                theme=row.file.theme,
                age=None if row.file.founded_on is None else age(row.file.founded_on, day),
                founders=row.file.founders,
                women=row.file.women,
            )
            for row in self.rows
        ]

    @cached_property
    def themes(self) -> dict[str, str]:
        return {theme.pk: str(theme) for theme in Theme.objects.order_by("position", "pk")}

    @cached_property
    def departments(self) -> dict[str, str]:
        return labels_of(self.call.participation.region.departments)

    @cached_property
    def balance(self) -> balance.Balance:
        quotas = Quota.objects.filter(call=self.call).order_by("dimension", "value", "pk")
        return balance.balance_of(
            self.companies,
            self.chosen,
            departments=self.departments,
            themes=self.themes,
            quotas={(quota.dimension, quota.value): quota.least for quota in quotas},
            places=self.call.places,
        )

    @property
    def known_departments(self) -> dict[str, str]:
        """What the filter offers: the region's own, then where else files come from."""
        other = sorted({row.file.department for row in self.rows} - self.departments.keys() - {""})
        return self.departments | {code: department_label(code) for code in other}

    @property
    def script_data(self) -> list[dict[str, Any]]:
        """What a script needs to draw the line and the balance again, best file first."""
        return [
            {
                "id": row.pk,
                "mean": None if row.mean is None else str(row.mean),
                "open": row.is_open,
                "held": row.is_held,
                "prepared": row.file.prepared == "selected",
                "values": company.values,
                "founders": company.founders,
                "women": company.women,
            }
            for row, company in zip(self.rows, self.companies, strict=True)
        ]


class SelectionPages(CallPages):
    def call_urls(self) -> list[URLPattern]:
        return [
            *super().call_urls(),
            self.call_path("ranking", self.ranking_view),
            self.call_path("balance", self.balance_view),
        ]

    def call_links(self, request: HttpRequest, call: Call) -> list[Tab]:
        return [
            *super().call_links(request, call),
            self.tab("ranking", _("Ranking"), call),
            self.tab("balance", _("Balance"), call),
        ]

    def ranking_view(self, request: HttpRequest, call_id: int) -> HttpResponse:
        call = self.desk_call(request, call_id)
        selection = Selection(call, request.GET)
        if (flip := request.GET.get("flip", "")).isdecimal():
            query = selection.flipped(int(flip)).urlencode()
            return redirect(f"{request.path}?{query}#file-{flip}")
        context = self._selection_context(selection)
        return self.call_page(
            request, call, "ranking", "admin/startups/call/ranking.html", **context
        )

    def balance_view(self, request: HttpRequest, call_id: int) -> HttpResponse:
        call = self.desk_call(request, call_id)
        selection = Selection(call, request.GET)
        return self.call_page(
            request,
            call,
            "balance",
            "admin/startups/call/balance.html",
            title=_("Balance"),
            selection=selection,
        )

    def _selection_context(self, selection: Selection) -> dict[str, Any]:
        held = sum(1 for row in selection.rows if row.is_held)
        return {
            "title": _("Ranking"),
            "selection": selection,
            "page_obj": selection.page,
            "rows": _marked(selection),
            "sums": ranking.counts_of_reviews(selection.rows),
            "held": held,
            "sorts": [(key, label) for key, (label, _key) in SORTS.items()],
            "kept": [
                (name, value)
                for name in ("theme", "department", "sort", "cut", "in", "out")
                if (value := selection.asked.get(name))
            ],
        }


def _marked(selection: Selection) -> Sequence[tuple[Row, bool, bool, bool]]:
    """Each row of the page: is it in, does it share its mean across the line, is the line below."""
    is_in_order = not selection.asked.get("sort")
    cut, chosen = selection.cut, selection.chosen
    for row in selection.page:
        row.theme_name = selection.themes.get(row.file.theme, "")
    return [
        (row, row.pk in chosen, row.pk in cut.tied, is_in_order and row.pk == cut.line)
        for row in selection.page
    ]


def _keys(text: str) -> set[int]:
    return {int(each) for each in text.split(",") if each.isdecimal() and len(each) < 19}
