"""`manage.py demo`: loads the demo edition once, and always says where everything is."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pavilion.core.errors import DomainError
from pavilion.demo import loader, report
from pavilion.demo.facts import SIZES
from pavilion.demo.manifest import manifest


class Command(BaseCommand):
    help = "Load the demo edition (once) and print where everything is and how to log in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--size",
            choices=SIZES,
            help="S: one region, 10 start-ups. M (default): 18 regions, 304. L: ten times M.",
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            edition, size = loader.load_once(options["size"])
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        found = manifest(edition, size)
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(report.lines(found)))
