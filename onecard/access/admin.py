"""Pages of operators and the posts they hold; only read here, actions come by command (later issues add their pages)."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter

from onecard.access.models import Operator, PostAssignment
from onecard.access.types import Post
from onecard.kernel.pages import ReadOnlyAdmin, column, link

NAME = column("own_name", _("full name"), lambda operator: operator.full_name, order="full_name")
POSTS = column("held_posts", _("posts"), lambda operator: ", ".join(sorted(str(post.label) for post in operator.posts())) or None)


def who_and_post(row: PostAssignment) -> str:
    """The heading of an assignment."""
    return f"{row.operator} · {Post(row.post).label}"


@admin.register(Operator)
class OperatorAdmin(ReadOnlyAdmin):
    """操作员."""

    list_display = ("username", NAME, POSTS, "is_active", "last_login")
    list_filter = (("is_active", BooleanRadioFilter),)
    search_fields = ("username", "full_name")
    search_help_text = _("Operator number or name")
    ordering = ("username",)
    fields = (
        "username",
        NAME,
        POSTS,
        "is_active",
        "must_change_password",
        "password_changed_at",
        "created_at",
        "last_login",
    )


@admin.register(PostAssignment)
class PostAssignmentAdmin(ReadOnlyAdmin):
    """任岗记录."""

    list_display = (
        column("holder", _("operator"), lambda row: link("access.operator", row.operator_id, row.operator)),
        column("held_post", _("post"), lambda row: Post(row.post).label),
        "since",
        "until",
        "assigned_by",
    )
    list_display_links = ("since",)
    list_filter = (("post", ChoicesDropdownFilter),)
    list_select_related = ("operator",)
    search_fields = ("operator__username", "operator__full_name")
    search_help_text = _("Operator number or name")
    heading = staticmethod(who_and_post)
    ordering = ("-since",)
    fields = list_display
