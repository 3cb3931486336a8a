"""What applicants write beyond the columns of an application."""

from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pavilion.core import tokens
from pavilion.core.access import access_of
from pavilion.core.models import User
from startups.models.application import Application
from startups.models.shaping import Question


def answer_path(answer: "Answer", filename: str) -> str:
    """Under the application's public id; the name it was sent under is kept beside, as text."""
    suffix = filename.rsplit(".", 1)[-1].lower()[:5] if "." in filename else "bin"
    return f"answers/{answer.application.public_id}/{tokens.new_public_id()}.{suffix}"


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, user: User | AnonymousUser) -> "AnswerQuerySet":
        """With the application: all of them for its region's desk and its own contact.

        The jury reads what its questions were meant for, of what the application asks.
        """
        answers = self.filter(application__in=Application.objects.visible_to(user))
        access = access_of(user)
        if access.is_national or isinstance(user, AnonymousUser):
            return answers
        desk = Q(application__call__participation__region__in=access.desk_codes)
        own = Q(application__contact_email__iexact=user.email)
        jury = Q(
            question__is_for_jury=True,
            question__is_active=True,
            question__stage=Question.Stage.NOW,
        )
        return answers.filter(desk | own | jury)


class Answer(models.Model):
    """The answer of one application to one question; its value's shape follows the kind.

    Text and long text: a string. Number: a number. Date: "2030-02-01". Yes or no: true or false.
    One choice: its value. Several: a list of values. Repeated block: a list of objects by part
    key. A file: null here, with `file`.
    """

    application = models.ForeignKey(
        Application,
        on_delete=models.CASCADE,
        related_name="answers",
        verbose_name=_("application"),
    )
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="answers", verbose_name=_("question")
    )
    value = models.JSONField(_("value"), null=True, blank=True)
    file = models.FileField(_("file"), upload_to=answer_path, blank=True)
    file_name = models.CharField(_("name of the file"), max_length=200, blank=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_answer_per_application_and_question",
                fields=["application", "question"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} · {self.question}"


class ResumeCode(models.Model):
    """A short code mailed to the contact, to go on on a device that has no mail. Used once."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="resume_codes"
    )
    # A keyed digest: the code itself is in the mail only.
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("resume code")
        verbose_name_plural = _("resume codes")
        indexes: ClassVar = [models.Index(fields=["application", "expires_at"], name="resume_code")]

    def __str__(self) -> str:
        return str(self.application)
