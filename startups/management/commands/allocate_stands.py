"""Have the stands of an edition, or of one region, given out by the solver, here and now."""

import json
import signal
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Edition, Participation
from pavilion.core.errors import DomainError
from startups.floor.proposal.difference import Difference, read
from startups.floor.proposal.reasons import Unplaced, unplaced
from startups.floor.proposal.solving import solve
from startups.models import AllocationRun, GoalLevel
from startups.operations import proposals


class Command(BaseCommand):
    help = (
        "Propose who stands where and when, with its proof; --apply brings it onto the board. "
        "Progress is told on stderr; Ctrl-C stops and keeps the best so far. Exit status: 0 when "
        "a proposal was found (exhibitors that cannot be placed are part of it, with the reason) "
        "and, with --apply, written; 1 when none was found or it could not be applied; 2 when "
        "there is no such edition or region, or nothing to place."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--edition", type=int, required=True, metavar="YEAR")
        parser.add_argument("--region", metavar="CODE", help="INSEE code: 53; without, all")
        parser.add_argument(
            "--gaps-only", action="store_true", help="nobody who has a stand is moved"
        )
        parser.add_argument(
            "--time-limit", type=int, default=60, metavar="S", help="seconds, 60 unless told"
        )
        parser.add_argument(
            "--seed", type=int, default=1, metavar="N", help="the same seed, the same proposal"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object instead")
        parser.add_argument("--apply", action="store_true", help="write it onto the board")
        parser.add_argument("--language", default="fr", choices=["fr", "en"], help="of the reasons")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            run = self._asked(options)
            try:
                plan = self._solved(run)
            except DomainError as refusal:
                proposals.fail_run(run.pk, str(refusal))
                status = 2 if isinstance(refusal, proposals.NothingToAllocate) else 1
                raise CommandError(str(refusal), returncode=status) from refusal
            run = proposals.finish_run(run.pk, plan)
            if not run.plan or run.status not in proposals.ANSWERED:
                raise CommandError(run.error, returncode=1)
            self._answer(run, options)

    def _asked(self, options: Mapping[str, Any]) -> AllocationRun:
        if not 1 <= options["time_limit"] <= 900 or not 0 <= options["seed"] < 2**31:
            raise CommandError(
                _("The time limit is between 1 and 900 seconds, the seed a whole number from 0."),
                returncode=2,
            )
        edition = Edition.objects.filter(year=options["edition"]).first()
        if edition is None:
            raise CommandError(
                _("There is no edition %(year)d.") % {"year": options["edition"]}, returncode=2
            )
        participation = None
        if options["region"]:
            participation = Participation.objects.filter(
                edition=edition, region=options["region"]
            ).first()
            if participation is None:
                raise CommandError(
                    _(
                        "No region %(code)s takes part in %(edition)s. Codes are INSEE’s: 53 for "
                        "Bretagne."
                    )
                    % {"code": options["region"], "edition": edition},
                    returncode=2,
                )
        try:
            return proposals.begin_here(
                edition_id=edition.pk,
                participation_id=participation.pk if participation else None,
                by=None,
                only_gaps=options["gaps_only"],
                time_limit=options["time_limit"],
                seed=options["seed"],
            )
        except DomainError as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal

    def _solved(self, run: AllocationRun) -> dict[str, Any]:
        begun = proposals.begin_run(run.pk)
        if begun is None:
            return {}
        with _asked_to_stop() as stopped:

            def tell(told: Mapping[str, Any]) -> None:
                proposals.note_progress(run.pk, told)
                self.stderr.write(_progress(told))

            return solve(
                begun.problem,
                tell=tell,
                is_cancelled=lambda: bool(stopped) or proposals.is_cancel_asked(run.pk),
            )

    def _answer(self, run: AllocationRun, options: Mapping[str, Any]) -> None:
        # Before it is applied: the difference is what would change.
        difference = read(run, timezone.now())
        lacking = unplaced(run, difference)
        refusal = ""
        is_applied = False
        if options["apply"]:
            try:
                proposals.apply_run(run_id=run.pk, by=None)
                is_applied = True
            except DomainError as error:
                refusal = str(error)
        if options["json"]:
            self._print_json(run, lacking, is_applied=is_applied)
        else:
            self._print(run, difference, lacking, is_applied=is_applied)
        if refusal:
            raise CommandError(refusal, returncode=1)

    def _print_json(self, run: AllocationRun, lacking: list[Unplaced], *, is_applied: bool) -> None:
        plan = run.plan
        answer = {
            "status": plan["status"],
            "levels": [
                {name: row[name] for name in ("name", "objective", "bound", "proved")}
                for row in plan["levels"]
            ],
            "seconds": plan["seconds"],
            "placed": plan["placed"],
            "unplaced": [
                {
                    "exhibitor": str(row.exhibitor),
                    "id": row.exhibitor.pk,
                    "slug": row.exhibitor.slug,
                    "region": row.exhibitor.region_code,
                    "reason": row.reason,
                }
                for row in lacking
            ],
            "run": run.pk,
            "is_applied": is_applied,
        }
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))

    def _print(
        self,
        run: AllocationRun,
        difference: Difference,
        lacking: list[Unplaced],
        *,
        is_applied: bool,
    ) -> None:
        plan = run.plan
        words = {
            "scope": proposals.scope_of(run),
            "status": run.get_status_display(),
            "seconds": plan["seconds"],
        }
        self.stdout.write(_("Proposal for %(scope)s: %(status)s, in %(seconds)s s.") % words)
        for row in plan["levels"]:
            self.stdout.write(f"  {_level(row)}")
        placed = plan["placed"]
        told = ngettext("%(count)d exhibitor placed", "%(count)d exhibitors placed", placed)
        self.stdout.write(f"{told % {'count': placed}}.")
        for each in lacking:
            self.stdout.write(
                _("%(exhibitor)s (%(region)s): %(reason)s")
                % {
                    "exhibitor": each.exhibitor,
                    "region": each.exhibitor.participation.region,
                    "reason": each.reason,
                }
            )
        if is_applied:
            count = len(difference.changes)
            written = ngettext(
                "Written onto the board: %(count)d exhibitor changed.",
                "Written onto the board: %(count)d exhibitors changed.",
                count,
            )
            self.stdout.write(self.style.SUCCESS(written % {"count": count}))
        else:
            self.stdout.write(_("Nothing was written. Add --apply to bring it onto the board."))


@contextmanager
def _asked_to_stop() -> Iterator[list[int]]:
    """Fills when Ctrl-C or a request to end comes: the best so far is still wanted."""
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _progress(told: Mapping[str, Any]) -> str:
    rows = [_level(row) for row in told.get("levels", ())]
    return f"{told.get('seconds', 0):.0f} s · " + " · ".join(rows)


def _level(row: Mapping[str, Any]) -> str:
    """ "Few moves: 3 (proved)", "Good neighbours: 712 (at best 800)"."""
    name, objective, bound = row["name"], row.get("objective"), row.get("bound")
    label = GoalLevel(name).label if name in GoalLevel.values else name
    if objective is None:
        return f"{label}: …"
    if row.get("proved", objective == bound):
        return _("%(level)s: %(objective)s (proved)") % {"level": label, "objective": objective}
    return _("%(level)s: %(objective)s (at best %(bound)s)") % {
        "level": label,
        "objective": objective,
        "bound": bound,
    }
