from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin.apps import SimpleAdminConfig
from django.urls import register_converter
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from pavilion.core.converters import CONVERTERS


class CoreConfig(AppConfig):
    name = "pavilion.core"
    label = "core"
    verbose_name = _("Mail and team")
    default = True

    def ready(self) -> None:
        # Before any app's addresses are read.
        for name, converter in CONVERTERS.items():
            register_converter(converter, name)


class AdminConfig(SimpleAdminConfig):
    """Django's admin, served by our own site class."""

    default = False
    default_site = "pavilion.core.site.PavilionAdminSite"

    def ready(self) -> None:
        super().ready()
        autodiscover_modules("admin", register_to=admin.site)
