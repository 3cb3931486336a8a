"""Forget what was kept of people, company by company or once its time is over."""

from startups.operations.forgetting.anonymising import (
    StillExhibiting,
    StillUnderWay,
    anonymise_application,
)
from startups.operations.forgetting.purging import purge_personal_data

__all__ = [
    "StillExhibiting",
    "StillUnderWay",
    "anonymise_application",
    "purge_personal_data",
]
