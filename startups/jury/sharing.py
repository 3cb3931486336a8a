"""Files shared among readers, as equally as what each may read allows. Plain values, no Django."""

from collections import deque
from collections.abc import Collection, Mapping
from random import Random

Given = dict[int, list[int]]


def share(
    *,
    wanted: Mapping[int, int],
    allowed: Mapping[int, Collection[int]],
    loads: Mapping[int, int],
    seed: str,
) -> Given:
    """For each file the readers it gets: so many as `wanted`, each of them `allowed`.

    `loads` is what each reader has already. The same seed and values give the same answer. Where
    everybody may read everything, the loads end at most one apart; elsewhere no hand-over could
    bring them closer.
    """
    random = Random(seed)  # noqa: S311 - fair, not secret
    now = dict(loads)
    given: Given = {}
    for file in _shuffled(sorted(wanted), random):
        readers = [reader for reader in sorted(allowed[file]) if reader in now]
        random.shuffle(readers)
        readers.sort(key=now.__getitem__)
        given[file] = readers[: wanted[file]]
        for reader in given[file]:
            now[reader] += 1
    while _hand_over(given, allowed, now):
        pass
    return given


def _hand_over(given: Given, allowed: Mapping[int, Collection[int]], loads: dict[int, int]) -> bool:
    """Pass one file on, or a chain of them, from a loaded reader to one with two files less."""
    for reader in sorted(loads, key=lambda each: (-loads[each], each)):
        came_from = _reached(reader, given, allowed, loads)
        ends = [each for each in came_from if loads[each] <= loads[reader] - 2]
        if ends:
            last = min(ends, key=lambda each: (loads[each], each))
            loads[reader] -= 1
            loads[last] += 1
            while last != reader:
                giver, file = came_from[last]
                given[file][given[file].index(giver)] = last
                last = giver
            return True
    return False


def _reached(
    reader: int, given: Given, allowed: Mapping[int, Collection[int]], loads: Mapping[int, int]
) -> dict[int, tuple[int, int]]:
    """Whom files of this reader could go to, directly or through others: from whom, and which."""
    files: dict[int, list[int]] = {}
    for file, readers in given.items():
        for each in readers:
            files.setdefault(each, []).append(file)
    came_from: dict[int, tuple[int, int]] = {}
    waiting = deque([reader])
    while waiting:
        giver = waiting.popleft()
        for file in files.get(giver, []):
            for taker in sorted(allowed[file]):
                is_new = taker in loads and taker != reader and taker not in came_from
                if is_new and taker not in given[file]:
                    came_from[taker] = (giver, file)
                    waiting.append(taker)
    return came_from


def _shuffled(files: list[int], random: Random) -> list[int]:
    random.shuffle(files)
    return files
