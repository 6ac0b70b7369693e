from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class WebConfig(AppConfig):
    """The room `web`; what it is for stands in its README.md."""

    name = "onecard.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"


class StaffAdminConfig(AdminConfig):
    """Django's admin with our site: every room's `admin.py` registers its pages there."""

    default_site = "onecard.web.site.StaffSite"
