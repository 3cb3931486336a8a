"""Exhibitors on stands as everybody was told: the plan being made and the announced one alike."""

from tests.factories import AllocationFactory, PublishedAllocationFactory


def put(exhibitor, stand, *half_days, **fields):
    for half_day in half_days:
        AllocationFactory(exhibitor=exhibitor, stand=stand, half_day=half_day, **fields)
        PublishedAllocationFactory(exhibitor=exhibitor, stand=stand, half_day=half_day)


def cells(model, exhibitor):
    """{half-day: stand number}, of the plan or of what is announced."""
    rows = model.objects.filter(exhibitor=exhibitor).order_by("half_day__starts_at")
    return [(str(row.half_day), row.stand.number) for row in rows.select_related("stand")]
