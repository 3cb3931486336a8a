"""`make bench`: what matters, measured here and told as ratios, which travel better than times.

The unit of pages is an empty view through the same stack; feeds and stands have units of their own.
"""

import io
import os
import statistics
import time
from collections.abc import Callable, Iterator

import django
from django.test.utils import setup_databases, setup_test_environment, teardown_databases

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from pavilion.core.models import User  # noqa: E402
from startups.models import Application, Call  # noqa: E402
from startups.operations import importing  # noqa: E402
from tests.bench import delivery, feeds, stands  # noqa: E402
from tests.factories import CallFactory, siret  # noqa: E402
from tests.startups.sheets import xlsx  # noqa: E402

ROUNDS = 300
WARM_UP = 20
# Of pages that take long enough to be steady.
ROUNDS_AT_THE_DESK = 20
ROWS = 10_000


def median_ms(call: Callable[[], object], rounds: int = ROUNDS, warm_up: int = WARM_UP) -> float:
    """The median: one garbage collection must not decide."""
    times = []
    for _ in range(warm_up + rounds):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return statistics.median(times[warm_up:]) * 1000


def measures() -> Iterator[tuple[str, float]]:
    yield from pages()
    yield from long_list()
    yield from desk_at_size_l()


def pages() -> Iterator[tuple[str, float]]:
    client = Client()
    yield "an empty view (/healthz)", median_ms(lambda: client.get("/healthz"))
    yield "the home page", median_ms(lambda: client.get("/"))


def long_list() -> Iterator[tuple[str, float]]:
    """A list compared and written: new companies, then every row changed and decided."""
    with transaction.atomic():
        call = CallFactory()
        headings = ("Raison sociale", "SIRET", "Mail", "Ville", "Avis")
        for told, city, decision in (("new", "Brest", ""), ("changed", "Rennes", "Retenue")):
            rows = (
                (f"C{number}", siret(number), f"c{number}@a.example", city, decision)
                for number in range(ROWS)
            )
            content = xlsx(headings, *rows)
            began = time.perf_counter()
            sheet = importing.receive_sheet(
                call_id=call.pk,
                file=io.BytesIO(content),
                file_name="liste.xlsx",
                size=len(content),
                by=None,
            )
            importing.compare_sheet(import_id=sheet.pk)
            counts = importing.write_sheet(import_id=sheet.pk, by=None).report["counts"]
            assert counts[told] == ROWS, counts
            yield f"import of {ROWS} rows, {told}", (time.perf_counter() - began) * 1000
        transaction.set_rollback(True)


def desk_at_size_l() -> Iterator[tuple[str, float]]:
    """The desk of the biggest call, in an edition of nine thousand applications."""
    call_command("demo", size="L", stdout=io.StringIO())
    client = Client()
    national = User.objects.filter(memberships__region_code="", memberships__role="manager")
    client.force_login(national.earliest("pk"))
    call = Call.objects.annotate(files=Count("applications")).latest("files", "pk")
    pages = {
        f"list of {Application.objects.count()} applications": reverse(
            "admin:startups_application_changelist"
        ),
        f"ranking of {call.files} files": reverse("admin:startups_call_ranking", args=[call.pk]),
        f"balance of {call.files} files": reverse("admin:startups_call_balance", args=[call.pk]),
    }
    for name, address in pages.items():

        def page(address: str = address) -> None:
            assert client.get(address).status_code == 200, address

        yield f"desk, {name}", median_ms(page, ROUNDS_AT_THE_DESK, warm_up=2)


def main() -> None:
    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        unit = 0.0
        print(f"{'':40}{'ms':>8}{'ratio':>8}")
        for name, milliseconds in measures():
            unit = unit or milliseconds
            print(f"{name:40}{milliseconds:8.2f}{milliseconds / unit:8.1f}", flush=True)
        delivery.main()
    finally:
        teardown_databases(databases, verbosity=0)
    feeds.main()
    stands.main()


if __name__ == "__main__":
    main()
