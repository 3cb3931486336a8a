"""What the board's script asks and is answered: a step, its preview, a refusal, what changed."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import BadRequest, ObjectDoesNotExist, PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from events.models import Edition, HalfDay
from pavilion.core.errors import DomainError
from pavilion.core.models import User
from startups import operations
from startups.floor.board.steps import where
from startups.models import BoardStep

Kind = BoardStep.Kind
# What a script may ask for; the other kinds are other pages'.
KINDS = {
    str(kind)
    for kind in (
        *(Kind.PLACE, Kind.MOVE, Kind.EXCHANGE, Kind.FREE),
        *(Kind.CONFIRM, Kind.RELEASE, Kind.HOLD),
    )
}


@dataclass
class Asked:
    """One step as it was sent: whole stays, so that nothing is guessed here."""

    edition: Edition
    by: User
    kind: BoardStep.Kind
    stays: dict[int, dict[int, int]] = field(default_factory=dict)
    holds: dict[tuple[int, int], str | None] = field(default_factory=dict)
    # As the page had them: the revision of each stay, and what each stand was kept free for.
    seen: dict[int, int] = field(default_factory=dict)
    seen_holds: dict[tuple[int, int], str | None] = field(default_factory=dict)
    # Of whom and on which half-days a confirmation is set or taken back.
    exhibitors: list[int] = field(default_factory=list)
    half_days: list[int] | None = None

    @property
    def sets_status(self) -> bool:
        return self.kind in (Kind.CONFIRM, Kind.RELEASE)

    def preview(self) -> dict[str, Any]:
        """All that it would touch; refused where the step itself would be."""
        if self.sets_status:
            return {"touches_others": False, "html": ""}
        asked: dict[str, Any] = {
            "edition_id": self.edition.pk,
            "stays": self.stays,
            "holds": self.holds,
            "by": self.by,
            "seen": self.seen,
            "seen_holds": self.seen_holds,
        }
        confirmed = ""
        try:
            shown = operations.preview(**asked)
        except operations.CellConfirmed as refusal:
            confirmed = _confirmed(refusal)
            shown = operations.preview(**asked, over_confirmed=True)
        context = {"preview": shown, "confirmed": confirmed, "changes": self._spoken(shown)}
        return {
            "touches_others": bool(
                confirmed or len(shown.changes) > 1 or shown.meetings or shown.mails
            ),
            "html": render_to_string("admin/startups/_board_preview.html", context),
        }

    def _spoken(self, shown: operations.Preview) -> list[tuple[str, str, str]]:
        """Who changes, from where, to where."""
        rows = HalfDay.objects.filter(edition=self.edition)
        half_days = {half_day.pk: half_day for half_day in rows}

        def stay(cells: Iterable[Any]) -> str:
            known = list(cells)
            numbers = {cell.stand: cell.number for cell in known}
            return where({str(cell.half_day): [cell.stand] for cell in known}, numbers, half_days)

        return [(change.name, stay(change.before), stay(change.after)) for change in shown.changes]

    def take(self, *, is_sure: bool, reason: str = "") -> BoardStep | None:
        """Over confirmed half-days only once that was shown."""
        if self.sets_status:
            is_set = self.kind == Kind.CONFIRM
            run = operations.confirm_stays if is_set else operations.unconfirm_stays
            return run(
                edition_id=self.edition.pk,
                exhibitor_ids=self.exhibitors,
                half_day_ids=self.half_days,
                by=self.by,
                reason=reason,
                seen=self.seen,
            )
        return operations.change_board(
            edition_id=self.edition.pk,
            stays=self.stays,
            holds=self.holds,
            kind=self.kind,
            by=self.by,
            reason=reason,
            seen=self.seen,
            seen_holds=self.seen_holds,
            over_confirmed=is_sure,
        )


def asked(request: HttpRequest, edition: Edition, told: Mapping[str, Any]) -> Asked:
    """Anything but the shape that our script sends is a 400.

    It says of all it changes how it has it on its page: nothing is overwritten unseen.
    """
    user: Any = request.user
    try:
        if told["kind"] not in KINDS:
            raise BadRequest("kind")
        step = Asked(
            edition=edition,
            by=user,
            kind=Kind(told["kind"]),
            stays={
                int(pk): {int(day): int(stand) for day, stand in stay.items()}
                for pk, stay in told.get("stays", {}).items()
            },
            holds=_holds(told.get("holds", {})),
            seen_holds=_holds(told.get("seen_holds", {})),
            seen={int(pk): int(revision) for pk, revision in told.get("seen", {}).items()},
            exhibitors=[int(pk) for pk in told.get("exhibitors", [])],
            half_days=[int(pk) for pk in told["half_days"]] if told.get("half_days") else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BadRequest("step") from error
    if step.stays.keys() - step.seen.keys() or step.holds.keys() - step.seen_holds.keys():
        raise BadRequest("seen")
    return step


def _holds(told: Mapping[str, Any]) -> dict[tuple[int, int], str | None]:
    return {_cell(cell): None if note is None else _note(note) for cell, note in told.items()}


def _note(text: Any) -> str:
    """What a database keeps: no half characters, no NUL."""
    if not isinstance(text, str) or "\x00" in text:
        raise BadRequest("note")
    text.encode()
    return text[:100]


def _cell(text: str) -> tuple[int, int]:
    stand, day = text.split(":")
    return int(stand), int(day)


def _confirmed(refusal: DomainError) -> str:
    cells = refusal.details.get("half_days", [])
    return _("Confirmed until now: %(cells)s.") % {
        "cells": "; ".join(
            f"{each['exhibitor']}, {each['stand']}, {each['label']}" for each in cells
        )
    }


def answered(request: HttpRequest, run: Callable[[dict[str, Any]], dict[str, Any]]) -> HttpResponse:
    """`run` with what was sent; a refusal is a 409 with its code, as in the API."""
    try:
        told = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("JSON") from error
    if not isinstance(told, dict):
        raise BadRequest("JSON")
    try:
        return JsonResponse(run(told))
    except DomainError as error:
        body = {"code": error.code, "detail": str(error), "details": error.details}
        return JsonResponse(body, status=409)
    except PermissionDenied as error:
        detail = str(error) or _("Your role does not allow this for this region.")
        return JsonResponse({"code": "permission_denied", "detail": detail}, status=403)
    except ObjectDoesNotExist:
        detail = _("What you moved is no longer there: reload the page.")
        return JsonResponse({"code": "not_found", "detail": detail}, status=404)
