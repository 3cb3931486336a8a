"""What a company's browser posts, step by step."""

import json
from datetime import UTC, datetime

from django.urls import reverse

from startups import typed
from startups.models import Question
from startups.steps import State
from tests.factories import ApplicationFactory, HalfDayFactory

OPEN = datetime(2030, 2, 10, 9, 0, tzinfo=UTC)
CLOSED = datetime(2030, 3, 2, tzinfo=UTC)


def draft(**fields):
    """Begun by Iris: nothing written, but what the factory gives unless told otherwise."""
    contact = {"contact_name": "", "contact_email": "iris@societe.example"}
    return ApplicationFactory(**{"status": "draft", "siret": "", **contact, **fields})


def empty_draft(**fields):
    nothing = dict.fromkeys(("legal_name", "display_name", "headcount_band", "pitch_fr"), "")
    more = {"pitch_en": "", "founded_on": None, "theme_id": None, "trl": None}
    return draft(**{**nothing, **more, "commitments_at": None, **fields})


def address(application, key):
    return reverse("startups:application_step", args=[application.token, key])


def typed_in(key):
    """Each step as one fills it in, by its key."""
    return {
        "company": {
            "legal_name": "Iroise SAS",
            "display_name": "Iroise",
            "siret": "732 829 320 00074",
            "founded_on": "15/01/2025",
            "headcount_band": "02",
        },
        "project": {
            "theme": "cyber",
            "trl": "7",
            "pitch_fr": "Bonjour\r\nà tous",
            "pitch_en": "Hello",
        },
        "presence": {"wanted_half_days": [str(HalfDayFactory().pk)]},
        "contact": {
            "contact_name": "Iris Le Roux",
            "contact_email": "iris@societe.example",
            "language": "fr",
        },
        "commitments": {"will_be_present": "on", "keeps_charter": "on", "is_accurate": "on"},
    }[key]


def seen(application):
    """The page as it was sent out, as its hidden field tells it."""
    shown = typed.current(State.of(application))
    return json.dumps({name: [raw] for name, raw in shown.items()})


def save(client, application, key, fields, **more):
    """By the page's own script: the fields touched, each with what was seen of it."""
    data = {**fields, "only": list(fields), **more}
    return client.post(address(application, key), data, headers={"Accept": "application/json"})


def ask(call, key, kind="text", **fields):
    labels = {"label_fr": f"{key} ?", "label_en": f"{key}?"}
    return Question.objects.create(call=call, key=key, kind=kind, **{**labels, **fields})
