"""Letters that a region's desk writes to the companies it chooses."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from pavilion.core import activity, outbox
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import Language, OutboxMessage, User
from startups import emails, summary
from startups.dates import moment
from startups.models import Application
from startups.operations.applying.states import Status, locked

PLACEHOLDERS = ("company", "contact", "region", "edition", "reference", "deadline", "link")
_PLACEHOLDER = re.compile(r"\{([^{}\s]*)\}")
LONGEST_SUBJECT = 200


class UnknownPlaceholder(DomainError):
    code = "unknown_placeholder"


class TextMissing(DomainError):
    code = "text_missing"


class LanguageMissing(DomainError):
    code = "language_missing"


class NoAddress(DomainError):
    code = "no_address"


class NoDeadline(DomainError):
    code = "no_deadline"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is written, in one language or both; placeholders as in "{company}".

    A company that speaks English gets the French text only where `french_will_do` says so.
    """

    subject_fr: str = ""
    body_fr: str = ""
    subject_en: str = ""
    body_en: str = ""
    french_will_do: bool = False

    def check(self) -> None:
        """Refuse what no company could be sent, whoever they are."""
        for code in ("fr", "en"):
            subject, body = self.text(code)
            if bool(subject.strip()) != bool(body.strip()):
                missing = f"subject_{code}" if body.strip() else f"body_{code}"
                raise TextMissing(_("A letter needs both a subject and a text."), field=missing)
            for name, text in ((f"subject_{code}", subject), (f"body_{code}", body)):
                _ensure_known(name, text)
        if not (self.subject_fr.strip() or self.subject_en.strip()):
            raise TextMissing(_("Write a subject and a text."), field="subject_fr")

    def text(self, code: str) -> tuple[str, str]:
        if code == Language.ENGLISH:
            return self.subject_en, self.body_en
        return self.subject_fr, self.body_fr

    def language_for(self, application: Application) -> str:
        """In which language the company gets it; refuses when there is no text for it."""
        code = application.language
        if self.text(code)[0].strip():
            return code
        if code == Language.ENGLISH and self.french_will_do:
            return Language.FRENCH
        words = {"language": application.get_language_display()}
        raise LanguageMissing(_("There is no text in its language (%(language)s).") % words)


def write_letter(
    *,
    application_ids: Iterable[int],
    key: str,
    by: User | None,
    subject_fr: str = "",
    body_fr: str = "",
    subject_en: str = "",
    body_en: str = "",
    french_will_do: bool = False,
) -> list[OutboxMessage]:
    """Promise the same letter to each company, in its language. All or none.

    `key` names the letter: whoever calls again with it and the same words, after a doubt or a
    broken job, sends it to nobody twice. Other words under the same key are another letter.
    """
    letter = Letter(
        subject_fr=subject_fr,
        body_fr=body_fr,
        subject_en=subject_en,
        body_en=body_en,
        french_will_do=french_will_do,
    )
    letter.check()
    written = []
    with transaction.atomic():
        for pk in sorted(set(application_ids)):
            application = locked(pk)
            ensure_manages(by, application.region_code)
            message_id = message_id_of(key, letter, application)
            sent = OutboxMessage.objects.filter(message_id=message_id).first()
            if sent is None:
                message = rendered(letter, application)
                message.message_id = message_id
                sent = outbox.enqueue(message)
                activity.record(
                    by=by,
                    verb="application.written_to",
                    target=application,
                    region_code=application.region_code,
                    after={"subject": message.subject},
                )
            written.append(sent)
    return written


def language_for(letter: Letter, application: Application) -> str:
    """In which language this company gets it; refuses when it cannot get it at all."""
    if not application.contact_email or application.anonymised_at:
        raise NoAddress(_("It has no address to write to."))
    code = letter.language_for(application)
    if "{deadline}" in "".join(letter.text(code)):
        deadline_of(application)
    return code


def rendered(letter: Letter, application: Application) -> OutboxMessage:
    """The message as this company gets it, not promised yet."""
    code = language_for(letter, application)
    subject, body = letter.text(code)
    with translation.override(code):
        message = emails.letter(
            application, subject=_filled(subject, application), text=_filled(body, application)
        )
    message.language = code
    return message


def message_id_of(key: str, letter: Letter, application: Application) -> str:
    """The same for the same letter and company: the database keeps it unique.

    Only the words in this company's language count: who mends the other text, or adds it, writes
    to nobody twice.
    """
    words = letter.text(application.language)
    if not words[0].strip():
        words = letter.text(Language.FRENCH)
    named = json.dumps([key, application.pk, *words])
    digest = hashlib.sha256(named.encode()).hexdigest()[:32]
    return f"<letter.{digest}@{settings.MAIL_DOMAIN}>"


def _ensure_known(name: str, text: str) -> None:
    for placeholder in _PLACEHOLDER.findall(text):
        if placeholder not in PLACEHOLDERS:
            known = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
            words = {"placeholder": f"{{{placeholder}}}", "known": known}
            raise UnknownPlaceholder(
                _("There is no “%(placeholder)s”. You may write: %(known)s.") % words, field=name
            )


def _filled(text: str, application: Application) -> str:
    return _PLACEHOLDER.sub(lambda found: _word(found[1], application), text)


def _word(name: str, application: Application) -> str:
    """What a placeholder stands for, in the active language."""
    participation = application.call.participation
    if name == "deadline":
        return moment(deadline_of(application))
    return {
        "company": str(application),
        "contact": application.contact_name or str(application),
        "region": str(participation.region),
        "edition": str(participation.edition),
        "reference": summary.reference(application),
        "link": f"{settings.BASE_URL}{application.get_absolute_url()}",
    }[name]


def deadline_of(application: Application) -> datetime:
    """Until when the company has to act, as its state says."""
    until = {
        Status.SELECTED: application.confirm_by,
        Status.INCOMPLETE: application.correction_due_at,
        Status.DRAFT: application.open_until(),
        Status.SUBMITTED: application.open_until(),
    }.get(Status(application.status))
    if until is None or until < timezone.now():
        raise NoDeadline(_("It has no deadline to come, and the text names one."))
    return until
