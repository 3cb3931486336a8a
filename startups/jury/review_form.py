"""The scoring sheet: one choice of scores for each criterion of the call, and a comment."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from startups.models import Criterion, Review
from startups.operations.judging.reviewing import COMMENT_LENGTH


class ReviewForm(forms.Form):
    """Nothing is required: what is given is kept, handing in asks for the rest."""

    comment = forms.CharField(
        label=_("Comment"),
        help_text=_("For the jury and the region’s team; never sent to the company."),
        widget=forms.Textarea(attrs={"rows": 5, "aria-keyshortcuts": "c"}),
        max_length=COMMENT_LENGTH,
        required=False,
    )

    def __init__(
        self, *args: Any, review: Review, criteria: Iterable[Criterion], **kwargs: Any
    ) -> None:
        given = {score.criterion_id: score.value for score in review.scores.all()}
        kwargs["initial"] = {"comment": review.comment} | {
            _name(criterion): given.get(criterion.pk) for criterion in criteria
        }
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        for criterion in self.criteria:
            self.fields[_name(criterion)] = forms.TypedChoiceField(
                label=str(criterion),
                choices=[(value, str(value)) for value in range(criterion.max_score + 1)],
                coerce=int,
                empty_value=None,
                widget=forms.RadioSelect,
                required=False,
            )

    def sheet(self) -> Iterator[tuple[Criterion, forms.BoundField]]:
        for criterion in self.criteria:
            yield criterion, self[_name(criterion)]

    @property
    def scores(self) -> dict[int, int]:
        """What was given, by criterion."""
        values = {
            criterion.pk: self.cleaned_data.get(_name(criterion)) for criterion in self.criteria
        }
        return {pk: value for pk, value in values.items() if value is not None}


def _name(criterion: Criterion) -> str:
    return f"criterion_{criterion.pk}"
