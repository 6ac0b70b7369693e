"""Pages that do things: every button and every form on a staff page is a deed, and every deed is one `@action`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDateWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminTimeWidget,
    UnfoldBooleanWidget,
)

from onecard.access.action import is_refusal, outcome_name
from onecard.access.actions.propose_action import propose_action
from onecard.access.types import Actor, ProposalOutcome
from onecard.kernel.money import fen
from onecard.kernel.pages import ReadOnlyAdmin

Answers = Mapping[str, Any]
REASON = "reason"
MOST_OF_A_REASON = 200
_WIDGETS: tuple[tuple[type[forms.Widget], type[forms.Widget]], ...] = (
    (forms.PasswordInput, UnfoldAdminPasswordWidget),
    (forms.FileInput, UnfoldAdminFileFieldWidget),
    (forms.CheckboxInput, UnfoldBooleanWidget),
    (forms.CheckboxSelectMultiple, UnfoldAdminCheckboxSelectMultipleWidget),
    (forms.Textarea, UnfoldAdminTextareaWidget),
    (forms.Select, UnfoldAdminSelectWidget),
    (forms.DateInput, UnfoldAdminDateWidget),
    (forms.TimeInput, UnfoldAdminTimeWidget),
    (forms.Textarea, UnfoldAdminTextareaWidget),
    (forms.NumberInput, UnfoldAdminIntegerFieldWidget),
    (forms.TextInput, UnfoldAdminTextInputWidget),
)


class DeedForm(forms.Form):
    """What a deed asks; without fields it only asks to confirm. Looks like the rest of the pages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = capfirst(field.label)
            _dress(field)

    def ask_for_reason(self) -> None:
        """Ask last why it should be done: for who approves it, and for the record."""
        self.fields[REASON] = forms.CharField(
            label=_("Reason"), max_length=MOST_OF_A_REASON, help_text=_("For the colleague who approves it, and for the record.")
        )
        _dress(self.fields[REASON])


class AmountField(forms.CharField):
    """An amount in yuan, zero and up; its value is in fen."""

    least_fen, most_fen = 0, 100_000_000
    said_wrong = gettext_lazy("Write an amount in yuan with at most two decimals, 0 to 1,000,000.")

    def to_python(self, value: Any) -> Any:
        """The amount in fen; None when nothing was written."""
        text = super().to_python(value)
        if text in self.empty_values:
            return None
        try:
            amount_fen = fen(text or "")
        except ValueError as problem:
            raise ValidationError(self.said_wrong) from problem
        if not self.least_fen <= amount_fen <= self.most_fen:
            raise ValidationError(self.said_wrong)
        return amount_fen


TOO_BIG = gettext_lazy("The file is too big: split it.")


