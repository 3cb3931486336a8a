"""What the départements are called, by INSEE code."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data/departments.json"


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = json.loads(_FILE.read_text(encoding="utf-8"))
    return names


def department_label(code: str) -> str:
    """ "Finistère (29)"; the code alone when it is none of the hundred and one."""
    name = _names().get(code)
    return f"{name} ({code})" if name else code


def labels_of(codes: Iterable[str]) -> dict[str, str]:
    return {code: department_label(code) for code in codes}
