"""Accounts: what happens to one goes through here when it opens or closes doors."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from pavilion.core import activity, changes
from pavilion.core.access import ensure_manages
from pavilion.core.errors import DomainError
from pavilion.core.models import User


class AddressTaken(DomainError):
    code = "email_taken"


def may_change(user: User, *, by: User | None) -> bool:
    """A superuser's account is a superuser's to change, however much somebody manages."""
    return by is None or by.is_superuser or not user.is_superuser


def change_email(*, user_id: int, email: str, by: User | None) -> User:
    """Give an account another address and close the former one. Safe to call twice.

    No code mailed there, no identity found by it and no key made with it opens the account any
    more, and every session ends. The new address counts once a code sent there came back.
    """
    ensure_manages(by, "")
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        if not may_change(user, by=by):
            raise PermissionDenied(_("Only a superuser changes a superuser’s account."))
        before, after = changes.assign(user, {"email": User.objects.normalize_email(email)})
        if not after:
            return user
        changes.save(
            user,
            rivals=User.objects.filter(email__iexact=email),
            refusal=_taken,
            update_fields=["email"],
        )
        EmailAddress.objects.filter(user=user).delete()
        SocialAccount.objects.filter(user=user).delete()
        Token.objects.filter(user=user).delete()
        # Sessions end by themselves: their hash holds the address (User.get_session_auth_hash).
        activity.record(by=by, verb="user.email_changed", target=user, before=before, after=after)
    return user


def _taken(rival: User) -> AddressTaken:
    return AddressTaken(_("Somebody already uses this e-mail address."), field="email")
