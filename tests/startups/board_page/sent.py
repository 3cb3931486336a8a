"""What the script of the board sends, and what became of it."""

import json

from django.urls import reverse

from startups.models import Allocation


def address(name="", **query):
    return reverse(f"admin:startups_board{name}", args=[2030], query=query)


def send(client, name, **body):
    return client.post(address(name), json.dumps(body), content_type="application/json")


def move(client, who, where, half_days, kind="place", **more):
    stay = {half_day.pk: where.pk for half_day in half_days}
    who.refresh_from_db()
    more = {"seen": {who.pk: who.stay_revision}, **more}
    return send(client, "_steps", kind=kind, stays={who.pk: stay}, **more)


def hold(client, where, half_day, note, seen, name="_steps"):
    cell = f"{where.pk}:{half_day.pk}"
    return send(client, name, kind="hold", holds={cell: note}, seen_holds={cell: seen})


def held(who):
    rows = Allocation.objects.filter(exhibitor=who).order_by("half_day__starts_at")
    return list(rows.values_list("stand__number", "half_day__part", "status"))


def step_of(who, name):
    return reverse(f"admin:startups_exhibitor_{name}", args=[who.pk])
