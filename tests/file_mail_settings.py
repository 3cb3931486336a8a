"""The tests' settings for a process of its own that writes mail into MAIL_FOLDER."""

import os

from tests.settings import *  # noqa: F403

EMAIL_BACKEND = "pavilion.core.mailbox.EmlFileBackend"
EMAIL_FILE_PATH = os.environ["MAIL_FOLDER"]
