"""Why a request is refused: HTTP status, a code that terminals act on, words for people."""

from __future__ import annotations


class Refused(Exception):
    """Ends a request: answered as `{"error": {"code", "message"}}` with the status, and Retry-After when there is one."""

    def __init__(self, status: int, code: str, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s


REFUSALS: dict[str, tuple[int, str]] = {
    "BAD_JSON": (400, "The body is not JSON in UTF-8."),
    "BAD_TOKEN": (401, "No token, or it is not good any more: open a session."),
    "BAD_SIGNATURE": (401, "The signature, the challenge or the terminal is not right; or the terminal is not enrolled."),
    "BAD_CODE": (401, "The enrolment code is wrong, used or expired: have a new one issued on the terminal's page."),
    "BAD_MAC": (403, "A record's MAC is not right: nothing of this request was booked."),
    "NO_SUCH_PATH": (404, "There is nothing at this address."),
    "BAD_METHOD": (405, "This address does not take this method."),
    "TOO_SLOW": (408, "The body did not arrive in time."),
    "CONFLICT": (409, "The request does not fit the state of the terminal."),
    "TOO_LARGE": (413, "The body is larger than this address takes."),
    "NOT_JSON": (415, "Send application/json."),
    "INVALID": (422, "A value is missing or out of bounds."),
    "TOO_MANY": (429, "Too many requests from here: wait."),
    "BROKEN": (500, "The centre made a mistake; it is in its log under the request id. Send the same again later."),
    "BUSY": (503, "The centre is busy or stopping: send the same again after the time that Retry-After says."),
}
"""Every refusal by its code: status and what it means (docs/terminal-protocol.md lists them from here)."""


def refused(code: str, message: str = "", *, retry_after_s: int | None = None) -> Refused:
    """The refusal of this code, with words of its own where they say more."""
    status, usual = REFUSALS[code]
    return Refused(status, code, message or usual, retry_after_s=retry_after_s)
