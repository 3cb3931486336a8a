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
_FONTS = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def typeset(
    sheet: str, values: Mapping[str, Any], pictures: Mapping[str, bytes], at: datetime
) -> bytes:
    """The PDF of `sheet` (its name without suffix).

    Pictures are named in the values as they are here. `at` is when the document says it was made.
    """
    with TemporaryDirectory() as name:
        compiler = _compiler(sheet, values, pictures, Path(name))
        pdf = compiler.compile(format="pdf", timestamp=int(at.timestamp()))
    if not isinstance(pdf, bytes):
        raise TypeError(f"The sheet {sheet} made several files")
    return pdf


def images(sheet: str, values: Mapping[str, Any], pictures: Mapping[str, bytes]) -> list[bytes]:
    """The pages of `sheet` as PNG, to be looked at."""
    with TemporaryDirectory() as name:
        pages = _compiler(sheet, values, pictures, Path(name)).compile(format="png", ppi=60)
    return [pages] if isinstance(pages, bytes) else list(pages or [])


def _compiler(
    sheet: str, values: Mapping[str, Any], pictures: Mapping[str, bytes], folder: Path
) -> typst.Compiler:
    """Reads nothing but the sheets and what is printed: they stand alone in a folder."""
    for path in _SHEETS.glob("*.typ"):
        copy(path, folder)
    (folder / "values.json").write_text(json.dumps(values), encoding="utf-8")
    for name, content in pictures.items():
        (folder / name).write_bytes(content)
    return typst.Compiler(
        folder / f"{sheet}.typ",
        root=folder,
        font_paths=_FONTS,
        ignore_system_fonts=True,
        package_path=folder,
        package_cache_path=folder,
    )
