"""What companies type: to begin, to find their application again, and the application itself."""

from startups.forms.application import StepForm, label_of
from startups.forms.entry import BeginForm, CodeForm, LateBeginForm, ResumeForm
from startups.forms.posted import Posted
from startups.forms.rows import Row, rows, told

__all__ = [
    "BeginForm",
    "CodeForm",
    "LateBeginForm",
    "Posted",
    "ResumeForm",
    "Row",
    "StepForm",
    "label_of",
    "rows",
    "told",
]
