"""The papers' pages: what was issued, newest first; each as it prints, with its files and signatures."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter

from onecard.access.pages import Deed, DeedAdmin
from onecard.kernel.pages import MoneyAdmin, column
from onecard.papers import kinds
from onecard.papers.actions.check_paper import check_paper
from onecard.papers.actions.receive_paper import receive_paper
from onecard.papers.models import Paper
from onecard.papers.pages import excel_file, pdf_file, print_page, shown_sheet
from onecard.papers.queries import is_intact
from onecard.papers.sheet import sheet_of
from onecard.papers.types import Role, Sheet, SignOutcome

SAYS = {
    SignOutcome.DONE: _("Signed."),
    SignOutcome.REFUSED_NOT_ASKED: _("This paper asks for no such signature."),
    SignOutcome.REFUSED_REPLACED: _("A newer version replaced this paper: sign that one."),
    SignOutcome.REFUSED_OWN: _("Nobody signs an own paper: a colleague has to."),
    SignOutcome.REFUSED_SIGNED: _("Somebody else signed it already."),
    SignOutcome.REFUSED_BOTH: _("The same person cannot sign twice."),
}


def _wants(role: Role, *, paper: Paper) -> bool:
    is_signed = any(one.role == role.value for one in paper.signatures.all())
    return role in paper.declared.signatures and not is_signed and not paper.is_replaced


CHECK = Deed(
    "papers.check_paper",
    _("Sign as checked"),
    lambda actor, paper, said: check_paper(actor, paper.pk),
    explains=_("Your name and the time stand under the paper for good."),
    says=SAYS,
    offered=lambda paper: _wants(Role.CHECKED, paper=paper),
)
RECEIVE = Deed(
    "papers.receive_paper",
    _("Sign as received"),
    lambda actor, paper, said: receive_paper(actor, paper.pk),
    explains=_("Your name and the time stand under the paper for good."),
    says=SAYS,
    offered=lambda paper: _wants(Role.RECEIVED, paper=paper),
)


class KindFilter(DropdownFilter):  # type: ignore[misc]  # unfold carries no types
    """By kind; offers the kinds that were ever issued."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """The kinds by their titles."""
        names = Paper.objects.order_by("kind").values_list("kind", flat=True).distinct()
        return [(name, kinds.kind_of(name).title) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Paper]) -> QuerySet[Paper]:
        """The papers of that kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


def _state(paper: Paper) -> SafeString:
    if paper.is_replaced:
        return format_html('<span class="oc-badge oc-plain">{}</span>', _now("Replaced"))
    missing = len(paper.declared.signatures) - paper.signatures.count()
    if missing > 0:
        return format_html('<span class="oc-badge oc-warn">{}</span>', _now("To be signed"))
    return format_html('<span class="oc-badge oc-good">{}</span>', _now("Complete"))


def paper_heading(paper: Paper) -> str:
    """The heading of a paper: its title and number."""
    return f"{paper.declared.title} {paper}"


@admin.register(Paper)
class PaperAdmin(DeedAdmin, MoneyAdmin):
    """单据: every numbered document of the centre."""

    list_display = (
        column("full_number", _("number"), str),
        column("title", _("kind"), lambda paper: paper.declared.title),
        "subject",
        "dated",
        column("state", _("state"), _state),
        "made_by",
        "made_at",
    )
    list_filter = (KindFilter, ("dated", RangeDateFilter))
    list_select_related = ("replaced_by",)
    search_fields = ("number", "subject")
    search_help_text = _("Beginning of the number, or what it is about")
    heading = staticmethod(paper_heading)
    deeds = (CHECK, RECEIVE)
    fields = ()
    change_form_outer_before_template = "onecard/paper.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paper]:
        """Without the contents, which the list doesn't show."""
        found: QuerySet[Paper] = super().get_queryset(request)
        return found.defer("content").prefetch_related("signatures")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Paper], search_term: str
    ) -> tuple[QuerySet[Paper], bool]:
        """By the beginning of the number or the exact subject: both have an index."""
        term = search_term.strip()
        wanted = Q(number__startswith=term.upper()) | Q(subject=term)
        return (queryset.filter(wanted) if term else queryset), False

    def more_urls(self) -> list[URLPattern]:
        """The paper as files and as a page that prints itself."""
        wrap = self.admin_site.admin_view
        views = {"pdf": self.pdf_view, "excel": self.excel_view, "print": self.print_view}
        own = [path(f"<path:object_id>/{kind}/", wrap(view), name=f"papers_paper_{kind}") for kind, view in views.items()]
        return [*own, *super().more_urls()]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The paper as it prints, with its buttons."""
        context = dict(extra_context or {})
        paper = self.get_object(request, object_id) if object_id and self.has_view_permission(request) else None
        if paper is not None:
            files = {kind: reverse(f"admin:papers_paper_{kind}", args=[paper.pk]) for kind in ("pdf", "excel", "print")}
            versions = Paper.objects.filter(number=paper.number).exclude(pk=paper.pk).order_by("version")
            context |= {"files": files, "is_intact": is_intact(paper), "versions": versions}
            context |= shown_sheet(sheet_of(paper))
        return super().changeform_view(request, object_id, form_url, context)

    def pdf_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The paper as PDF."""
        return pdf_file(request, self._sheet(request, object_id), back=self._page(object_id))

    def excel_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The paper as an Excel file."""
        return excel_file(self._sheet(request, object_id))

    def print_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The paper alone, which prints itself."""
        return print_page(request, self._sheet(request, object_id))

    def _sheet(self, request: HttpRequest, object_id: str) -> Sheet:
        if not self.has_view_permission(request):
            raise PermissionDenied
        paper = self.get_object(request, object_id)
        if paper is None:
            raise Http404
        return sheet_of(paper, address=request.build_absolute_uri(self._page(object_id)))

    @staticmethod
    def _page(object_id: str) -> str:
        return reverse("admin:papers_paper_change", args=[object_id])
