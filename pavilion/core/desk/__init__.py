"""The organisers' desk: what every app's admin is made of."""

from pavilion.core.desk import bulk, regions
from pavilion.core.desk.filters import CodeFilter, OfferedFilter, RegionFilter
from pavilion.core.desk.history import KEYS, KINDS, ROWS, VERBS
from pavilion.core.desk.inlines import DeskInline
from pavilion.core.desk.items import Item, present
from pavilion.core.desk.marks import facts, region_mark, state_mark
from pavilion.core.desk.model_admin import DeskAdmin
from pavilion.core.desk.moments import short_day, short_moment, short_span
from pavilion.core.desk.panels import Panel
from pavilion.core.desk.rights import visible
from pavilion.core.desk.step_forms import (
    OptionalReasonForm,
    ReasonForm,
    StepForm,
    WhenForm,
    moment_field,
)
from pavilion.core.desk.steps import Step
from pavilion.core.tables import Column

__all__ = [
    "KEYS",
    "KINDS",
    "ROWS",
    "VERBS",
    "CodeFilter",
    "Column",
    "DeskAdmin",
    "DeskInline",
    "Item",
    "OfferedFilter",
    "OptionalReasonForm",
    "Panel",
    "ReasonForm",
    "RegionFilter",
    "Step",
    "StepForm",
    "WhenForm",
    "bulk",
    "facts",
    "moment_field",
    "present",
    "region_mark",
    "regions",
    "short_day",
    "short_moment",
    "short_span",
    "state_mark",
    "visible",
]
