"""The staff site: log-in, first page, own account, closing the day; the rooms' own pages hang below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from unfold.sites import UnfoldAdminSite

from onecard.access.actions.export_list import export_list
from onecard.access.models import Operator
from onecard.access.queries import proposals_waiting_for
from onecard.access.types import Actor
from onecard.closing.pages import close_day_page
from onecard.counter import addresses as counter
from onecard.counter.alerts import alerts_for
from onecard.kernel.pages import ReadOnlyAdmin
from onecard.months import addresses as months
from onecard.policies.pages import check_page
from onecard.reports import addresses as boards
from onecard.terminals import addresses as terminals
from onecard.web import account, account_keys
from onecard.web.log_in import factor_page, log_in_page, log_out_page
from onecard.web.queries import figures_now
from onecard.web.reports import REPORTS, report_page
from onecard.workdays import addresses as workdays

UNUSED = frozenset({"autocomplete", "view_on_site", "app_list", "search", "password_change_done"})
"""Django's and unfold's own addresses that no page of ours uses; what is not there needs no guard."""


OWN_PAGES = frozenset(
    {
        "password_change",
        "account",
        "account_factor",
        "account_removal",
        "account_codes",
        "account_key",
        "account_keys",
        "logout",
        "jsi18n",
    }
)
"""Pages about the own account, for everybody who can log in."""


class StaffSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold carries no types
    """The pages of the centre's staff. Who may do what follows from posts; nobody is a superuser."""

    index_title = gettext_lazy("Today")
    index_template = "onecard/index.html"
    final_catch_all_view = False
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take our own read-only pages alone: other apps (Django's groups) would bring pages that write without an action."""
        if admin_class is not None and issubclass(admin_class, ReadOnlyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's addresses less the unused ones, and ours."""
        kept = [url for url in super().get_urls() if getattr(url, "name", None) not in UNUSED]
        return [
            path("figures/", self.admin_view(self.figures), name="figures"),
            path("check-policies/", self.admin_view(self.check_policies), name="check_policies"),
            path("close-day/", self.admin_view(self.close_day), name="close_day"),
            *(path(f"reports/{name}/", self.admin_view(self.report), {"name": name}, name=name) for name in REPORTS),
            path("login/factor/", self.login_factor, name="login_factor"),
            path("account/", self._own(account.account_page), name="account"),
            path("account/factor/", self._own(account.factor_page), name="account_factor"),
            path("account/factor/remove/", self._own(account.removal_page), name="account_removal"),
            path("account/recovery-codes/", self._own(account.recovery_page), name="account_codes"),
            path("account/key/", self._own(account_keys.key_page), name="account_key"),
            path("account/key/remove/", self._own(account_keys.removal_page), name="account_keys"),
            *counter.addresses(self),
            *months.addresses(self),
            *boards.addresses(self),
            *terminals.addresses(self),
            *workdays.addresses(self),
            *kept,
        ]

    def has_permission(self, request: HttpRequest) -> bool:
        """The centre's people everywhere; a merchant's on the pages of the own account, and to log out."""
        match = request.resolver_match
        is_own = match is not None and match.url_name in OWN_PAGES and request.user.has_perm("access.change_own_password")
        return is_own or bool(super().has_permission(request))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Empty: the side bar (unfold.py) says what there is, by permission."""
        return []

    def _own(self, page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest) -> HttpResponse:
            return page(request, context=self.each_context(request))

        guarded: Callable[..., HttpResponse] = self.admin_view(view)
        return guarded

    def note_export(self, request: HttpRequest, taken: str) -> None:
        """Keep in the audit log that this operator takes a list as a file; kernel/pages.py asks for it."""
        export_list(Actor.of(request.user), taken)  # type: ignore[arg-type]

    @method_decorator([never_cache, sensitive_post_parameters()])
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """登录."""
        return log_in_page(request, context=self.each_context(request))

    @method_decorator([never_cache, sensitive_post_parameters()])
    def login_factor(self, request: HttpRequest) -> HttpResponse:
        """The log-in's second step."""
        return factor_page(request, context=self.each_context(request))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """退出."""
        return log_out_page(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The first page: the day's figures, or what the operator's posts open."""
        request.current_app = self.name
        context = {**self.each_context(request), "title": self.index_title, **self._figures(request), **(extra_context or {})}
        return TemplateResponse(request, self.index_template, context)

    def figures(self, request: HttpRequest) -> TemplateResponse:
        """The figures alone, for the page to refresh itself."""
        if not request.user.has_perm("web.view_dashboard"):
            raise PermissionDenied
        return TemplateResponse(request, "onecard/figures.html", self._figures(request))

    def _figures(self, request: HttpRequest) -> dict[str, Any]:
        user = request.user
        if not user.has_perm("web.view_dashboard"):
            return {"sees_figures": False}
        may = {name: user.has_perm(permission) for name, permission in MAY.items()}
        waiting = proposals_waiting_for(user) if isinstance(user, Operator) and may["proposals"] else 0
        figures = {"figures": figures_now(), "may": may, "waiting": waiting, "alerts": alerts_for(user)}
        return {"sees_figures": True, **figures}

    def close_day(self, request: HttpRequest) -> HttpResponse:
        """日结."""
        if not (request.user.has_perm("closing.close_day") or request.user.has_perm("closing.open_first_day")):
            raise PermissionDenied
        return close_day_page(request, context=self.each_context(request), home=reverse("admin:index"))

    def report(self, request: HttpRequest, name: str) -> HttpResponse:
        """A report on the audit log: a page, or with `as` a file, which is noted."""
        return report_page(request, REPORTS[name], context=self.each_context(request), note=self.note_export)

    def check_policies(self, request: HttpRequest) -> HttpResponse:
        """每日检查参数."""
        return check_page(request, context=self.each_context(request))

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Change one's own password, by the action."""
        return account.password_page(request, context=self.each_context(request))


MAY = {
    "close": "closing.close_day",
    "open": "closing.open_first_day",
    "held": "ledger.view_heldrecord",
    "proposals": "access.view_proposal",
    "gaps": "terminals.view_terminalbatch",
    "terminals": "terminals.view_terminal",
    "cards": "cards.view_card",
    "purchases": "purchases.view_purchase",
    "merchants": "merchants.view_merchant",
    "seals": "closing.view_seal",
}
"""What the first page links to, by permission."""
