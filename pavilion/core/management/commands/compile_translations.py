"""Turn .po files into the .mo files Django reads; no gettext on the machine is needed."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.reloader import translation_file_changed


class Command(BaseCommand):
    help = "Compile every translation that changed since it was last compiled."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                if compile_translation(source):
                    self.stdout.write(f"Compiled {source.parent.parent.name}")


def compile_translation(source: Path) -> bool:
    """Write the .mo beside the .po when it is missing or older; whether it did.

    From then on this process speaks what it has compiled.
    """
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return False
    unfinished = target.with_suffix(".tmp")
    polib.pofile(str(source)).save_as_mofile(str(unfinished))
    # Another process reading at this moment sees the old file or the new one, never half of it.
    unfinished.replace(target)
    # Django keeps what it has read once, and what it has not found.
    translation_file_changed(sender=None, file_path=target)
    return True
