"""The manifest as people read it: where to look, and how to log in."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pavilion.core.dates import written

SHOWN = 3  # of long lists; --json has them all


def lines(manifest: dict[str, Any]) -> Iterator[str]:
    edition = manifest["edition"]
    yield _("%(name)s %(year)s, from %(first)s to %(last)s (demo, size %(size)s)") % {
        "name": edition["name"],
        "year": edition["year"],
        "first": _day(edition["starts_on"]),
        "last": _day(edition["ends_on"]),
        "size": manifest["size"],
    }
    yield ""
    yield from _public(manifest)
    yield ""
    yield from _team(manifest)
    yield ""
    yield from _calls(manifest)
    yield ""
    yield from _delegation(manifest)
    yield ""
    yield _("Everything is invented: companies, people, addresses. All links: demo --json")


def _public(manifest: dict[str, Any]) -> Iterator[str]:
    public = manifest["public"]
    yield _row(_("Public site"), public["home"])
    yield _row(_("Directory"), public["directory"])
    yield _row(_("Plan"), public["plan"])
    yield _row(_("Programme"), public["programme"])


def _team(manifest: dict[str, Any]) -> Iterator[str]:
    admin, api = manifest["admin"], manifest["api"]
    yield _row(_("Administration"), admin["url"])
    yield _account(_("National team"), admin)
    for region in manifest["regions"]:
        yield _account(region["name"], region["manager"])
    yield _("    Reviewers and readers: %(reviewer)s, %(reader)s … (passwords: demo --json)") % {
        "reviewer": manifest["regions"][0]["reviewer"]["email"],
        "reader": manifest["regions"][0]["reader"]["email"],
    }
    yield _row(_("API"), api["url"])
    yield _row(_("Token"), api["token"])


def _calls(manifest: dict[str, Any]) -> Iterator[str]:
    now = timezone.now()
    names = {region["code"]: region["name"] for region in manifest["regions"]}
    yield _("Calls open now:")
    for call in manifest["calls"]:
        closes_at = datetime.fromisoformat(call["closes_at"])
        if closes_at > now:
            until = _("%(region)s, until %(day)s") % {
                "region": names[call["region"]],
                "day": written(timezone.localtime(closes_at), "j F"),
            }
            yield _row(until, call["url"], indent=2)
    yield _("Companies’ private pages, one for each state: demo --json, applicant_pages")


def _delegation(manifest: dict[str, Any]) -> Iterator[str]:
    yield _("“My day” of a delegate:")
    for page in manifest["delegate_pages"][:SHOWN]:
        yield _row(page["person"], page["url"], indent=2)
    yield _("Calendar subscriptions:")
    for feed in manifest["feeds"][:SHOWN]:
        yield _row(feed["person"], feed["url"], indent=2)
    yield _("Accounts of delegates, who sign in on the site itself:")
    for delegate in manifest["delegates"][:SHOWN]:
        yield _account(delegate["person"], delegate)


def _row(label: str, value: str, indent: int = 0) -> str:
    return f"{' ' * indent}{label:<28} {value}"


def _account(label: str, login: dict[str, str]) -> str:
    return _row(label, f"{login['email']:<46} {login['password']}", indent=2)


def _day(text: str) -> str:
    return written(date.fromisoformat(text), "j F Y")
