"""The story of an edition, walked over HTTP as its people would walk it."""

import email
import email.policy
import html
import json
import re
import secrets
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import requests
from service import Service, eventually
from stdnum import luhn

TIMEOUT = 30


class Story:
    """Walks in order; each step leaves what the next one needs."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.mail = service.checkout / "var/mail"
        self.world: dict[str, Any] = json.loads(service.manage("demo", "--json"))
        self.company = f"Embruns {secrets.token_hex(3)}"
        self.contact = f"bonjour-{secrets.token_hex(4)}@embruns.example"

    def walk(self) -> None:
        for step in (
            self.the_demo_writes_french_to_whom_it_speaks_french,
            self.everybody_reads_the_public_pages,
            self.the_company_applies,
            self.the_region_selects_it,
            self.the_company_confirms,
            self.it_gets_a_stand,
            self.its_region_announces_the_plan,
            self.a_taken_stand_is_refused_by_name,
            self.a_meeting_with_an_office_is_confirmed,
            self.a_rival_meeting_is_refused_by_name,
            self.the_calendar_and_the_mailbox_show_it,
            self.the_delegate_answers_by_the_link,
            self.the_delegate_thinks_again_by_mail,
        ):
            step()
            print(f"  ok      {step.__name__.replace('_', ' ')}", flush=True)

    # --- the demo edition ------------------------------------------------------------------------

    def the_demo_writes_french_to_whom_it_speaks_french(self) -> None:
        """Its mails are written by the process that has just compiled the translations."""
        beginnings = {
            mail["subject"].partition(":")[0]
            for mail in self.api_all("messages/", kind_begins="meetings.")
            if mail["language"] == "fr"
        }
        assert "Mise à jour\N{NO-BREAK SPACE}" in beginnings, beginnings
        assert not beginnings & {"Invitation", "Updated", "Cancelled", "Reminder"}, beginnings

    # --- the public ------------------------------------------------------------------------------

    def everybody_reads_the_public_pages(self) -> None:
        visitor = requests.Session()
        pages = {**self.world["public"], "docs": f"{self.service.url}/api/docs/"}
        titles = {name: title(visitor.get(url, timeout=TIMEOUT)) for name, url in pages.items()}
        assert all(titles.values()), titles
        assert len(set(titles.values())) == len(titles), titles

    # --- the company -----------------------------------------------------------------------------

    def the_company_applies(self) -> None:
        now = datetime.now(UTC)
        self.call = next(
            call
            for call in self.world["calls"]
            if moment(call["opens_at"]) <= now < moment(call["closes_at"])
        )
        self.applicant = requests.Session()
        self.submit(self.call["url"], {"email": self.contact, "language": "fr"})
        self.private_page = self.page.url.partition("etape/")[0]
        while "/commitments/" not in self.page.url:
            here = self.page.url
            self.submit(here, {**self.step_fields(), "go": "next"}, form=self.page)
            assert self.page.url != here, html_text(self.page)
        commitments = dict.fromkeys(("will_be_present", "keeps_charter", "is_accurate"), "on")
        page = self.submit(f"{self.private_page}submit/", commitments, form=self.page)
        assert page.url == self.private_page, html_text(page)
        assert self.company in page.text, html_text(page)
        link, confirmation = (self.mail_to(self.contact, number) for number in (0, 1))
        assert self.private_page in body(link)
        assert confirmation["Message-ID"] != link["Message-ID"]

    def step_fields(self) -> dict[str, Any]:
        """What the step on the page asks, as a company would answer."""
        page = self.page.text
        half_days = re.findall(r' name="wanted_half_days"\s+value="(\d+)"', page)
        themes = re.search(r'<select name="theme".*?</select>', page, re.DOTALL)
        known = {
            "legal_name": f"{self.company} SAS",
            "display_name": self.company,
            "siret": some_siret(),
            "founded_on": "01/03/2024",
            "headcount_band": "02",
            "postcode": "35000",
            "city": "Rennes",
            "revenue": "120 000",
            "has_exhibited": "no",
            "theme": re.findall(r'value="(\w+)"', themes[0])[0] if themes else "",
            "trl": "7",
            "pitch_fr": "Nous lisons la mer pour ceux qui y travaillent.",
            "pitch_en": "We read the sea for those who work on it.",
            "wanted_half_days": half_days[:2],
            "contact_name": "Camille Guérin",
            "contact_email": self.contact,
            "language": "fr",
        }
        asked = set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', page))
        # A region's own questions that want words: the rest of them is optional.
        own = {name: "Un bassin d’essai." for name in asked if name == "q:demonstration"}
        return {name: value for name, value in known.items() if name in asked} | own

    def the_region_selects_it(self) -> None:
        found = self.api("GET", "applications/", params={"search": self.company})["results"]
        assert [row["status"] for row in found] == ["submitted"], found
        self.application = found[0]["id"]
        selected = self.api("POST", f"applications/{self.application}/select/")
        assert selected["status"] == "selected", selected
        self.mail_to(self.contact, 2)

    def the_company_confirms(self) -> None:
        page = self.submit(f"{self.private_page}confirm/", {}, form=self.get(self.private_page))
        assert page.url == self.private_page, html_text(page)
        application = self.api("GET", f"applications/{self.application}/")
        assert application["status"] == "confirmed", application
        found = self.api("GET", "exhibitors/", params={"search": self.company})["results"]
        assert [row["name"] for row in found] == [self.company], found
        self.exhibitor = found[0]

    # --- its stand -------------------------------------------------------------------------------

    def it_gets_a_stand(self) -> None:
        region = self.call["region"]
        taken = {
            (row["stand"], row["half_day"]) for row in self.api_all("allocations/", region=region)
        }
        half_days = [row["id"] for row in self.api_all("half-days/")]
        self.stand, self.half_day = next(
            (stand, half_day)
            for stand in self.api_all("stands/", region=region)
            for half_day in half_days
            if (stand["id"], half_day) not in taken
        )
        self.api(
            "POST",
            f"exhibitors/{self.exhibitor['id']}/allocate/",
            json={"stand": self.stand["id"], "half_days": [self.half_day]},
        )
        assert self.stand["number"] not in html_text(self.page_of_exhibitor())

    def its_region_announces_the_plan(self) -> None:
        (participation,) = self.api_all("participations/", region=self.call["region"])
        self.api(
            "POST",
            "plan-versions/announce/",
            json={"participation": participation["id"]},
            status=201,
        )
        page = self.page_of_exhibitor()
        assert self.stand["number"] in page.text, html_text(page)

    def page_of_exhibitor(self) -> requests.Response:
        return requests.get(
            f"{self.service.url}/exposants/{self.exhibitor['slug']}/", timeout=TIMEOUT
        )

    def a_taken_stand_is_refused_by_name(self) -> None:
        other = next(
            row
            for row in self.api_all("exhibitors/", region=self.call["region"])
            if row["id"] != self.exhibitor["id"]
        )
        refusal = self.api(
            "POST",
            f"exhibitors/{other['id']}/allocate/",
            json={"stand": self.stand["id"], "half_days": [self.half_day]},
            status=409,
        )
        assert refusal["code"] == "half_days_taken", refusal
        assert self.company in refusal["detail"], refusal

    # --- the delegation --------------------------------------------------------------------------

    def a_meeting_with_an_office_is_confirmed(self) -> None:
        self.delegate, self.page_of_delegate, self.feed = self.somebody_with_page_and_feed()
        self.office = next(
            row for row in self.api_all("offices/") if row["region"] is None and row["email"]
        )
        self.subject = f"Cap sur la mer {secrets.token_hex(3)}"
        self.meeting = self.first_free_meeting()
        confirmed = self.api("POST", f"meetings/{self.meeting['id']}/confirm/")
        assert confirmed["status"] == "confirmed", confirmed

    def somebody_with_page_and_feed(self) -> tuple[dict[str, Any], str, str]:
        pages = {row["person"]: row["url"] for row in self.world["delegate_pages"]}
        people = {row["name"]: row for row in self.api_all("people/")}
        for row in self.world["feeds"]:
            person = people.get(row["person"])
            if row["level"] == "full" and person and person["email"] and row["person"] in pages:
                return person, pages[row["person"]], row["url"]
        raise AssertionError("nobody has a page, a full feed and an address")

    def first_free_meeting(self) -> dict[str, Any]:
        """Both are free somewhere in the fair's opening hours."""
        for day in self.api_all("days/"):
            start = datetime.fromisoformat(f"{day['date']}T09:00:00Z")
            for minutes in range(0, 360, 15):
                starts_at = start + timedelta(minutes=minutes)
                answer = self.call_api("POST", "meetings/", json=self.meeting_at(starts_at))
                if answer.status_code == 201:
                    created: dict[str, Any] = answer.json()
                    return created
                assert answer.status_code == 409, answer.text
        raise AssertionError("no free quarter of an hour in four days")

    def meeting_at(self, starts_at: datetime) -> dict[str, Any]:
        return {
            "edition": self.world["edition"]["year"],
            "subject_fr": self.subject,
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(minutes=15)).isoformat(),
            "place": "Salon Armor",
            "people": [self.delegate["id"]],
            "offices": [self.office["id"]],
        }

    def a_rival_meeting_is_refused_by_name(self) -> None:
        rival = self.meeting_at(moment(self.meeting["starts_at"]))
        refusal = self.api("POST", "meetings/", json=rival, status=409)
        assert refusal["code"] == "slot_taken", refusal
        assert refusal["details"]["clashes"], refusal

    def the_calendar_and_the_mailbox_show_it(self) -> None:
        feed = requests.get(self.feed, timeout=TIMEOUT)
        unfolded = feed.text.replace("\r\n ", "")
        assert (feed.status_code, self.subject in unfolded) == (200, True), unfolded
        again = requests.get(
            self.feed, headers={"If-None-Match": feed.headers["ETag"]}, timeout=TIMEOUT
        )
        assert again.status_code == 304
        # The page opens on what comes next, which may be a preparation: ask for the meeting's day.
        day = {"jour": self.meeting["starts_at"][:10]}
        page = requests.get(self.page_of_delegate, params=day, timeout=TIMEOUT)
        assert self.subject in html.unescape(page.text), html_text(page)
        self.invitation = eventually("the invitation", self.find_invitation)
        calendar = next(
            part for part in self.invitation.walk() if part.get_content_type() == "text/calendar"
        )
        assert calendar.get_param("method") == "REQUEST"
        self.calendar = calendar.get_content().replace("\r\n", "\n").replace("\n ", "")
        assert f"UID:{self.meeting['uid']}" in self.calendar, self.calendar

    def find_invitation(self) -> EmailMessage | None:
        for message in self.messages_to(self.delegate["email"]):
            if self.subject in message["Subject"]:
                return message
        return None

    def the_delegate_answers_by_the_link(self) -> None:
        links = re.findall(rf"{re.escape(self.service.url)}/reponse/\S+", body(self.invitation))
        assert links, body(self.invitation)
        delegate = requests.Session()
        page = delegate.get(links[0], timeout=TIMEOUT)
        # A GET changes nothing: mail scanners follow links.
        assert self.answers() == {"needs-action"}, self.answers()
        fields = {**hidden_fields(page), "answer": "accepted"}
        answered = delegate.post(page.url, data=fields, timeout=TIMEOUT)
        assert answered.status_code == 200, html_text(answered)
        assert self.answers() == {"needs-action", "accepted"}

    def the_delegate_thinks_again_by_mail(self) -> None:
        """The button of a mail program, its reply handed over as a mail server would."""
        organizer, attendee = (
            re.findall(rf"\n{name}[^:]*:mailto:(\S+)", self.calendar)[0]
            for name in ("ORGANIZER", "ATTENDEE")
        )
        reply = EmailMessage()
        reply["From"], reply["To"] = attendee, organizer
        reply["Subject"] = f"Provisoire : {self.subject}"
        reply["Message-ID"] = f"<{secrets.token_hex(8)}@mail.example>"
        reply.set_content("")
        reply.add_alternative(
            "\r\n".join(
                (
                    "BEGIN:VCALENDAR",
                    "VERSION:2.0",
                    "PRODID:-//Example//Example//EN",
                    "METHOD:REPLY",
                    "BEGIN:VEVENT",
                    f"UID:{self.meeting['uid']}",
                    f"DTSTAMP:{datetime.now(UTC) + timedelta(seconds=1):%Y%m%dT%H%M%SZ}",
                    f"ATTENDEE;PARTSTAT=TENTATIVE:mailto:{attendee}",
                    "END:VEVENT",
                    "END:VCALENDAR",
                    "",
                )
            ),
            subtype="calendar",
            params={"method": "REPLY"},
        )
        said = self.service.manage("receive_mail", "--recipient", organizer, told=str(reply))
        assert self.answers() == {"needs-action", "tentative"}, said

    def answers(self) -> set[str]:
        meeting = self.api("GET", f"meetings/{self.meeting['id']}/")
        return {participant["answer"] for participant in meeting["participants"]}

    # --- how ----------------------------------------------------------------------------------

    def get(self, url: str) -> requests.Response:
        self.page = self.applicant.get(url, timeout=TIMEOUT)
        assert self.page.status_code == 200, html_text(self.page)
        return self.page

    def submit(
        self, url: str, fields: dict[str, Any], form: requests.Response | None = None
    ) -> requests.Response:
        """Fill in the page's form as a browser would."""
        fields = {**hidden_fields(form or self.get(url)), **fields}
        self.page = self.applicant.post(url, data=fields, headers={"Referer": url}, timeout=TIMEOUT)
        assert self.page.status_code == 200, html_text(self.page)
        return self.page

    def call_api(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.world['api']['token']}"}
        url = f"{self.world['api']['url']}{path}"
        return requests.request(method, url, headers=headers, timeout=TIMEOUT, **options)

    def api(self, method: str, path: str, *, status: int | None = None, **options: Any) -> Any:
        answer = self.call_api(method, path, **options)
        wanted = {status} if status else {200, 201}
        assert answer.status_code in wanted, f"{path}: {answer.status_code} {answer.text[:2000]}"
        return answer.json()

    def api_all(self, path: str, **params: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        page = 1
        while True:
            answer = self.api("GET", path, params={**params, "page_size": 500, "page": page})
            rows += answer["results"]
            if not answer["next"]:
                return rows
            page += 1

    def messages_to(self, address: str) -> list[EmailMessage]:
        messages = (parse(path) for path in sorted(self.mail.glob("*.eml")))
        return [message for message in messages if address in message["To"]]

    def mail_to(self, address: str, number: int) -> EmailMessage:
        """The next mail to this address, as it arrives."""
        eventually(
            f"mail {number + 1} to {address}", lambda: len(self.messages_to(address)) > number
        )
        return self.messages_to(address)[number]


def parse(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def hidden_fields(page: requests.Response) -> dict[str, str]:
    fields = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', page.text):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        fields[attributes["name"]] = html.unescape(attributes.get("value", ""))
    return fields


def title(page: requests.Response) -> str:
    found = re.search(r"<title>(.*?)</title>", page.text, re.DOTALL)
    return found[1].strip() if page.status_code == 200 and found else ""


def html_text(page: requests.Response) -> str:
    """What somebody would read, for a message about a failure."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page.text, flags=re.DOTALL)
    return f"{page.status_code} {page.url}\n{' '.join(html.unescape(text).split())[:3000]}"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def some_siret() -> str:
    siren = f"{95_000_000 + secrets.randbelow(1_000_000):08d}"
    siren += luhn.calc_check_digit(siren)
    return f"{siren}0001{luhn.calc_check_digit(f'{siren}0001')}"
