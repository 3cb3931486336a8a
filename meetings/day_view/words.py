"""What the day's script says, in the reader's language."""

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """Names in braces are filled in by the script."""
    return {
        "picked": _(
            "{title} picked up. Arrows up and down move it by five minutes, with Shift by thirty; "
            "left and right to another room; Enter shows what it would do, Escape cancels."
        ),
        "at": _("{from} to {to}"),
        "atPlace": _("{from} to {to}, {place}"),
        "taken": _("{from} to {to}: {who} taken by “{title}”"),
        "cancelled": _("Cancelled: nothing has changed."),
        "fixed": _("“{title}” is not yours to move, or it is over."),
        "elsewhere": _("To a place outside: with the step “Move the meeting”."),
        "unchanged": _("It is where it was."),
        "lost": _("No answer from the service. Nothing was moved."),
        "quiet": _("The service does not answer; this is as of {time}."),
        "upToDate": _("Up to date at {time}"),
        "moved": _("{title}: now {when}, {where}"),
        "added": _("New: {title}, {when}"),
        "gone": _("No longer on this day: {title}"),
        "answers": _("Answers"),
        "shown": _("{n} columns shown"),
        "shownOne": _("1 column shown"),
        "notShown": _("None of this region is shown."),
    }
