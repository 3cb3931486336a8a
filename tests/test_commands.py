from itertools import chain

import pytest
from django.core.management import get_commands, load_command_class

APPS = ("pavilion", "events", "startups", "meetings")
OURS = [(app, name) for name, app in get_commands().items() if app.split(".")[0] in APPS]


def test_the_commands_are_found():
    assert {"allocate_stands", "demo", "import_startups", "start"} <= set(chain(*OURS))


@pytest.mark.parametrize(("app", "name"), OURS)
def test_every_command_tells_how_it_is_used(app, name):
    told = load_command_class(app, name).create_parser("manage.py", name).format_help()
    assert told.startswith(f"usage: manage.py {name}")
