"""Who signs in: the national team, the regional teams, and passwords that can be told again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher, make_password
from django.utils.crypto import salted_hmac
from rest_framework.authtoken.models import Token

from events.models import Region
from pavilion.core.access import Role
from pavilion.core.models import Membership, User

ADMIN = "equipe@pavillon.example"
OBSERVER = "observation@pavillon.example"
SERVICE = "api@pavillon.example"
_LOCAL_PART = {
    Role.MANAGER: "responsable",
    Role.REVIEWER: "evaluation",
    Role.READER: "lecture",
}
# Two more readers in each jury.
JURORS = ("jury2", "jury3")
_CONSONANTS, _VOWELS = "bcdfgjklmnprstvz", "aeiou"
_BLOCKS = 4


@dataclass(frozen=True)
class Account:
    email: str
    full_name: str
    roles: dict[str, str] = field(default_factory=dict)  # region code ("" is national) → role
    is_superuser: bool = False
    has_password: bool = True


def team_email(region: Region, role: Role) -> str:
    return f"{_LOCAL_PART[role]}@{region.sort_key}.example"


def jury_emails(region: Region) -> list[str]:
    others = [f"{name}@{region.sort_key}.example" for name in JURORS]
    return [team_email(region, Role.REVIEWER), *others]


def password_of(email: str) -> str:
    """This installation's demo password of an account: sayable, and the same at every run.

    Sixteen letters keyed by SECRET_KEY: 50 bits that nobody can guess from the address.
    """
    digest = salted_hmac("pavilion.demo.password", email, algorithm="sha256").digest()
    letters = [
        (_CONSONANTS if index % 2 == 0 else _VOWELS)[byte % (16 if index % 2 == 0 else 5)]
        for index, byte in enumerate(digest[: 4 * _BLOCKS])
    ]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 4 * _BLOCKS, 4))


def team_accounts(regions: Sequence[Region], names: Iterator[tuple[str, str]]) -> list[Account]:
    """The national team's accounts, then a manager, a jury and a reader for each region."""
    accounts = [
        Account(ADMIN, " ".join(next(names)), {"": Role.MANAGER}, is_superuser=True),
        Account(OBSERVER, " ".join(next(names)), {"": Role.READER}),
        Account(SERVICE, "Interface de programmation", {"": Role.MANAGER}, has_password=False),
    ]
    for region in regions:
        for role in _LOCAL_PART:
            accounts.append(
                Account(team_email(region, role), " ".join(next(names)), {region.code: role})
            )
        for email in jury_emails(region)[1:]:
            roles = {region.code: str(Role.REVIEWER)}
            accounts.append(Account(email, " ".join(next(names)), roles))
    return accounts


def create_accounts(accounts: Sequence[Account]) -> dict[str, User]:
    """Users with verified addresses and memberships, by e-mail address."""
    users = User.objects.bulk_create(
        User(
            email=account.email,
            full_name=account.full_name,
            password=_encoded(password_of(account.email))
            if account.has_password
            else make_password(None),
            is_staff=bool(account.roles),
            is_superuser=account.is_superuser,
        )
        for account in accounts
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    Membership.objects.bulk_create(
        Membership(user=user, region_code=code, role=role)
        for user, account in zip(users, accounts, strict=True)
        for code, role in account.roles.items()
    )
    return {user.email: user for user in users}


def actors(users: dict[str, User], regions: Sequence[Region]) -> dict[str, User]:
    """Who acts for each region code; the national team's code is empty."""
    managers = {region.code: users[team_email(region, Role.MANAGER)] for region in regions}
    return {"": users[ADMIN], **managers}


def juries(users: dict[str, User], regions: Sequence[Region]) -> dict[str, list[User]]:
    """The reviewers of each region code."""
    return {region.code: [users[email] for email in jury_emails(region)] for region in regions}


def create_api_token(user: User) -> Token:
    return Token.objects.create(user=user)


def _encoded(password: str) -> str:
    """Hashed as at sign-up, with fewer rounds: sixty full hashes would take half a minute.

    The rounds protect passwords that people choose; these are random. Django hashes them again in
    full at the first sign-in.
    """
    hasher = get_hasher()
    if isinstance(hasher, PBKDF2PasswordHasher):
        return hasher.encode(password, hasher.salt(), iterations=hasher.iterations // 20)
    return hasher.encode(password, hasher.salt())
