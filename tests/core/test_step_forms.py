from datetime import UTC, datetime

import pytest
from django.utils import translation
from rest_framework.exceptions import ValidationError

from pavilion.core.desk import WhenForm
from pavilion.core.resources import PeriodSerializer


def form(**values) -> WhenForm:
    return WhenForm(
        {"day": "2030-03-31", "starts": "01:30", "ends": "03:30"} | values, request=None
    )


def test_a_time_is_paris_time():
    valid = form(day="2030-06-12")

    assert valid.is_valid()
    assert valid.cleaned_data["starts_at"] == datetime(2030, 6, 11, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", ["starts", "ends"])
def test_a_time_that_the_clocks_jump_over_is_refused(name):
    with translation.override("en"):
        assert form(**{name: "02:30"}).errors == {
            name: ["The clocks go forward: this time does not exist on that day."]
        }


def test_in_the_hour_that_autumn_repeats_the_first_one_is_meant():
    valid = form(day="2030-10-27", starts="02:30", ends="03:00")

    assert valid.is_valid()
    start = valid.cleaned_data["starts_at"].astimezone(UTC)
    assert start == datetime(2030, 10, 27, 0, 30, tzinfo=UTC)


def test_an_end_before_the_start_is_refused():
    with translation.override("en"):
        assert form(ends="01:30").errors == {"ends": ["It ends before it starts."]}


def test_the_api_refuses_a_time_that_the_clocks_jump_over():
    period = PeriodSerializer(
        data={"starts_at": "2030-03-31T02:30:00", "ends_at": "2030-03-31T04:00:00"}
    )

    with translation.override("en"), pytest.raises(ValidationError) as refusal:
        period.is_valid(raise_exception=True)

    assert refusal.value.detail == {
        "starts_at": ['Invalid datetime for the timezone "Europe/Paris".']
    }


def test_a_period_over_the_repeated_hour_ends_after_it_starts():
    period = PeriodSerializer(
        data={"starts_at": "2030-10-27T02:45:00+02:00", "ends_at": "2030-10-27T02:15:00+01:00"}
    )

    assert period.is_valid()
