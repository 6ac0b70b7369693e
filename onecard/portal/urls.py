"""Addresses of the merchants' pages."""

from __future__ import annotations

from django.urls import path

from onecard.portal import pages

app_name = "portal"
urlpatterns = [
    path("", pages.today, name="today"),
    path("sales/", pages.sales, name="sales"),
    path("statements/", pages.statements, name="statements"),
    path("statements/<int:number>/", pages.statement, name="statement"),
    path("statements/<int:number>/transfers/", pages.transfers, name="transfers"),
    path("statements/<int:number>/confirm/", pages.confirm, name="confirm"),
    path("statements/<int:number>/pdf/", pages.paper, {"kind": "pdf"}, name="pdf"),
    path("statements/<int:number>/excel/", pages.paper, {"kind": "excel"}, name="excel"),
    path("terminals/", pages.terminals, name="terminals"),
    path("people/", pages.people, name="people"),
    path("people/<slug:username>/disable/", pages.disable, name="disable"),
    path("corrections/", pages.corrections, name="corrections"),
    path("corrections/<int:transfer_id>/", pages.correction, name="correction"),
]
