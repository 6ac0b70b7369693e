"""What the staff pages of all rooms share: read-only lists and details, money columns, links that respect permissions.

No page here writes: a room's pages change things by calling its actions (access/pages.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.paginator import InfinitePaginator
from unfold.utils import parse_date_str

from onecard.kernel import clock
from onecard.kernel.excel import TYPE
from onecard.kernel.export import MOST_ROWS, exported_list, is_too_long
from onecard.kernel.money import yuan

Column = Callable[[Any], object]

_viewer: ContextVar[HttpRequest | None] = ContextVar("onecard_viewer", default=None)


def made_for(request: HttpRequest) -> None:
    """The page that is made now is for this request's person: its links are those that the person may open."""
    _viewer.set(request)


def may_view(model: str) -> bool:
    """Whether the person at whose request the page is made may open the pages of `room.model`."""
    request = _viewer.get()
    room, _, name = model.partition(".")
    return request is not None and request.user.has_perm(f"{room}.view_{name}")


def link(model: str, pk: object, text: object) -> str | SafeString:
    """The text as a link to the page of `room.model` with this key; plain text for who may not open it."""
    if not may_view(model) or pk is None:
        return str(text)
    return _anchor(reverse(f"admin:{model.replace('.', '_')}_change", args=[pk]), text=text)


def list_link(model: str, text: object, **parameters: object) -> str | SafeString:
    """The text as a link to the list of `room.model`, narrowed by the list's parameters; plain text for who may not open it."""
    if not may_view(model):
        return str(text)
    address = reverse(f"admin:{model.replace('.', '_')}_changelist")
    return _anchor(f"{address}?{urlencode(parameters)}", text=text)


def _anchor(address: str, *, text: object) -> SafeString:
    return format_html('<a class="oc-link" href="{}">{}</a>', address, text)


def column(name: str, title: object, read: Column, *, order: str | None = None) -> Column:
    """A column, or a line of a detail page, that shows what `read` says; sorted by the field `order` where a list sorts."""

    def show(row: Any) -> object:
        return read(row)

    show.__name__ = name
    show.short_description = title  # type: ignore[attr-defined]
    if order is not None:
        show.admin_order_field = order  # type: ignore[attr-defined]
    return show


def badge(field: str, title: object, colours: Mapping[Any, str]) -> Column:
    """A column of a choice in words, coloured by its value: good, warn, bad, note; plain grey for any other value."""

    def show(row: Any) -> SafeString:
        words = getattr(row, f"get_{field}_display")()
        return format_html('<span class="oc-badge oc-{}">{}</span>', colours.get(getattr(row, field), "plain"), words)

    return column(f"{field}_badge", title, show)


def money(field: str, title: object) -> Column:
    """A column of the amount in `field` (fen) as people read it: ¥ in yuan, thousands separated, to the right."""

    def show(row: Any) -> object:
        amount_fen = getattr(row, field)
        return None if amount_fen is None else amount_text(amount_fen)

    shown = column(f"{field.removesuffix('_fen')}_yuan", title, show)
    shown.amount_field = field  # type: ignore[attr-defined]  # an export writes the number
    return shown


def amount_text(amount_fen: int) -> SafeString:
    """An amount for a page: digits of one width, red below zero."""
    kind = "oc-money oc-below" if amount_fen < 0 else "oc-money"
    return format_html('<span class="{}">{}</span>', kind, yuan(amount_fen))


def names_and_values(content: Mapping[str, object], *, words: Mapping[str, Any]) -> SafeString:
    """A table of names and values: names in `words` and their order, amounts in yuan, moments on campus time, none empty."""
    order = [*(name for name in words if name in content), *(name for name in content if name not in words)]
    lines = ((words.get(name, name), _value_text(name, content[name])) for name in order if content[name] is not None)
    rows = format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", lines)
    return format_html('<table class="oc-table oc-content"><tbody>{}</tbody></table>', rows)


def _value_text(name: str, value: object) -> object:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if name.endswith("_fen") and isinstance(value, int):
        return amount_text(value)
    if name.endswith("_at") and isinstance(value, str):
        return moment_text(value)
    return value


