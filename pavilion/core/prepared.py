"""A query of Django's, translated to SQL once: for the few look-ups that have to be cheap."""

from collections.abc import Callable
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

Convert = Callable[[tuple[Any, ...]], tuple[Any, ...]]


class Prepared:
    """The row of `queryset` whose unique column `by` has a value, as a tuple; None without one."""

    def __init__(self, queryset: "QuerySet[Any, Any]", *, by: str) -> None:
        self.queryset = queryset
        self.by = by
        self.translated: dict[str, tuple[str, Convert]] = {}

    def __call__(self, value: str) -> tuple[Any, ...] | None:
        present = connections[DEFAULT_DB_ALIAS]
        known = self.translated.get(present.vendor)
        sql, convert = known or self._translate(present, value)
        with present.cursor() as cursor:
            # By name: Django looks for each %s on its way to SQLite, which costs as much as asking.
            cursor.execute(sql, {"value": value})
            row = cursor.fetchone()
        return row and convert(row)

    def _translate(self, present: BaseDatabaseWrapper, value: str) -> tuple[str, Convert]:
        query = self.queryset.filter(**{self.by: value}).order_by().query
        compiler = query.get_compiler(connection=present)
        sql, parameters = compiler.as_sql()
        if tuple(parameters) != (value,):
            raise ValueError("A prepared query has one parameter.")
        converters = compiler.get_converters([column[0] for column in compiler.select])

        def convert(row: tuple[Any, ...]) -> tuple[Any, ...]:
            values = list(row)
            for place, (functions, expression) in converters.items():
                for function in functions:
                    values[place] = function(values[place], expression, present)
            return tuple(values)

        self.translated[present.vendor] = sql % "%(value)s", convert
        return self.translated[present.vendor]
