from rest_framework.filters import SearchFilter
from rest_framework.request import Request

from pavilion.core.resources import Resource
from pavilion.core.text import fold


class FoldedSearch(SearchFilter):
    """For lists whose search fields are stored folded: what is asked is folded too."""

    def get_search_terms(self, request: Request) -> list[str]:
        return [fold(term) for term in super().get_search_terms(request)]


FOLDED_BACKENDS = tuple(
    FoldedSearch if backend is SearchFilter else backend for backend in Resource.filter_backends
)
