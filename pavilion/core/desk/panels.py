from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Panel:
    """A part of a detail page that is no form: a table, a list, a preview."""

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
