"""Where a request comes from, and whether a person made it."""

from __future__ import annotations

from ipaddress import ip_address

from django.http import HttpRequest

from onecard.access.types import Address
from onecard.kernel import env

MOST_PROXIES = 9
BY_SCRIPTS = frozenset({"cors", "same-origin", "no-cors"})


def address_of(request: HttpRequest) -> Address | None:
    """The browser's address; behind ONECARD_PROXIES reverse proxies the one that the outermost of them wrote down.

    None for what is no address: a proxy that is not counted, or one that writes nonsense.
    """
    proxies = env.integer("ONECARD_PROXIES", least=0, most=MOST_PROXIES)
    text = str(request.META.get("REMOTE_ADDR", ""))
    if proxies:
        forwarded = str(request.headers.get("X-Forwarded-For", "")).split(",")
        text = forwarded[-proxies].strip() if len(forwarded) >= proxies else ""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def is_by_a_person(request: HttpRequest) -> bool:
    """Whether somebody opened a page or sent something: what a page fetches by itself keeps nobody logged in."""
    if request.method not in ("GET", "HEAD"):
        return True
    return "HX-Request" not in request.headers and request.headers.get("Sec-Fetch-Mode", "") not in BY_SCRIPTS
