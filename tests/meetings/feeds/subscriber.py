"""What a subscribed calendar gets, over HTTP."""

from datetime import timedelta

from django.urls import reverse

from tests.core.test_ical import unfolded

MINUTE = timedelta(minutes=1)


def read(client, feed, **headers):
    return client.get(reverse("feed", args=[feed.token]), headers=headers)


def events(client, feed) -> list[str]:
    text = read(client, feed).content.decode()
    return unfolded(text[text.index("END:VTIMEZONE\r\n") + len("END:VTIMEZONE\r\n") :])[:-1]


def state(client, feed) -> list[str]:
    wanted = ("SUMMARY", "DTSTART", "SEQUENCE", "STATUS", "TRANSP")
    return [line for line in events(client, feed) if line.startswith(wanted)]
