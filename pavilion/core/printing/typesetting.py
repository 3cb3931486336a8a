"""From plain values to a PDF. Slow, and large in memory: for workers, never for a web request."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pavilion.core.printing.compiler import compiled
from pavilion.core.printing.laying_out import write


def typeset(
    sheet: Path, values: Mapping[str, Any], pictures: Mapping[str, bytes], at: datetime
) -> bytes:
    """The PDF of `sheet`, a `.typ` file. `at` is when the document says it was made."""
    with TemporaryDirectory() as name:
        return compiled(write(sheet, values, pictures, Path(name)), int(at.timestamp()))
