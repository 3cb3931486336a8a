"""The steps of an application with where each stands: what is done, what is missing, and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from startups import typed
from startups.forms.application import StepForm
from startups.steps import COMMITMENTS, State, Step, in_form, of
from startups.typed import Raw

# Filled in from the start: they do not tell that somebody has been here.
_GIVEN = frozenset({"contact_email", "language"})


@dataclass(frozen=True)
class Part:
    step: Step
    number: int
    # Names of what is missing, and of what was typed and cannot be written as it is.
    missing: Sequence[str]
    unsettled: Sequence[str]
    is_begun: bool

    @property
    def count(self) -> int:
        return len({*self.missing, *self.unsettled})

    @property
    def is_done(self) -> bool:
        return self.count == 0 and (self.is_begun or self.step.key == COMMITMENTS)


def parts(state: State, now: datetime) -> list[Part]:
    missing, shown = in_form(state.missing(now, state.said)), typed.current(state)
    found = []
    for number, step in enumerate(of(state.application.call, state.questions), start=1):
        names = set(step.fields)
        found.append(
            Part(
                step=step,
                number=number,
                missing=[name for name in missing if name in names and not shown.get(name)],
                unsettled=_refused(state, step),
                is_begun=_is_begun(step, shown),
            )
        )
    return found


def first_open(parts: Sequence[Part]) -> Part:
    """Where to go on: the first step that is not done, else the last."""
    return next((part for part in parts if not part.is_done), parts[-1])


def step_of(name: str, parts: Sequence[Part]) -> Part | None:
    return next((part for part in parts if name in part.step.fields), None)


def _refused(state: State, step: Step) -> list[str]:
    """What was typed and is valid is no trouble: it is written when the application is sent."""
    if not any(name in state.waiting for name in step.fields):
        return []
    return StepForm(state, step, wants_all=True).refused()


def _is_begun(step: Step, shown: Mapping[str, Raw]) -> bool:
    return any(shown[name] for name in step.fields if name not in _GIVEN)
