"""Who signs in, and in which team. The national team's matter."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from pavilion.core import people
from pavilion.core.desk import VERBS, DeskAdmin, DeskInline, regions
from pavilion.core.models import Membership, User

VERBS |= {"user.email_changed": _("E-mail address changed, former one closed")}


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]
    """A region is chosen by name; the row keeps its code."""

    region_code = forms.ChoiceField(label=_("Team"), required=False, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["region_code"]
        field.choices = [("", _("National team")), *self.names.items()]

    # Told once for the whole formset, by the inline.
    names: dict[str, str]


class MembershipInline(DeskInline):
    model = Membership
    form = MembershipForm
    fields = ("region_code", "role")
    ordering = ("region_code", "pk")

    def _manages(self, request: HttpRequest, parent: Model | None) -> bool:
        by: Any = request.user
        allowed = not isinstance(parent, User) or people.may_change(parent, by=by)
        return allowed and super()._manages(request, parent)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        named = type("NamedMembershipForm", (MembershipForm,), {"names": dict(regions.names())})
        return super().get_formset(request, obj, form=named, **kwargs)


@admin.register(User)
class UserAdmin(DeskAdmin):
    """No password is typed or mailed here: a new user asks for a code by mail, then sets one."""

    national_eyes_only = True
    list_display = ("__str__", "email", "language", "is_active", "last_login")
    list_filter = ("memberships__role", "is_active")
    search_fields = ("email", "full_name")
    ordering = ("full_name", "email", "pk")
    readonly_fields = ("last_login", "date_joined")
    inlines = (MembershipInline,)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ("email", "full_name", "language")
        if obj is None:
            return [(None, {"fields": fields})]
        return [(None, {"fields": (*fields, "is_active", "last_login", "date_joined")})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("memberships")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        names = regions.names()

        @admin.display(description=_("teams"))
        def teams(user: User) -> SafeString:
            memberships = sorted(user.memberships.all(), key=lambda each: each.region_code)
            parts = (
                (names.get(each.region_code, gettext("national team")), each.get_role_display())
                for each in memberships
            )
            return format_html_join(", ", "{} ({})", parts)

        first, *others = super().get_list_display(request)
        return [first, teams, *others]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        by: Any = request.user
        allowed = obj is None or people.may_change(obj, by=by)
        return allowed and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        by: Any = request.user
        if not change:
            obj.set_unusable_password()
        elif "email" in form.changed_data:
            people.change_email(user_id=obj.pk, email=obj.email, by=by)
            form.changed_data.remove("email")  # saved and noted
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # Whoever belongs to a team is an organiser; nobody else is.
        user = form.instance
        is_staff = user.is_superuser or Membership.objects.filter(user=user).exists()
        User.objects.filter(pk=user.pk).update(is_staff=is_staff)
