"""Why verbs of several subjects refuse."""

from pavilion.core.errors import DomainError


class ChangedMeanwhile(DomainError):
    """Nobody overwrites unseen what another wrote."""

    code = "changed_meanwhile"


class TooLate(DomainError):
    code = "too_late"


class TooEarly(DomainError):
    code = "too_early"
