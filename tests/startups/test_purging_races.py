"""Two workers in the same night: each thing is told once, treated once, counted once."""

from datetime import UTC, datetime
from functools import partial

import pytest

from pavilion.core.models import OutboxMessage
from startups import operations
from startups.models import Application, Purge
from startups.operations.forgetting import purging
from tests import factories as make
from tests.startups.test_races import together

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TOLD = datetime(2031, 5, 16, 1, 10, tzinfo=UTC)
DUE = datetime(2031, 6, 15, 1, 10, tzinfo=UTC)


def test_two_workers_tell_once_and_treat_each_application_once(monkeypatch, time_machine):
    monkeypatch.setattr(purging, "AT_ONCE", 3)
    call = make.CallFactory()
    make.ApplicationFactory.create_batch(
        10, call=call, status="rejected", created_at=datetime(2030, 2, 5, tzinfo=UTC)
    )

    time_machine.move_to(TOLD, tick=False)
    first = together(*[partial(operations.purge_personal_data, now=TOLD)] * 2)
    told = list(OutboxMessage.objects.values_list("kind", flat=True))
    time_machine.move_to(DUE, tick=False)
    second = together(*[partial(operations.purge_personal_data, now=DUE)] * 2)

    assert first + second == [None] * 4
    assert told == ["startups.purge_announced"]
    assert list(Purge.objects.values_list("kind", "count", "treated", "done_at")) == [
        ("not_chosen", 10, 10, DUE)
    ]
    assert Application.objects.filter(anonymised_at=DUE, siret="").count() == 10
