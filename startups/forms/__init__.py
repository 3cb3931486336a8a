"""What companies type: to begin, to find their application again, and the application itself."""

from startups.forms.application import StepForm
from startups.forms.entry import BeginForm, CodeForm, LateBeginForm, ResumeForm

__all__ = ["BeginForm", "CodeForm", "LateBeginForm", "ResumeForm", "StepForm"]
