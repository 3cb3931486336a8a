"""The lock every change of a call begins with."""

from pavilion.core.access import ensure_manages
from pavilion.core.models import User
from startups.models import Call


def locked_call(call_id: int, by: User | None) -> Call:
    """The call, its row locked until the transaction ends, for somebody who may act on it."""
    call = (
        Call.objects.select_for_update(of=("self",), no_key=True)
        .select_related("participation__region", "participation__edition")
        .get(pk=call_id)
    )
    ensure_manages(by, call.region_code)
    return call
