"""What visitors ask of the programme, and what organisers type beside the drawing."""

from events.forms.programme import ProgrammeFilterForm, region_choices

__all__ = ["ProgrammeFilterForm", "region_choices"]
