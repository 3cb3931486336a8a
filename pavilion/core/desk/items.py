from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """Something that needs somebody today.

    `sentence` goes on after the number ("applications await a decision"); `url` leads to exactly
    those rows.
    """

    count: int
    sentence: str
    url: str


def present(*items: Item) -> list[Item]:
    """Those that count at least one."""
    return [item for item in items if item.count]
