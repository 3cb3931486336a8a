import pytest

from pavilion.core.text import fold, sort_key


@pytest.mark.parametrize(
    ("text", "folded", "key"),
    [
        ("Énergie", "energie", "energie"),
        ("L’ŒUVRE d\u2019été", "l'oeuvre d'ete", "l oeuvre d ete"),
        ("  Pays\u00a0:\n la  Loire ", "pays : la loire", "pays la loire"),
        ("Ça·Va_2 ™", "ca·va_2 tm", "ca va 2 tm"),
        ("", "", ""),
    ],
)
def test_fold_and_sort_key_keep_what_people_compare(text, folded, key):
    assert (fold(text), sort_key(text)) == (folded, key)
