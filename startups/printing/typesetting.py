"""From plain values to a PDF. Slow, and large in memory: for workers, never for a web request."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Any

import typst

_SHEETS = Path(__file__).parent
# Only the fonts that the typesetter brings along: every machine prints the same.
FONTS = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def typeset(
    sheet: str, values: Mapping[str, Any], pictures: Mapping[str, bytes], at: datetime
) -> bytes:
    """The PDF of `sheet` (its name without suffix).

    Pictures are named in the values as they are here. `at` is when the document says it was made.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        compiler = typst.Compiler(
            write(sheet, values, pictures, folder),
            root=folder,
            font_paths=FONTS,
            ignore_system_fonts=True,
            package_path=folder,
            package_cache_path=folder,
        )
        pdf = compiler.compile(format="pdf", timestamp=int(at.timestamp()))
    if not isinstance(pdf, bytes):
        raise TypeError(f"The sheet {sheet} made several files")
    return pdf


def write(
    sheet: str, values: Mapping[str, Any], pictures: Mapping[str, bytes], folder: Path
) -> Path:
    """Lays the sheets and what is printed into a folder, where they need nothing else."""
    for path in _SHEETS.glob("*.typ"):
        copy(path, folder)
    (folder / "values.json").write_text(json.dumps(values), encoding="utf-8")
    for name, content in pictures.items():
        (folder / name).write_bytes(content)
    return folder / f"{sheet}.typ"
