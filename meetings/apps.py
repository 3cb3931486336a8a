from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("The delegation")

    def ready(self) -> None:
        # Jobs are known by name wherever they are promised or run.
        import_module("meetings.jobs")
        import_module("meetings.receivers")
