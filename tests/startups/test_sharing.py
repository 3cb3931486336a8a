"""Equal loads, whatever the sizes: counted over many of them."""

from collections import Counter
from itertools import product

import pytest

from startups.jury.sharing import share


def loads_after(given, loads) -> Counter:
    return Counter(loads) + Counter(reader for each in given.values() for reader in each)


@pytest.mark.parametrize(
    ("files", "readers", "each"),
    [
        combination
        for combination in product((1, 2, 7, 30, 101), (2, 3, 5, 12), (1, 2, 3))
        if combination[2] <= combination[1]
    ],
)
def test_loads_end_at_most_one_apart(files, readers, each):
    everybody = set(range(readers))

    given = share(
        wanted=dict.fromkeys(range(files), each),
        allowed=dict.fromkeys(range(files), everybody),
        loads=dict.fromkeys(everybody, 0),
        seed="x",
    )

    loads = [loads_after(given, {}).get(reader, 0) for reader in everybody]
    assert max(loads) - min(loads) <= 1
    assert {len(set(each_readers)) for each_readers in given.values()} == {each}


def test_those_who_stepped_back_get_others_and_loads_stay_equal():
    # Reader 0 stepped back from the first six of twelve files, reader 1 from the last three.
    allowed = {
        file: {0, 1, 2} - ({0} if file < 6 else set()) - ({1} if file > 8 else set())
        for file in range(12)
    }

    given = share(
        wanted=dict.fromkeys(range(12), 1), allowed=allowed, loads={0: 0, 1: 0, 2: 0}, seed="1"
    )

    assert loads_after(given, {}) == {0: 4, 1: 4, 2: 4}
    assert all(set(readers) <= allowed[file] for file, readers in given.items())


def test_what_was_given_before_counts():
    given = share(
        wanted=dict.fromkeys(range(6), 1),
        allowed={file: {1, 2} for file in range(6)},
        loads={1: 4, 2: 0},
        seed="x",
    )

    assert loads_after(given, {1: 4, 2: 0}) == {1: 5, 2: 5}


def test_a_chain_of_hand_overs_is_found():
    # 1 may read everything; 2 only shares files with 1, 3 only with 2: a file moves twice.
    allowed = {1: {1, 2}, 2: {1, 2}, 3: {2, 3}, 4: {1}, 5: {1}}

    given = share(
        wanted=dict.fromkeys(allowed, 1), allowed=allowed, loads={1: 0, 2: 0, 3: 0}, seed=""
    )

    assert loads_after(given, {}) == {1: 2, 2: 2, 3: 1}


def test_too_few_readers_are_all_taken_and_the_same_seed_gives_the_same_answer():
    asked = {
        "wanted": {1: 3, 2: 3},
        "allowed": {1: {7, 8}, 2: {7}},
        "loads": {7: 0, 8: 0},
    }

    given = share(**asked, seed="a")

    assert {file: sorted(readers) for file, readers in given.items()} == {1: [7, 8], 2: [7]}
    assert share(**asked, seed="a") == given
