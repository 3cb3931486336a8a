"""What befell some confirmed meetings since: a new contact, off and on again, a substitute.

By turns rather than by chance, so that the smallest demo has one of each.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

from events.operations.occupations import key
from meetings.models import Meeting, Participant, Person
from pavilion.demo.delegation import People
from pavilion.demo.setting import NATIONAL, Setting
from pavilion.demo.stories import Answer, Status, Story

# Where the delegation's substitutes sit, after its head: see `delegation._delegates`.
RANKS = (1, 2)


def befall(setting: Setting, people: People, stories: Iterable[Story]) -> None:
    """Every turn goes to the next meeting that it suits."""
    turns: list[Callable[[Setting, People, Story], bool]] = [_substituted, _changed, _reinstated]
    turn = 0
    for story in stories:
        if _is_quiet(setting, story) and turns[turn % len(turns)](setting, people, story):
            turn += 1
            story.meeting.updated_at = story.last_change()


def _is_quiet(setting: Setting, story: Story) -> bool:
    """Confirmed some days ago, still to come, and nothing has befallen it."""
    meeting = story.meeting
    return (
        meeting.status == Status.CONFIRMED
        and meeting.format == Meeting.Format.BILATERAL
        and story.moved_at is None
        and story.removed is None
        and story.confirmed_at is not None
        and story.confirmed_at < setting.dates.in_days(-3)
        and meeting.starts_at > setting.dates.in_days(3)
    )


def _changed(setting: Setting, people: People, story: Story) -> bool:
    """Another contact on site: everybody's calendar says so, nobody is asked again."""
    meeting = story.meeting
    others = [each for each in people.of(_code(story)) if str(each) != meeting.contact_name]
    if not others or not others[-1].phone:
        return False
    story.former_contact = (meeting.contact_name, meeting.contact_phone)
    meeting.contact_name, meeting.contact_phone = str(others[-1]), others[-1].phone
    story.changed_at = setting.dates.in_days(-1, 9)
    meeting.sequence += 1
    return True


def _reinstated(setting: Setting, people: People, story: Story) -> bool:
    """Cancelled, and on again a day later: everybody was asked anew."""
    meeting = story.meeting
    story.called_off_at = setting.dates.in_days(-2, 17)
    story.reinstated_at = setting.dates.in_days(-1, 11)
    meeting.sequence += 2
    for participant in story.participants:
        if participant.answer != Answer.ACCEPTED:
            participant.answer = Answer.NEEDS_ACTION
            participant.answered_at = None
            participant.answered_by = participant.answered_via = participant.comment = ""
        elif participant.answered_at:
            participant.answered_at = story.reinstated_at + timedelta(hours=2)
    return True


def _substituted(setting: Setting, people: People, story: Story) -> bool:
    """Somebody elected cannot come, and the next substitute who is free was asked."""
    meeting, code = story.meeting, _code(story)
    if code == NATIONAL:
        return False
    head, *members = people.elected(code)
    principal = next((each for each in story.participants if each.person == head), None)
    if principal is None:
        return False
    for rank, person in zip(RANKS, members, strict=False):
        expected = any(each.person == person for each in story.participants)
        when = (meeting.occupied_from, meeting.occupied_until)
        if not expected and setting.agenda.is_free([key("person", person.pk)], *when):
            setting.agenda.take([key("person", person.pk)], *when)
            _decline(story, principal)
            story.participants.append(_stand_in(story, principal, person, rank))
            return True
    return False


def _decline(story: Story, principal: Participant) -> None:
    asked_at = story.confirmed_at or story.created_at
    principal.answer = Answer.DECLINED
    principal.answered_at = asked_at + timedelta(hours=5)
    principal.answered_via = Participant.Channel.LINK
    principal.answered_by = str(principal.person)
    principal.comment = "Séance plénière ce jour-là."


def _stand_in(story: Story, principal: Participant, person: Person, rank: int) -> Participant:
    declined_at = principal.answered_at or story.created_at
    return Participant(
        meeting=story.meeting,
        person=person,
        stands_in_for=principal,
        keeps_rank=rank == 1,
        answer=Answer.ACCEPTED if rank == 1 else Answer.NEEDS_ACTION,
        answered_at=declined_at + timedelta(hours=20) if rank == 1 else None,
        answered_by=str(person) if rank == 1 else "",
        answered_via=Participant.Channel.LINK if rank == 1 else "",
    )


def _code(story: Story) -> str:
    return story.meeting.region_code or NATIONAL
