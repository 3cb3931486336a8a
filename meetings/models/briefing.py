from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting
from pavilion.core.models import User


class BriefingQuerySet(models.QuerySet["Briefing"]):
    def visible_to(self, user: User | AnonymousUser) -> "BriefingQuerySet":
        """Those named and whoever wrote it; nobody else, not even the national team."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.filter(Q(readers=user) | Q(author=user)).distinct()


class Briefing(models.Model):
    """The note and the talking points of a meeting: for named people only, never in a calendar."""

    meeting = models.OneToOneField(
        Meeting, on_delete=models.PROTECT, related_name="briefing", verbose_name=_("meeting")
    )
    note = models.TextField(_("briefing note"), blank=True)
    talking_points = models.TextField(_("talking points"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("author"),
    )
    readers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="briefings", verbose_name=_("readers"), blank=True
    )
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)

    objects = BriefingQuerySet.as_manager()

    class Meta:
        verbose_name = _("briefing")
        verbose_name_plural = _("briefings")

    def __str__(self) -> str:
        return str(self.meeting)
