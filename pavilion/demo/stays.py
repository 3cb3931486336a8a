"""How long exhibitors stay: two or four days. Two short stays share a pod."""

from enum import StrEnum
from random import Random

from events.models import HalfDay
from pavilion.demo.facts import facts


class Stay(StrEnum):
    ALL = "all"
    FIRST = "first"
    LAST = "last"


def stays(number: int, random: Random) -> list[Stay]:
    """As many short stays as the facts say, in equal first and last halves, in any order."""
    short = int(number * facts()["shares"]["two_day_stays"])
    chosen = [Stay.FIRST if index % 2 == 0 else Stay.LAST for index in range(short)]
    chosen += [Stay.ALL] * (number - short)
    random.shuffle(chosen)
    return chosen


def wished(stay: Stay, half_days: list[HalfDay]) -> list[HalfDay]:
    """The half-days of a stay, of all in order of time."""
    middle = len(half_days) // 2
    if stay == Stay.ALL:
        return half_days
    return half_days[:middle] if stay == Stay.FIRST else half_days[middle:]
