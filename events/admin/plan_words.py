"""What the editor's script says, in the reader's language: it holds no sentence of its own."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from events.models import Stand


def words() -> dict[str, str]:
    """`{…}` is filled in by the script."""
    return {
        "none": _("Nothing chosen."),
        "chosen": _("{number} chosen: {width} by {depth} m, at {x} and {y} m."),
        "many": _("{count} stands chosen."),
        "count_heading": _("{count} stands"),
        "zone": _("Area {name} chosen: {count} stands."),
        "moving": _("{number}: x {x} m, y {y} m."),
        "turning": _("Turned to {angle}°."),
        "sizing": _("{width} by {depth} m."),
        "saved": _("Saved: {what}."),
        "same": _("Nothing to change: the plan already matches."),
        "saving": _("Saving …"),
        "all_saved": _("Everything is saved."),
        "unsaved": _("Not saved yet."),
        "lost": _("The server does not answer: what you drew is not saved. Try again."),
        "signed_out": _("You are signed out: sign in again in another tab, then try again."),
        "retry": _("Try again"),
        "not_yours": _("{number} is not yours to change."),
        "not_found": _("No stand of this level has the number {number}."),
        "beside": _("Beside: {names}"),
        "across": _("Across: {names}"),
        "nobody": pgettext("neighbours of a stand", "nobody"),
        "metres": _("{number} ({width} m)"),
        "put": _("Click where the new stand goes. Escape stops."),
        "draw": _("Click corner after corner; Enter, or the first corner, ends. Escape stops."),
        "drawn": _("{count} corners so far."),
        "three": _("An area has three corners at least."),
        "new_area": _("New area {number}"),
        "corner": _("Corner {number} of {count}: {x}, {y} m."),
        "warnings": _("To look at ({count})"),
        "calm": _("Nothing overlaps, nothing reaches out, every passage is wide enough."),
        "more": _("{count} more."),
        "undo": _("Undo: {what}"),
        "redo": _("Redo: {what}"),
        "nothing_undo": _("Nothing to undo"),
        "nothing_redo": _("Nothing to redo"),
        "zoom": _("{percent} %"),
        "off_level": _("No area here: draw one first, or click inside an area."),
        "yes": pgettext("answer", "Yes"),
        "no": pgettext("answer", "No"),
        "remove_one": ngettext("Remove {count} stand", "Remove {count} stands", 1),
        "remove_many": ngettext("Remove {count} stand", "Remove {count} stands", 2),
        "screen": _("screen"),
        "wired": _("wired network"),
        "storage": _("storage"),
        "water": _("water"),
        "closed": _("not in use"),
        "steps": _("not accessible"),
        "list": _("Stands of {zone} ({count})"),
        **{f"kind_{kind}": str(label) for kind, label in Stand.Kind.choices},
    }
