"""What a step would do, shown before it is done: who is told what and when, whose time it takes.

What tells nobody and takes nobody's time is done without further ado.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings import wording
from meetings.models import Meeting
from meetings.operations.previewing import Preview, Told, preview
from pavilion.core.desk import KINDS, Panel
from pavilion.core.models import Language

Run = Callable[[HttpRequest, Any, Mapping[str, Any]], Any]
Shown = Callable[[HttpRequest, Sequence[Any], Mapping[str, Any]], Panel | None]

# Of many meetings at once, so many are tried.
MOST = 50


def previewing(run: Run) -> Shown:
    """The preview of a step that this function takes; a refusal of the only row is raised."""

    def show(
        request: HttpRequest, rows: Sequence[Meeting], data: Mapping[str, Any]
    ) -> Panel | None:
        if len(rows) <= 1:
            row = rows[0] if rows else None
            shown = preview(lambda: run(request, row, data), meeting_id=row.pk if row else None)
            if shown.refusal:
                raise shown.refusal
            return panel_of_one(shown)
        tried = [
            preview(lambda row=row: run(request, row, data), meeting_id=row.pk)  # type: ignore[misc]
            for row in rows[:MOST]
        ]
        return panel_of(tried, meetings=len(rows))

    return show


def panel_of_one(shown: Preview) -> Panel | None:
    """None where there is nothing that anybody would have to know before."""
    is_worth_a_look = shown.told or shown.taken_back or shown.takes
    return panel_of([shown], meetings=1) if is_worth_a_look else None


def panel_of(tried: Sequence[Preview], *, meetings: int) -> Panel:
    told = [each for shown in tried for each in shown.told]
    leaves_alone = any(not each.is_held for each in told)
    return Panel(
        _("Who will be told") if told else _("What will come of it"),
        "admin/meetings/_preview.html",
        {
            "told": _lines(told),
            "held": sum(each.is_held for each in told),
            "minutes": settings.MAIL_SETTLES // 60 if leaves_alone else 0,
            "frees": _all(shown.frees for shown in tried),
            "takes": _all(shown.takes for shown in tried),
            "joins": _all(shown.joins for shown in tried),
            "leaves": _all(shown.leaves for shown in tried),
            "untold": _all(shown.untold for shown in tried),
            "taken_back": _all(shown.taken_back for shown in tried),
            "refused": [str(shown.refusal) for shown in tried if shown.refusal],
            "unseen": max(0, meetings - len(tried)),
        },
    )


def _lines(told: Iterable[Told]) -> list[dict[str, Any]]:
    """One for each participant and message: their own address and those that get a copy."""
    lines: dict[tuple[str, ...], dict[str, Any]] = {}
    for each in told:
        key = (each.participant, each.kind, each.language, str(each.is_held), each.subject)
        line = lines.setdefault(
            key,
            {
                "name": each.participant,
                "addresses": [],
                "kind": KINDS.get(each.kind, each.kind),
                "language": Language(each.language).label,
                "when": _when(each),
            },
        )
        copy = _("%(address)s (copy: %(name)s)")
        words = {"address": each.recipient, "name": each.recipient_name}
        line["addresses"].append(copy % words if each.is_copy else each.recipient)
    return list(lines.values())


def _when(told: Told) -> str:
    if told.is_held:
        return _("once approved")
    if told.send_after <= timezone.now():
        return _("at once")
    words = {"day": wording.short_day(told.send_after), "time": wording.clock(told.send_after)}
    if wording.local(told.send_after).date() == timezone.localdate():
        return _("at %(time)s") % words
    return _("on %(day)s at %(time)s") % words


def _all(names: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(name for some in names for name in some))
