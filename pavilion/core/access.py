"""Who may see and do what: the one place that turns memberships into rights."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from pavilion.core.models import User


class Role(models.TextChoices):
    MANAGER = "manager", gettext_lazy("Manager")
    REVIEWER = "reviewer", gettext_lazy("Reviewer")
    READER = "reader", gettext_lazy("Reader")


@dataclass(frozen=True)
class Access:
    """What a user's memberships allow. Region codes are INSEE codes."""

    national: str = ""
    regions: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_national(self) -> bool:
        """Sees every region (and may act everywhere when manager)."""
        return bool(self.national)

    @property
    def is_member(self) -> bool:
        return bool(self.national or self.regions)

    @property
    def region_codes(self) -> list[str]:
        """Regions seen as a manager, reviewer or reader."""
        return list(self.regions)

    @property
    def desk_codes(self) -> list[str]:
        """Regions whose whole desk is seen: a reviewer sees the files given to them only."""
        return [code for code, role in self.regions.items() if role != Role.REVIEWER]

    @property
    def only_desk(self) -> str:
        """The region whose desk is all they see, where there is just one."""
        codes = [] if self.is_national else self.desk_codes
        return codes[0] if len(codes) == 1 else ""

    @property
    def reviewed_codes(self) -> list[str]:
        return [code for code, role in self.regions.items() if role == Role.REVIEWER]

    @property
    def managed_codes(self) -> list[str]:
        return [code for code, role in self.regions.items() if role == Role.MANAGER]

    @property
    def sees_desks_only(self) -> bool:
        """Whether nothing of what the team receives is read as a reviewer, who sees less of it."""
        return self.is_national or bool(self.desk_codes and not self.reviewed_codes)

    def sees(self, region_code: str | None) -> bool:
        return self.is_national or (region_code or "") in self.regions

    def sees_desk(self, region_code: str | None) -> bool:
        """Whether all of the region's work is theirs to read: a reviewer's is the files alone."""
        return self.is_national or (region_code or "") in self.desk_codes

    def manages(self, region_code: str | None) -> bool:
        """Whether they may act for this region; an empty code is the national level."""
        if self.national == Role.MANAGER:
            return True
        return bool(region_code) and self.regions.get(str(region_code)) == Role.MANAGER

    @property
    def manages_anything(self) -> bool:
        return self.national == Role.MANAGER or bool(self.managed_codes)


NOBODY = Access()


def access_of(user: "User | AnonymousUser | None") -> Access:
    """The access of a user: one query, remembered on the instance for the request."""
    if user is None or isinstance(user, AnonymousUser) or not user.is_active:
        return NOBODY
    known: Access | None = getattr(user, "_access", None)
    if known is None:
        if user.is_superuser:
            known = Access(national=Role.MANAGER)
        else:
            roles = dict(user.memberships.values_list("region_code", "role"))
            known = Access(national=roles.pop("", ""), regions=roles)
        user._access = known  # type: ignore[attr-defined]  # a memo, not a field
    return known


def ensure_manages(by: "User | None", region_code: str | None) -> None:
    """Refuse anyone who may not act for the region. `by=None` is the system itself."""
    if by is not None and not access_of(by).manages(region_code):
        raise PermissionDenied(_("Your role does not allow this for this region."))
