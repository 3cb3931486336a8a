"""What the demo is made of: numbers with their basis (data/facts.json) and invented words."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

SizeName = Literal["S", "M", "L"]
SIZES: tuple[SizeName, ...] = ("S", "M", "L")
_DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class RegionNumbers:
    code: str
    startups: int
    applications: int
    pods: int
    floor_area: int
    focus_themes: tuple[str, ...]

    def times(self, factor: int) -> "RegionNumbers":
        return RegionNumbers(
            code=self.code,
            startups=self.startups * factor,
            applications=self.applications * factor,
            pods=self.pods * factor,
            floor_area=self.floor_area * factor,
            focus_themes=self.focus_themes,
        )


@dataclass(frozen=True)
class Size:
    name: SizeName
    regions: tuple[RegionNumbers, ...]
    delegates: int
    meetings: int
    feeds: int
    meeting_rooms: int
    stages: int
    sessions: int


@cache
def load(name: str) -> Any:
    """The content of data/`name`.json."""
    return json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))


def facts() -> Any:
    return load("facts")


def size_named(name: SizeName) -> Size:
    block = facts()["sizes"][name]
    regions = tuple(
        RegionNumbers(
            code=row["code"],
            startups=row["startups"],
            applications=row["applications"],
            pods=row["pods"],
            floor_area=row["floor_area"],
            focus_themes=tuple(row["focus_themes"]),
        ).times(block.get("factor", 1))
        for row in facts()["regions"]
    )
    if "region" in block:  # S: one region, with numbers of its own
        (only,) = (region for region in regions if region.code == block["region"])
        numbers = {key: block[key] for key in ("startups", "applications", "pods", "floor_area")}
        regions = (RegionNumbers(code=only.code, focus_themes=only.focus_themes, **numbers),)
    return Size(
        name=name,
        regions=regions,
        **{
            key: block[key]
            for key in ("delegates", "meetings", "feeds", "meeting_rooms", "stages", "sessions")
        },
    )


def shares(total: int, weights: dict[str, int]) -> dict[str, int]:
    """`total` split in proportion to `weights`, to the unit: largest remainders first."""
    whole = sum(weights.values())
    parts = {key: total * weight // whole for key, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda key: (-(total * weights[key] % whole), key))
    for key in by_remainder[: total - sum(parts.values())]:
        parts[key] += 1
    return parts
