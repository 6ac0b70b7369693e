"""Addresses of the staff pages: the site at the root, the language switch, and a sign of life."""

from __future__ import annotations

from django.contrib import admin
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def healthz(request: HttpRequest) -> HttpResponse:
    """`ok` when the database answers; what a load balancer or monitor asks. Says nothing else to strangers."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("onecard.feeds.api")),
    path("", admin.site.urls),
]