class BoundedFileField(forms.FileField):
    """A file of at most `most_bytes`; a larger one is refused with what to do about it."""

    def __init__(self, *, most_bytes: int, too_big: Any = TOO_BIG, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._most_bytes, self._too_big = most_bytes, too_big

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The upload."""
        upload = super().clean(data, initial)
        if upload and upload.size > self._most_bytes:
            raise ValidationError(self._too_big)
        return upload


def _dress(field: forms.Field) -> None:
    for plain, dressed in _WIDGETS:
        if isinstance(field.widget, plain):
            choices = getattr(field.widget, "choices", None)
            field.widget = dressed(attrs=dict(field.widget.attrs))
            field.widget.is_required = field.required
            if choices is not None:
                field.widget.choices = choices
            return


PROPOSAL_SAYS = {
    ProposalOutcome.DONE: gettext_lazy("Proposed; it waits for approval."),
    ProposalOutcome.REPEATED: gettext_lazy("The same is proposed already and waits for approval."),
}


def _without_reason(said: Answers) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name != REASON}


def _is_proposed(actor: Actor, row: Any, said: Answers) -> object:
    raise NotImplementedError("a deed that needs approval proposes its payload; any other says what runs")


@dataclasses.dataclass(frozen=True, slots=True)
class Deed:
    """One action on a page. `run` calls it for the row (None when registering) with the form's answers and returns its outcome.

    `name` is the action's, and so the permission, unless `permission` finds another from the row. `says` puts outcomes (of the
    row) into words; `offered` tells in which state of the row the button makes sense (the action itself still decides).
    `explains` and what `shows` makes of the row stand above the form, `initial` is what the form starts from. A deed that
    `needs_approval` has no `run`: its form also asks for a reason, and the action is proposed for `subject` with the `payload`
    that the answers make (its keyword arguments, JSON values). When it is done the page goes back to where it was opened from, or
    to where the outcome `leads_to`.
    """

    name: str
    title: Any
    run: Callable[[Actor, Any, Answers], object] = _is_proposed
    form: type[DeedForm] = DeedForm
    explains: Any = ""
    says: Mapping[Any, Any] | Callable[[Any, Any], Any] = dataclasses.field(default_factory=dict)
    offered: Callable[[Any], bool] = lambda row: True
    is_grave: bool = False
    needs_approval: bool = False
    payload: Callable[[Answers], Mapping[str, Any]] = _without_reason
    subject: Callable[[Any, Answers], str] = lambda row, said: str(row.pk)
    initial: Callable[[Any], Answers] = lambda row: {}
    permission: Callable[[Any], str] | None = None
    shows: Callable[[Any], object] = lambda row: None
    leads_to: Callable[[Any], str | None] = lambda outcome: None
    template: str = "onecard/deed.html"

    def needs(self, row: Any) -> str:
        """The permission that the deed needs on this row."""
        return self.permission(row) if self.permission is not None else self.name

    def form_for(self, row: Any, *, answers: Any, files: Any = None) -> DeedForm:
        """What the deed asks, with the answers and files given so far (None: not sent yet)."""
        form = self.form(answers, files, initial=dict(self.initial(row)))
        if self.needs_approval:
            form.ask_for_reason()
        return form

    def act(self, actor: Actor, row: Any, said: Answers) -> object:
        """Do it, or propose it; the outcome."""
        if not self.needs_approval:
            return self.run(actor, row, said)
        return propose_action(actor, self.name, subject=self.subject(row, said), payload=self.payload(said), reason=said[REASON])

    def words_for(self, outcome: object, *, row: Any) -> Any:
        """What to tell the operator; None when there are no words for it."""
        says: Mapping[Any, Any] | Callable[[Any, Any], Any] = PROPOSAL_SAYS if self.needs_approval else self.says
        return says(outcome, row) if callable(says) else says.get(getattr(outcome, "outcome", outcome))

    @property
    def slug(self) -> str:
        """The last part of its address: report-loss."""
        return self.name.partition(".")[2].replace("_", "-")


class DeedAdmin(ReadOnlyAdmin):
    """Master data: a read-only list and detail with deeds as buttons, and a form to register a new row."""

    deeds: tuple[Deed, ...] = ()
    registering: Deed | None = None
    change_form_outer_before_template = "onecard/deeds.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether the operator may register; the form calls the action, no model is saved."""
        return self.registering is not None and request.user.has_perm(self.registering.name)

    def more_urls(self) -> list[URLPattern]:
        """A page for each deed."""
        wrap, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        found = []
        if self.registering is not None:
            found.append(path("add/", wrap(self.registering_view), name=f"{name}_add"))
        for deed in self.deeds:
            found.append(path(f"<path:object_id>/{deed.slug}/", wrap(self.deed_view), {"deed": deed}, name=f"{name}_{deed.slug}"))
        return found

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The detail page with a button for each deed that is permitted and makes sense now."""
        row = self.get_object(request, unquote(object_id)) if object_id else None
        offered = [deed for deed in self.deeds if row is not None and self.is_offered(deed, request=request, row=row)]
        buttons = [(deed, reverse(self._address(deed), args=[object_id])) for deed in offered]
        return super().changeform_view(request, object_id, form_url, {"deeds": buttons, **(extra_context or {})})

    def is_offered(self, deed: Deed, *, request: HttpRequest, row: Any) -> bool:
        """Whether the detail page has a button for the deed: permitted, and of use in the row's state."""
        return request.user.has_perm(deed.needs(row)) and deed.offered(row)

    def _address(self, deed: Deed) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{deed.slug}"

    def registering_view(self, request: HttpRequest) -> HttpResponse:
        """The form that registers a new row."""
        if self.registering is None:
            raise Http404
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return deed_page(request, self.registering, row=None, back=back, context=self._context(request))

    def deed_view(self, request: HttpRequest, object_id: str, *, deed: Deed) -> HttpResponse:
        """The page that asks for what the deed needs, and does it."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        back = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[object_id])
        context = {**self._context(request), "original": row, "heading": (type(self).heading or str)(row)}
        return deed_page(request, deed, row=row, back=back, context=context)

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts}


def deed_page(request: HttpRequest, deed: Deed, *, row: Model | None, back: str, context: dict[str, Any]) -> HttpResponse:
    """Ask, do, and go back with what became of it. Refused before anything is shown unless the operator may."""
    is_sent = request.method == "POST"
    form = deed.form_for(row, answers=request.POST if is_sent else None, files=request.FILES if is_sent else None)
    is_ready = is_sent and form.is_valid()
    if not request.user.has_perm(deed.needs(row)) and not is_ready:
        raise PermissionDenied
    if is_ready:
        outcome = deed.act(Actor.of(request.user), row, form.cleaned_data)  # type: ignore[arg-type]
        if _tell(request, deed, outcome=outcome, row=row):
            return redirect(deed.leads_to(outcome) or back)
    shown = None if row is None else deed.shows(row)
    page = {**context, "title": deed.title, "deed": deed, "form": form, "shown": shown, "back": back}
    return TemplateResponse(request, deed.template, page)


def _tell(request: HttpRequest, deed: Deed, *, outcome: object, row: Model | None) -> bool:
    """Say what became of it; False when it was refused and the form should stay."""
    said = deed.words_for(outcome, row=row)
    if is_refusal(outcome):
        messages.error(request, said or _("Refused: %(outcome)s.") % {"outcome": outcome_name(outcome)})
        return False
    if outcome_name(outcome) == "REPEATED":
        messages.info(request, said or _("It was so already. Nothing changed."))
    else:
        messages.success(request, said or _("Done: %(deed)s.") % {"deed": deed.title})
    return True
