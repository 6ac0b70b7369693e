"""What the security administrator does about an operator: every button of the operator's page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from onecard.access import limit_forms, queries
from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.actions.deactivate_operator import deactivate_operator
from onecard.access.actions.end_operator_sessions import end_operator_sessions
from onecard.access.actions.limit_operator import limit_operator
from onecard.access.actions.limit_post import limit_post
from onecard.access.actions.log_in import factor_digest, name_digest
from onecard.access.actions.reset_password import reset_password
from onecard.access.actions.unlock_operator import unlock_operator
from onecard.access.factors import has_factor
from onecard.access.models import Operator
from onecard.access.pages import Answers, Deed, DeedForm
from onecard.access.passwords import one_time_password
from onecard.access.types import PRIVILEGED_POSTS, AccessOutcome, Actor, OneTimePassword, Post

PRIVILEGED = sorted((post.value, post.label) for post in PRIVILEGED_POSTS)
ORDINARY = [(post.value, post.label) for post in Post if post not in PRIVILEGED_POSTS]
NOT_ON_ONESELF = _("Nobody does this to the own account: a colleague has to.")


class NewOperatorForm(DeedForm):
    """A person: number and name. The one-time password is made at random."""

    username = forms.RegexField(
        r"^[\w.-]+\Z",
        label=_("operator number"),
        max_length=40,
        help_text=_("Letters, digits, hyphen, dot. One person, one number."),
    )
    full_name = forms.CharField(label=_("full name"), max_length=80)


class PostsForm(DeedForm):
    """Which posts the operator holds from now on; privileged ones can only be kept or taken back here."""

    posts = forms.MultipleChoiceField(
        label=_("posts"),
        choices=ORDINARY,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    keeps = forms.MultipleChoiceField(
        label=_("privileged posts"),
        choices=PRIVILEGED,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Clear the mark to take a post back. A colleague has to approve that somebody gets one."),
    )


class AppointmentForm(DeedForm):
    """The post to be appointed to."""

    post = forms.ChoiceField(label=_("post"), choices=PRIVILEGED, widget=forms.Select)


def is_locked(operator: Operator) -> bool:
    """Whether log-ins under this name, or its second factor, have to wait somewhere."""
    return queries.waits_until([name_digest(operator.username), factor_digest(operator)]) is not None


def _create(actor: Actor, row: object, said: Answers) -> OneTimePassword:
    password = one_time_password()
    outcome = create_operator(actor, said["username"], full_name=said["full_name"], password=password)
    return OneTimePassword(outcome, password)


def _created_words(told: OneTimePassword, row: object) -> object:
    if told.outcome is AccessOutcome.REFUSED_NAME_TAKEN:
        return _("This operator number is taken.")
    return _password_words(told, row)


def _password_words(told: OneTimePassword, row: object) -> object:
    if told.outcome is AccessOutcome.DONE:
        return _now("One-time password: %(password)s. It is shown this once and serves for one log-in within three days.") % {
            "password": told.password
        }
    return {AccessOutcome.REFUSED_SELF: NOT_ON_ONESELF, AccessOutcome.REFUSED_INACTIVE: _("The account is closed.")}.get(
        told.outcome
    )


def _assign(actor: Actor, row: Operator, said: Answers) -> AccessOutcome:
    return assign_posts(actor, row.username, posts={Post(post) for post in (*said["posts"], *said["keeps"])})


def _held(row: Operator) -> Answers:
    held = row.posts()
    return {"posts": sorted(held - PRIVILEGED_POSTS), "keeps": sorted(held & PRIVILEGED_POSTS)}


def _username(row: Operator, said: Answers) -> str:
    return row.username


POSTS_SAY = {
    AccessOutcome.DONE: _("The posts are changed; the operator logs in anew."),
    AccessOutcome.REFUSED_SELF: NOT_ON_ONESELF,
    AccessOutcome.REFUSED_POSTS_EXCLUDE: _("System administrator, security administrator and auditor must be three persons."),
    AccessOutcome.REFUSED_NEEDS_APPROVAL: _("A colleague has to approve a privileged post: use “Appoint to a privileged post”."),
}
LIMIT_SAYS = {
    AccessOutcome.DONE: _("The limits count from now on."),
    AccessOutcome.REFUSED_SHUTS_OUT_SELF: _("This would shut out yourself, where you sit now."),
}
REGISTERING = Deed(
    "access.create_operator",
    _("Create an operator"),
    _create,
    form=NewOperatorForm,
    explains=_("The account has no posts yet. Hand the one-time password over in person; the first log-in asks for an own one."),
    says=_created_words,
)
DEEDS = (
    Deed(
        "access.assign_posts",
        _("Change posts"),
        _assign,
        form=PostsForm,
        says=POSTS_SAY,
        initial=_held,
        offered=lambda row: row.is_active,
    ),
    Deed(
        "access.appoint_operator",
        _("Appoint to a privileged post"),
        form=AppointmentForm,
        needs_approval=True,
        subject=_username,
        offered=lambda row: row.is_active,
    ),
    Deed(
        "access.limit_operator",
        _("Limit"),
        lambda actor, row, said: limit_operator(actor, row.username, limits=limit_forms.read(said)),
        form=limit_forms.OperatorLimitForm,
        explains=_("The limits of the posts held count as well. Who is logged in outside of them is logged out."),
        says=LIMIT_SAYS,
        initial=lambda row: limit_forms.answers_of(getattr(row, "limit", None)),
        offered=lambda row: row.is_active,
    ),
    Deed(
        "access.unlock_operator",
        _("Unlock"),
        lambda actor, row, said: unlock_operator(actor, row.username),
        explains=_("Somebody typed wrong passwords or codes under this name. Make sure that it was the operator."),
        says={AccessOutcome.REFUSED_SELF: NOT_ON_ONESELF},
        offered=is_locked,
    ),
    Deed(
        "access.reset_password",
        _("Reset password"),
        lambda actor, row, said: reset_password(actor, row.username),
        explains=_(
            "The operator gets a one-time password, is logged out everywhere, and chooses an own password at the next log-in."
        ),
        says=_password_words,
        offered=lambda row: row.is_active,
        is_grave=True,
    ),
    Deed(
        "access.reset_factor",
        _("Reset second factor"),
        needs_approval=True,
        explains=_("For a lost telephone. The authenticator app and the recovery codes are void then; the password stays."),
        subject=_username,
        offered=has_factor,
        is_grave=True,
    ),
    Deed(
        "access.end_operator_sessions",
        _("End all sessions"),
        lambda actor, row, said: end_operator_sessions(actor, row.username),
        says={AccessOutcome.REFUSED_SELF: NOT_ON_ONESELF},
        offered=lambda row: bool(queries.open_sessions(row.pk)),
        is_grave=True,
    ),
    Deed(
        "access.deactivate_operator",
        _("Close the account"),
        lambda actor, row, said: deactivate_operator(actor, row.username),
        explains=_("For good: a closed account is not opened again, its history stays. For a time, set a last day."),
        says={AccessOutcome.REFUSED_SELF: NOT_ON_ONESELF},
        offered=lambda row: row.is_active,
        is_grave=True,
    ),
)

LIMITING_POST = Deed(
    "access.limit_post",
    _("Limit a post"),
    lambda actor, row, said: limit_post(actor, said["post"], limits=limit_forms.read(said)),
    form=limit_forms.PostLimitForm,
    explains=_("Counts for everybody who holds the post, in place of an earlier limit; leave all empty to lift it."),
    says=LIMIT_SAYS,
)
