"""Rights from memberships, where Django's admin would ask its permission tables."""

from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from pavilion.core.access import Access, access_of
from pavilion.core.models import User

Row = TypeVar("Row", bound=Model)


def access(request: HttpRequest) -> Access:
    return access_of(request.user)


def visible(queryset: QuerySet[Row], user: User | AnonymousUser) -> QuerySet[Row]:
    """What the model lets this user see; models without a rule are every team's."""
    rule = getattr(queryset, "visible_to", None)
    return rule(user) if rule else queryset


class Rights:
    """Who sees, adds and changes the rows of one model.

    `region_path` leads from a row to its region's code ("zone__participation__region_id"). An empty
    path, or a row whose path ends nowhere, is the national team's.
    """

    region_path = ""
    seen_by_reviewers = False
    national_eyes_only = False
    may_add = True
    may_change = True
    may_delete = False

    def region_code(self, row: object) -> str:
        value: Any = row
        for name in self.region_path.split("__"):
            value = getattr(value, name, None) if name else ""
        return str(value or "")

    def manages(self, request: HttpRequest, row: object = None) -> bool:
        """Whether they may act on this row; without one, on some row of this kind."""
        if row is None and self.region_path:
            return access(request).manages_anything
        return access(request).manages(self.region_code(row))

    def is_national_manager(self, request: HttpRequest) -> bool:
        return access(request).manages("")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        rights = access(request)
        if rights.is_national or self.national_eyes_only:
            return rights.is_national
        return bool(rights.region_codes if self.seen_by_reviewers else rights.desk_codes)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_add and self.manages(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and self.manages(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and self.manages(request, obj)
