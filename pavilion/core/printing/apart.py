"""A short document at once: the typesetter’s memory is a passing process’s, not the server’s."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pavilion.core.printing.laying_out import write

# Far more than a few pages take: a fraction of a second each.
PATIENCE = 20
_PROGRAM = Path(__file__).parent / "compiler.py"


def typeset_apart(sheet: Path, values: Mapping[str, Any], at: datetime) -> bytes:
    """The PDF of `sheet`, a `.typ` file. `at` is when the document says it was made."""
    with TemporaryDirectory() as name:
        laid = write(sheet, values, {}, Path(name))
        command = [sys.executable, "-X", "utf8", str(_PROGRAM), str(laid), str(int(at.timestamp()))]
        # Our own program, on files just laid: nothing of the command comes from outside.
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True)  # noqa: S603
    return done.stdout
