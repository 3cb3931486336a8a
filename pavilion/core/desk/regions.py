"""The names of regions, for rows that only keep a code. `events` tells them: it knows regions."""

from collections.abc import Callable, Mapping

_tell: Callable[[], Mapping[str, str]] = dict


def told_by(source: Callable[[], Mapping[str, str]]) -> None:
    global _tell
    _tell = source


def names() -> Mapping[str, str]:
    """Code → name, in the regions' own order."""
    return _tell()
