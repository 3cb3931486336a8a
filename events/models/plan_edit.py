from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models.venue import Level
from pavilion.core.access import access_of
from pavilion.core.models import User


class PlanEditQuerySet(models.QuerySet["PlanEdit"]):
    def visible_to(self, user: User | AnonymousUser) -> "PlanEditQuerySet":
        """The national team sees every edit, others their own."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self if access_of(user).is_national else self.filter(by=user)


class PlanEdit(models.Model):
    """One edit of a level's drawing, with what it takes to undo it.

    `before` and `after` hold {"stands": {id: values or null}, "zones": {id: values or null}}: null
    where the thing did not exist. An undo is an edit too, that names the one it takes back.
    """

    level = models.ForeignKey(
        Level, on_delete=models.PROTECT, related_name="edits", verbose_name=_("level")
    )
    by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="plan_edits",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    label = models.CharField(_("what"), max_length=250)
    before = models.JSONField(default=dict, editable=False)
    after = models.JSONField(default=dict, editable=False)
    undoes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="undone_by",
        editable=False,
    )

    objects = PlanEditQuerySet.as_manager()

    class Meta:
        verbose_name = _("edit of the plan")
        verbose_name_plural = _("edits of the plan")
        indexes: ClassVar = [models.Index(fields=["level", "by", "at"], name="plan_edit_of_author")]

    def __str__(self) -> str:
        return self.label
