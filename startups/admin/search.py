from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from pavilion.core.text import fold


class FoldedSearch:
    """For lists whose search fields are stored folded: what is typed is folded too."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        rows: tuple[QuerySet[Any], bool] = super().get_search_results(  # type: ignore[misc]
            request, queryset, fold(search_term)
        )
        return rows
