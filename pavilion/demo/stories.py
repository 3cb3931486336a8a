"""What a meeting has been through: who asked for it, what was answered, moved, called off."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from meetings.models import Meeting, Participant, Stop, Visit
from pavilion.demo.facts import load
from pavilion.demo.setting import Setting

Status = Meeting.Status
Answer = Participant.Answer


@dataclass
class Story:
    meeting: Meeting
    participants: list[Participant]
    created_at: datetime
    confirmed_at: datetime | None = None
    moved_at: datetime | None = None
    moved_by: timedelta = timedelta()  # later by so much
    changed_at: datetime | None = None  # another contact; and who it was before
    former_contact: tuple[str, str] = ("", "")
    called_off_at: datetime | None = None  # and reinstated since
    reinstated_at: datetime | None = None
    ended_at: datetime | None = None  # cancelled, held or not held
    removed: Participant | None = None
    reason: str = ""
    visit: Visit | None = None
    stops: list[Stop] = field(default_factory=list)

    @property
    def was_confirmed(self) -> bool:
        return self.confirmed_at is not None

    def last_change(self) -> datetime:
        changes = [self.created_at, self.confirmed_at, self.moved_at]
        changes += [self.changed_at, self.reinstated_at]
        changes += [each.answered_at for each in self.participants if each.stands_in_for]
        if self.meeting.status != Status.HELD:  # noting that leaves calendars in peace
            changes.append(self.ended_at)
        if self.removed is not None:
            changes.append(self.removed.removed_at)
        return max(change for change in changes if change)


def tell(setting: Setting, story: Story) -> None:
    """Give the story its dates and its end, its sequence, and everybody's answer."""
    random, meeting = setting.random, story.meeting
    if meeting.status != Status.OPTION and (
        meeting.status != Status.CANCELLED or random.random() < 0.6
    ):
        story.confirmed_at = story.created_at + timedelta(days=random.randint(1, 6), hours=1)
    if meeting.status == Status.CONFIRMED and meeting.format == Meeting.Format.BILATERAL:
        _upset(setting, story)
    elif meeting.status == Status.CANCELLED:
        story.ended_at = setting.dates.in_days(-random.randint(1, 3), 16)
        story.reason = random.choice(load("meetings")["cancelled_reasons"])
    elif meeting.status in (Status.HELD, Status.NOT_HELD):
        story.ended_at = meeting.ends_at + timedelta(minutes=20)
        if meeting.status == Status.NOT_HELD:
            story.reason = random.choice(load("meetings")["not_held_reasons"])
    meeting.created_at, meeting.updated_at = story.created_at, story.last_change()
    meeting.sequence = _sequence(story)
    for participant in story.participants:
        if participant is not story.removed:
            _answer(setting, story, participant)


def _upset(setting: Setting, story: Story) -> None:
    """Some confirmed meetings were moved since, from some somebody was taken off."""
    random = setting.random
    chance = random.random()
    if chance < 0.12:
        story.moved_at = setting.dates.in_days(-1, 15)
        story.moved_by = timedelta(minutes=random.choice((-60, -30, 30, 60)))
        story.reason = random.choice(load("meetings")["moved_reasons"])
    elif chance < 0.18 and len(story.participants) > 3:
        story.removed = story.participants[-1]
        story.removed.removed_at = setting.dates.in_days(-1, 11)
        story.reason = random.choice(load("meetings")["removed_reasons"])


def _sequence(story: Story) -> int:
    """One for each change that calendars show (RFC 5546 §2.1.4), as the operations count."""
    called_off = story.meeting.status in (Status.CANCELLED, Status.NOT_HELD)
    return sum(
        (
            story.was_confirmed,
            story.moved_at is not None,
            story.removed is not None,
            called_off,
        )
    )


def _answer(setting: Setting, story: Story, participant: Participant) -> None:
    """Who was invited has mostly answered; of an option, some offices know by telephone."""
    random, meeting = setting.random, story.meeting
    since = story.moved_at or story.confirmed_at
    if since is None:
        is_asked = participant.office_id and meeting.format == Meeting.Format.BILATERAL
        if not is_asked or random.random() > 0.25:
            return
        since, channel = story.created_at, Participant.Channel.PHONE
        answer = random.choice((Answer.ACCEPTED, Answer.TENTATIVE))
    else:
        channel = random.choice(
            (Participant.Channel.LINK, Participant.Channel.MAIL, Participant.Channel.PHONE)
        )
        answer = _one_of(random, meeting, participant)
    if answer == Answer.NEEDS_ACTION:
        return
    participant.answer = answer
    participant.answered_via = channel
    participant.answered_at = since + timedelta(minutes=random.randint(20, 400))
    participant.answered_by = "Secrétariat" if participant.office_id else str(participant.person)
    comments = load("meetings")["answer_comments"].get(str(answer), [""])
    participant.comment = random.choice(comments)


def _one_of(random: Random, meeting: Meeting, participant: Participant) -> Answer:
    if meeting.status == Status.HELD:
        return Answer.ACCEPTED
    if meeting.format in (Meeting.Format.INAUGURATION, Meeting.Format.WALK_THROUGH):
        return Answer.ACCEPTED if random.random() < 0.8 else Answer.NEEDS_ACTION
    answers = (
        Answer.ACCEPTED,
        Answer.NEEDS_ACTION,
        Answer.TENTATIVE,
        Answer.DELEGATED,
        Answer.DECLINED,
    )
    weights = (45, 30, 10, 12, 3) if participant.office_id else (68, 18, 7, 3, 4)
    return random.choices(answers, weights)[0]
