"""Mail as files, for a machine without a mail server."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmlFileBackend(BaseEmailBackend):
    """One file a message in EMAIL_FILE_PATH; any mail client opens it. Names sort by time (UTC)."""

    def __init__(self, *args: Any, file_path: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.folder = Path(file_path or settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        sent = 0
        for message in email_messages:
            if not message.recipients():
                continue
            try:
                self._write(message.message().as_bytes(linesep="\r\n"))  # type: ignore[call-arg]
                sent += 1
            except OSError:
                if not self.fail_silently:
                    raise
        return sent

    def _write(self, octets: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{uuid.uuid4().hex[:8]}"
        unfinished = self.folder / f".{name}.tmp"
        unfinished.write_bytes(octets)
        # Whoever lists the folder never sees half a message.
        unfinished.rename(self.folder / f"{name}.eml")
