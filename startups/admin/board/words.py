"""What the board's script says, in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def words() -> dict[str, str]:
    """Names in braces are filled in by the script."""
    return {
        "free": pgettext("board", "free"),
        "planned": pgettext("board", "planned"),
        "confirmed": pgettext("board", "confirmed"),
        "held": _("kept free"),
        "heldFor": _("kept free: {note}"),
        "cell": _("Stand {stand}, {days}: {what}"),
        "fits": _("Stand {stand}, {days}: free, suits {name}."),
        "lacks": _("Stand {stand}, {days}: free, but lacks {lacks}."),
        "never": _("Stand {stand}, {days}: {name} cannot come then."),
        "taken": _("Stand {stand}, {days}: taken by {others}."),
        "keptFree": _("Stand {stand}, {days}: kept free."),
        "notYours": _("Stand {stand} is not in your region."),
        "picked": _(
            "{name} picked up. Arrows move, Shift with arrows changes the end, Enter drops, "
            "Escape cancels."
        ),
        "cancelled": _("Cancelled: nothing has changed."),
        "chosen": _("{name} chosen: {count} stands suit. Escape lets go."),
        "chosenOne": _("{name} chosen: 1 stand suits. Escape lets go."),
        "chosenNone": _("{name} chosen: no stand in sight is free for it as a whole."),
        "placed": _("{name} placed on stand {stand}, {days}."),
        "moved": _("{name} moved to stand {stand}, {days}."),
        "freed": _("{name} freed: {days}."),
        "confirmedDone": _("{name} confirmed on stand {stand}."),
        "releasedDone": _("{name}: confirmation taken back."),
        "heldDone": _("Stand {stand} is kept free: {days}."),
        "unheldDone": _("Stand {stand} is no longer kept free: {days}."),
        "exchanged": _("{name} and {other} have exchanged their stands."),
        "tookOver": _("{name} has taken the place of {other}."),
        "undone": _("Undone: {what}"),
        "redone": _("Done again: {what}"),
        "undo": _("Undo: {what}"),
        "redo": _("Redo: {what}"),
        "nothingToUndo": _("Nothing of yours to undo."),
        "nothingToRedo": _("Nothing of yours to redo."),
        "unchanged": _("Nothing has changed."),
        "others": _("{who}: {what}"),
        "refused": _("Refused. {detail}"),
        "lost": _("No answer from the server. What you did last may not be saved; trying again…"),
        "notSaved": _("Not saved: no answer from the server. The bar is back in its place."),
        "saved": _("Saved at {time}"),
        "upToDate": _("Up to date"),
        "saving": _("Saving…"),
        "exchange": _("Exchange with {other}…"),
        "takeOver": _("Take the place…"),
        "close": _("Close"),
        "readOnly": _("You may read this region’s plan, not change it."),
        "wish": _("wished"),
        "impossible": _("impossible"),
        "kilowatt": pgettext("decimal sign", "."),
        "screen": pgettext("equipment", "screen"),
        "network": pgettext("equipment", "network"),
        "storage": pgettext("equipment", "storage"),
        "water": pgettext("equipment", "water"),
        "accessible": _("accessible"),
        "otherKind": _("another kind of stand"),
        "to": _("{first} to {last}"),
    }
