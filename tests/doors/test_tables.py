from django.urls import URLPattern, URLResolver, get_resolver

from tests.doors.tables import ALIKE, LISTS, ON_MANY, ONLY_POST, OPERATIONS, PAGES, ROWS


def names_of(patterns, namespace="") -> set[str]:
    names: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace == "admin" or str(pattern.pattern) == "accounts/":
                continue  # allauth's own; the admin follows one rule, sampled in PAGES
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            names |= names_of(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            names.add(f"{namespace}{pattern.name}")
    return names


def test_every_door_is_in_a_table():
    doors = names_of(get_resolver().url_patterns)

    known = {name for name in {**PAGES, **ONLY_POST} if not name.startswith("admin:")}
    known |= {f"api:{name}-list" for name in LISTS} | {f"api:{name}-detail" for name in ROWS}
    known |= {f"api:{name}" for name in ON_MANY}
    known |= {f"api:{name}" for name in OPERATIONS} | {f"api:{name}" for name in ALIKE}
    assert doors == known
