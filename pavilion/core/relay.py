"""The mail relay: one connection for many messages, and what its answers mean."""

import smtplib
from contextlib import suppress

from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from pavilion.core.mime import Rendered, RenderedEmail

# Some servers take so many messages over one connection and no more: we hang up before they do.
MESSAGES_PER_CONNECTION = 100
_CLOSING = 421


class RelayDown(Exception):
    """The relay does not answer at all, or wants nothing from us: no message is to blame."""


class _HungUp(Exception):
    """The relay closed the connection before it had anything of the message."""


class Relay:
    """Opened for the first message, and again whenever the other side has closed it."""

    def __init__(self) -> None:
        self.backend = get_connection()
        self.carried = 0

    def send(self, message: Rendered) -> None:
        """Hand the message over. Raises RelayDown, or whatever the relay has against it."""
        if self.carried >= MESSAGES_PER_CONNECTION:
            self.close()
        try:
            self._send(message)
        except _HungUp as error:
            is_fresh = self.carried == 0
            self.close()
            if is_fresh:
                raise RelayDown(str(error)) from error
            try:
                self._send(message)
            except _HungUp as again:
                self.close()
                raise RelayDown(str(again)) from again
        self.carried += 1

    def close(self) -> None:
        self.carried = 0
        with suppress(OSError, smtplib.SMTPException):
            self.backend.close()

    def _send(self, message: Rendered) -> None:
        try:
            self.backend.open()
        except (OSError, smtplib.SMTPException) as error:
            raise RelayDown(f"{type(error).__name__}: {error}") from error
        try:
            smtp = getattr(self.backend, "connection", None)
            if isinstance(self.backend, SmtpBackend) and smtp is not None:
                _hand_over(smtp, message)
            else:
                self.backend.send_messages([RenderedEmail(message)])
        except (_HungUp, RelayDown):
            raise
        except Exception as error:
            if _refuses_us(error):
                self.close()
                raise RelayDown(f"{type(error).__name__}: {error}") from error
            self._start_afresh(error)
            raise

    def _start_afresh(self, error: Exception) -> None:
        """After an answer the connection goes on; after anything else nobody knows where it is."""
        smtp = getattr(self.backend, "connection", None)
        if isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
            with suppress(OSError, smtplib.SMTPException):
                if isinstance(smtp, smtplib.SMTP) and smtp.rset()[0] == 250:
                    return
        self.close()


def _hand_over(smtp: smtplib.SMTP, message: Rendered) -> None:
    """As smtplib's `sendmail`, but tells what was lost before the content left from what was after.

    Before, the relay has nothing: another connection may try at once.
    """
    sender, recipient, octets = message.sender, message.recipient, message.octets
    try:
        smtp.ehlo_or_helo_if_needed()
        size = f" size={len(octets)}" if smtp.has_extn("size") else ""
        # The addresses have been checked: smtplib would read them again at length.
        code, said = smtp.docmd("MAIL", f"FROM:<{sender}>{size}")
        _mind_closing(code, said)
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, said, sender)
        code, said = smtp.docmd("RCPT", f"TO:<{recipient}>")
        _mind_closing(code, said)
        if code not in (250, 251):
            raise smtplib.SMTPRecipientsRefused({recipient: (code, said)})
        code, said = smtp.docmd("DATA")
        _mind_closing(code, said)
        if code != 354:
            raise smtplib.SMTPDataError(code, said)
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPHeloError) as error:
        raise _HungUp(f"{type(error).__name__}: {error}") from error
    except smtplib.SMTPException:  # an OSError, too
        raise
    except OSError as error:
        raise _HungUp(f"{type(error).__name__}: {error}") from error
    # A line that begins with a dot gets a second one (RFC 5321 §4.5.2).
    smtp.send(octets.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    code, said = smtp.getreply()
    if code != 250:
        raise smtplib.SMTPDataError(code, said)


def _mind_closing(code: int, said: bytes) -> None:
    if code == _CLOSING:
        raise _HungUp(f"{code} {said.decode(errors='replace')}")


def is_permanent(error: Exception) -> bool:
    """5xx answers about this message or recipient (RFC 5321 §4.2.1); everything else may pass."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
        return error.smtp_code >= 500
    return False


def said(error: Exception) -> str:
    """What the relay said, as one reads it: "550 5.1.1 no such user"."""
    answers: list[tuple[int, bytes | str]] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        answers = [(error.smtp_code, error.smtp_error)]
    if not answers:
        return f"{type(error).__name__}: {error}"
    code, text = answers[0]
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return " ".join(f"{code} {words}".split())


def _refuses_us(error: Exception) -> bool:
    """The relay wants nothing from us (credentials, encryption, sender): no message is to blame.

    RFC 4954 §6: 530, 534, 535 and 538 are about who sends, not about what is sent.
    """
    if isinstance(error, smtplib.SMTPSenderRefused):
        # 452 and 552 are about the size of this one message (RFC 1870 §6.1).
        return error.smtp_code not in (452, 552)
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code in (530, 534, 535, 538)
    return False