def moment_text(moment: str) -> str:
    """A moment in ISO 8601 on campus time, as people read it and forms take it; a text that is none as it stands."""
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return moment if parsed.tzinfo is None else str(parsed.astimezone(clock.campus_zone()).replace(tzinfo=None))


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]  # unfold carries no types
    """A list, the same as an Excel file, and a detail page: nothing can be added, changed or deleted here, whoever asks."""

    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    list_fullwidth = True
    actions = None
    compressed_fields = True
    heading: Column | None = None
    """How the detail page names the row; as its `str` when None."""
    when_empty: Any = ""
    """What comes into the list, and from where, for who sees it empty; beside the button that registers, if there is one."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """By the operator's posts."""
        return request.user.has_perm(f"{self.opts.app_label}.view_{self.opts.model_name}")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[Any]:
        """Every line of the detail page."""
        return [field for _, options in self.get_fieldsets(request, obj) for field in _flat(options["fields"])]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """The declared fieldsets, or one of `fields`."""
        return self.fieldsets or [(None, {"fields": list(self.fields or ())})]

    def get_urls(self) -> list[URLPattern]:
        """List, its export and detail only: what isn't there can't be reached."""
        wrap = self.admin_site.admin_view
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("", wrap(self.changelist_view), name=f"{name}_changelist"),
            path("export/", wrap(self.export_view), name=f"{name}_export"),
            *self.more_urls(),
            path("<path:object_id>/change/", wrap(self.change_view), name=f"{name}_change"),
        ]

    def more_urls(self) -> list[URLPattern]:
        """Further addresses of the room's own pages."""
        return []

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; only ever read."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        made_for(request)
        response: HttpResponse = super().changelist_view(request, extra_context)
        return response

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The list as an Excel file, as searched and filtered; the site notes in the audit log that it was taken."""
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        _viewer.set(request)
        narrowed, label = request.GET.urlencode(), f"{self.opts.app_label}.{self.opts.model_name}"
        back = f"{reverse('admin:' + label.replace('.', '_') + '_changelist')}?{narrowed}"
        try:
            found = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return redirect(back)
        if is_too_long(found.queryset):
            messages.error(request, gettext("More than %(most)s rows: narrow the list first.") % {"most": f"{MOST_ROWS:,}"})
            return redirect(back)
        self.admin_site.note_export(request, f"{label}?{narrowed}" if narrowed else label)
        file = exported_list(self, rows=found.queryset, columns=self.get_list_display(request))
        name = f"{label}-{clock.now().astimezone(clock.campus_zone()):%Y%m%d-%H%M%S}.xlsx"
        return FileResponse(file, as_attachment=True, filename=name, content_type=TYPE)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The detail page; only ever read."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        made_for(request)
        context = {"title": str(self.opts.verbose_name), **(extra_context or {})}
        response: HttpResponse = super().changeform_view(request, object_id, form_url, context)
        return response

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        """The detail page under its heading."""
        row, heading = kwargs.get("obj"), type(self).heading
        if row is not None and heading is not None:
            context = {**context, "heading": heading(row)}
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response


class MoneyAdmin(ReadOnlyAdmin):
    """A list over a table of any size: newest first, never counted, never sorted by a column without an index."""

    paginator = InfinitePaginator
    ordering: Any = ("-pk",)
    sortable_by: Any = ()


def _flat(fields: Sequence[Any]) -> list[Any]:
    return [one for field in fields for one in (field if isinstance(field, tuple | list) else [field])]


def days_filter(first_id: Callable[[date], int | None], *, after: Callable[[date], int | None]) -> type[RangeDateFilter]:
    """A filter by business date for a table whose ids grow with it: it narrows by id, which has an index, not by date.

    `first_id(day)` is the first id on or after the day, `after(day)` the first id after it; None when there is none.
    """

    class DaysFilter(RangeDateFilter):  # type: ignore[misc]  # unfold carries no types
        def queryset(self, request: HttpRequest, queryset: Any) -> Any:
            since, until = (self.used_parameters.get(f"{self.parameter_name}_{end}") for end in ("from", "to"))
            if since and (day := parse_date_str(str(since))):
                first = first_id(day)
                queryset = queryset.none() if first is None else queryset.filter(pk__gte=first)
            if until and (day := parse_date_str(str(until))):
                end = after(day)
                queryset = queryset if end is None else queryset.filter(pk__lt=end)
            return queryset

    return DaysFilter
