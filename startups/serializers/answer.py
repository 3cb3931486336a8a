"""Answers to a region's own questions, as programs read and write them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pavilion.core.access import access_of
from startups import answers
from startups.models import Application, Question
from startups.uploads import files


@extend_schema_field(OpenApiTypes.OBJECT)
class AnswersField(serializers.Field[dict[str, Any], Any, dict[str, Any], Any]):
    """By question key: text, number, date (2030-02-01), true or false, a choice's value, a list of
    values, a list of blocks. Of a file, its name; null takes an answer away.
    """

    stage: str = Question.Stage.NOW

    def get_attribute(self, instance: Application) -> Application:  # type: ignore[override]
        return instance

    def to_representation(self, application: Any) -> dict[str, Any]:
        """The jury reads what is meant for it, the region's desk and the company everything.

        What no longer applies since another answer changed, nobody says any more.
        """
        user = self.context["request"].user
        is_desk = access_of(user).sees_desk(application.region_code)
        is_jury = not is_desk and not application.is_read_as_company(user)
        return {
            answer.question.key: answers.value_of(answer)
            for answer in answers.standing(application.answers.all())
            if answer.question.is_read_by_jury or not is_jury
        }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError("An object of answers by question key is expected.")
        application: Application = self.root.instance  # type: ignore[assignment]
        questions = {
            question.key: question for question in answers.asked(application.call, self.stage)
        }
        wrong: dict[str, Any] = {}
        cleaned = {}
        for key, value in data.items():
            try:
                # What the call does not ask is for the operation to refuse.
                cleaned[key] = checked(questions[key], value) if key in questions else value
            except ValidationError as error:
                wrong[key] = error.messages
        if wrong:
            raise serializers.ValidationError(wrong)
        return cleaned


def checked(question: Question, value: Any) -> Any:
    """The answer as it is kept, checked by the field that people answer it with."""
    if value is None:
        return None
    if question.kind == Question.Kind.FILE:
        raise ValidationError("A file is sent by answer-file.")
    field = answers.form_field(question)
    try:
        raw = answers.to_raw(question, value)
    except (AttributeError, TypeError, ValueError) as error:
        invalid = field.error_messages.get("invalid", forms.Field.default_error_messages)
        raise ValidationError(str(invalid)) from error
    return answers.to_json(field.clean(raw))


class AnswerFileSerializer(serializers.Serializer[Any]):
    question = serializers.SlugField(help_text="The question's key.")
    file = serializers.FileField(help_text="PDF, PNG, JPEG or WebP, 10 MB at most.")

    def validate_file(self, upload: Any) -> Any:
        return files.clean_document(upload)
