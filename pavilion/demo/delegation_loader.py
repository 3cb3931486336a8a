"""Offices, people, feeds, the programme and the meetings."""

from collections import defaultdict
from datetime import datetime

from meetings.models import Person
from pavilion.demo import (
    correspondence,
    delegation,
    incoming,
    meetings,
    programme,
    requests,
    run_sheets,
    teams,
    wishes,
)
from pavilion.demo.delegation import People
from pavilion.demo.drafts import Cast
from pavilion.demo.feeds import create_feeds, create_shared_feeds
from pavilion.demo.meeting_plan import plan
from pavilion.demo.setting import NATIONAL, Setting
from pavilion.demo.stories import Story

WITH_ACCOUNT = 4  # heads of delegation who also sign in


def load_delegation(setting: Setting) -> None:
    participations = setting.participations
    offices = delegation.create_offices()
    heads = delegation.create_region_offices(participations)
    people = delegation.create_people(setting)
    delegation.create_delegations(setting, people)
    wishes.write_terms(setting, people, heads)
    wishes.write_wishes(setting, offices, people)
    _give_accounts(setting, people)

    stories = plan(setting, Cast(offices=offices, people=people))
    requests.create_requests(setting, stories, offices, people)
    create_feeds(setting, people, _changes(stories))
    sessions = programme.create_sessions(setting)
    meetings.write_meetings(stories)
    meetings.write_calendars(stories)
    create_shared_feeds(setting)
    sent = meetings.write_reminders(stories)
    correspondence.write_messages(stories, setting.random)
    correspondence.write_reminder_messages(sent)
    incoming.write_incoming(setting)
    setting.log.extend(programme.session_history(setting, sessions))
    setting.log.extend(meetings.meeting_history(stories))
    run_sheets.write_run_sheets(setting, people)
    run_sheets.write_briefings(setting, people)


def _changes(stories: list[Story]) -> dict[int, list[datetime]]:
    """When the meetings of each person last changed."""
    changes: dict[int, list[datetime]] = defaultdict(list)
    for story in stories:
        for participant in story.participants:
            if participant.person_id:
                changes[participant.person_id].append(story.last_change())
    return changes


def _give_accounts(setting: Setting, people: People) -> None:
    heads = [people.head(code) for code in [NATIONAL, *setting.participations][:WITH_ACCOUNT]]
    users = teams.create_accounts([teams.Account(head.email, str(head)) for head in heads])
    for head in heads:
        head.user = users[head.email]
    Person.objects.bulk_update(heads, ["user"])
