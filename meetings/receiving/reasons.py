"""Why a message became what it became, in a sentence."""

from typing import Any

from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Any] = {
    "": "",
    "another_attendee": _(
        "It holds the invitation of somebody else: it was passed on, and whoever got it answers "
        "for themselves."
    ),
    "asked_already": _("It asks for the invitation again; that was sent less than a day ago."),
    "automatic": _("A notice that a program sent by itself."),
    "counter": _("It proposes another time."),
    "delayed": _("A message is on its way or has arrived: it did not come back."),
    "delegated": _("It names somebody to come instead. Nobody is invited before you decide."),
    "earlier_time": _("It answers for a time that is no longer the meeting’s."),
    "forged": _("The sender’s domain says that it did not send this message."),
    "message_too_big": _(
        "It is bigger than 25 MB: only its beginning is here. The rest is in the mailbox."
    ),
    "method": _("Its calendar part is not one that a guest sends: it was not applied."),
    "no_answer": _("It says neither yes, nor no, nor perhaps."),
    "no_longer_expected": _("Whoever answers is no longer expected at this meeting."),
    "no_text": _("There is no text in it that can be read."),
    "not_live": _("The meeting is cancelled or was noted as over."),
    "on_behalf": _("It answers for somebody from an address that is not known to answer for them."),
    "one_of_several": _("It answers for one occurrence of a meeting that has only one."),
    "outdated": _("A later answer counts already."),
    "over": _("The meeting is over."),
    "own": _("A message of our own that came back to us."),
    "receipt": _("It says that a message was opened."),
    "refresh": _("It asked for the invitation, which was sent again."),
    "refused": _("The answer is certain, but it cannot be noted as it is:"),
    "several_attendees": _("It answers for several guests at once."),
    "several_meetings": _("It is about several meetings at once."),
    "several_senders": _("It does not name one single sender’s address."),
    "stranger": _("Neither the sender nor the guest it names is invited to this meeting."),
    "token_elsewhere": _("It answers to the invitation to another meeting."),
    "too_big": _("Its calendar part is too big to be read."),
    "too_many_parts": _("It has more parts than we read."),
    "unknown_invitation": _("It answers an invitation that was never sent."),
    "unknown_meeting": _("It is about a meeting that is none of ours."),
    "unknown_message": _("A message came back that cannot be found here."),
    "unproved": _("The address is the right one, but nothing proves that it comes from there."),
    "unreadable": _("Its calendar part cannot be read."),
    "winmail": _("It came in Outlook’s own format (winmail.dat), which cannot be read."),
    "words": _("Somebody wrote free text."),
}


def why(reason: str, refusal: str = "") -> str:
    sentence = str(REASONS.get(reason, reason))
    return f"{sentence} {refusal}".strip() if refusal else sentence
