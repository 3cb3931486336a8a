from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StartupsConfig(AppConfig):
    name = "startups"
    verbose_name = _("Exhibitors")

    def ready(self) -> None:
        # Once models are there: jobs are known by name wherever they are promised or run.
        import_module("startups.jobs")
        import_module("startups.receivers")
