"""Addresses of the merchants' and of the staff pages."""

from __future__ import annotations

from django.urls import include, path

handler403 = "onecard.web.errors.not_permitted"
handler404 = "onecard.web.errors.not_found"
urlpatterns = [path("merchant/", include("onecard.portal.urls")), path("", include("onecard.web.urls"))]
