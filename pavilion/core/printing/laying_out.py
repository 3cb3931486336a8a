"""Lays the sheets and what is printed into a folder, where they need nothing else."""

import json
from collections.abc import Mapping
from pathlib import Path
from shutil import copy
from typing import Any

_COMMON = Path(__file__).parent


def write(
    sheet: Path, values: Mapping[str, Any], pictures: Mapping[str, bytes], folder: Path
) -> Path:
    """Where `sheet`, a `.typ` file, then lies. Pictures have the names that the values say."""
    for path in [*_COMMON.glob("*.typ"), *sheet.parent.glob("*.typ")]:
        copy(path, folder)
    (folder / "values.json").write_text(json.dumps(values), encoding="utf-8")
    for name, content in pictures.items():
        (folder / name).write_bytes(content)
    return folder / sheet.name
