"""The demo, loaded on a day that is always the same."""

from io import StringIO

from django.core.management import call_command

TODAY = "2030-04-25T10:00:00+02:00"


def demo(**options) -> str:
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()
