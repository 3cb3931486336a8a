"""What companies answered to their region's own questions."""

from collections.abc import Iterator
from random import Random
from typing import Any

from pavilion.demo.facts import load
from startups.models import Answer, Application, Question

Status = Application.Status


def create_answers(applications: list[Application], random: Random) -> None:
    questions = _questions()
    Answer.objects.bulk_create(
        (
            Answer(application=row, question=questions[row.call_id][key], value=value)
            for row in applications
            if row.siret
            for key, value in _answers(row, random)
        ),
        batch_size=5000,
    )


def _answers(row: Application, random: Random) -> Iterator[tuple[str, Any]]:
    words = load("calls")
    yield "demonstration", random.choice(words["demonstrations"])[str(row.language)]
    goals = ["clients", "investisseurs", "partenaires", "recrutement"]
    yield "attentes", sorted(random.sample(goals, random.randint(1, 3)), key=goals.index)
    is_supported = random.random() < 0.6
    yield "accompagnement", is_supported
    if is_supported:
        yield "structure", random.choice(words["structures"])
    yield "equipe", [{"nom": row.contact_name, "fonction": row.contact_role}]
    if row.status == Status.CONFIRMED and random.random() < 0.5:
        yield "langues", ["fr", "en"]


def _questions() -> dict[int, dict[str, Question]]:
    by_call: dict[int, dict[str, Question]] = {}
    for question in Question.objects.order_by("pk"):
        by_call.setdefault(question.call_id, {})[question.key] = question
    return by_call
