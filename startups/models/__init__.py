"""The exhibitors: how companies apply, are chosen, and get a stand by half-day."""

from startups.models.application import Application, Headcount
from startups.models.call import Call, Theme
from startups.models.exhibitor import Allocation, Exhibitor

__all__ = ["Allocation", "Application", "Call", "Exhibitor", "Headcount", "Theme"]
