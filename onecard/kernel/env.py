"""The environment: every ONECARD_* setting is declared here once, and read here alone.

A reader refuses a name that is not declared and a value that has the wrong shape, in words that say what would be right.
`docs/settings.md` lists the same table for people.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable
from pathlib import Path

PREFIX = "ONECARD_"
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class SettingProblem(RuntimeError):
    """A setting cannot be used. The message names the variable, the value and what would be right."""


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """One ONECARD_* variable: what it means, what holds when it is unset, and the values allowed if only some are."""

    name: str
    meaning: str
    default: str = ""
    choices: tuple[str, ...] = ()


def _table(settings: Iterable[Setting]) -> dict[str, Setting]:
    return {setting.name: setting for setting in settings}


SETTINGS = _table(
    (
        Setting(
            "ONECARD_VAR",
            "Folder of all state: database, keys, logs. Unset: `var` in the checkout, else ~/.local/state/onecard.",
        ),
        Setting(
            "ONECARD_DATABASE_URL",
            "Another PostgreSQL 17 or newer, postgresql://owner:password@host:port/database. Unset: the embedded one.",
        ),
        Setting("ONECARD_DEBUG", "Show errors in the browser; never on a machine that others reach.", "false"),
        Setting("ONECARD_HOSTS", "Host names under which the pages are served, separated by commas.", "127.0.0.1,localhost"),
        Setting("ONECARD_HTTPS", "The pages are reached by HTTPS only: cookies are marked secure.", "false"),
        Setting("ONECARD_TIME_ZONE", "Time zone of the campus: business days and meal periods are in it.", "Asia/Shanghai"),
        Setting("ONECARD_GATEWAY_RATE", "Requests a second that one terminal may send to a gateway process.", "100"),
        Setting(
            "ONECARD_GATEWAY_ADDRESS",
            "Address at which terminals and the browser POS reach the gateway, for links from the pages. "
            "Unset: where onecard up serves it.",
            "http://127.0.0.1:8001",
        ),
        Setting(
            "ONECARD_PAYMENT_LAYOUT",
            "Columns of the payment file for finance, as heading=field, with commas between them "
            "(the fields are in docs/manual/settlement.md).",
            "序号=number,户名=holder,开户行=bank,账号=account_no,金额=amount_yuan,备注=statement",
        ),
        Setting(
            "ONECARD_REFUND_LAYOUT",
            "Columns of the payment file of leavers' refunds in the same way (the fields are in docs/manual/finance.md).",
            "序号=number,户名=holder,开户行=bank,账号=account_no,金额=amount_yuan,备注=person_no",
        ),
        Setting("ONECARD_PASSWORD_PROFILE", "Rules for operators' passwords.", "mlps", choices=("mlps", "nist")),
        Setting(
            "ONECARD_SECOND_FACTOR",
            "Which operators must have a second factor; with `offered` nobody must: for demonstrations.",
            "privileged",
            choices=("privileged", "all", "offered"),
        ),
        Setting("ONECARD_IDLE_MINUTES", "Minutes without anything done after which an operator is logged out.", "30"),
        Setting("ONECARD_IDLE_MINUTES_PRIVILEGED", "The same for privileged posts.", "15"),
        Setting("ONECARD_SESSION_HOURS", "Hours after which an operator logs in anew, whatever was done.", "12"),
        Setting("ONECARD_VOUCHER_LAYOUT", "TOML file that says how finance's system wants vouchers. Unset: the standard layout."),
        Setting(
            "ONECARD_MAIL_URL",
            "Mail server for reports, as apprise writes it: mailtos://user:password@host:587?from=card@example.edu. "
            "Unset: no report is sent.",
        ),
        Setting(
            "ONECARD_ORIGIN",
            "Address of the pages as browsers see it, https://card.example.edu: security keys are bound to it. "
            "Unset: to the host name under which a page is opened.",
        ),
        Setting("ONECARD_PROXIES", "How many reverse proxies stand before the pages: where to read a browser's address.", "0"),
    )
)
"""Every setting by name: the whole of what a site may set by environment."""


def text(name: str) -> str:
    """The value of a declared setting without the blanks around it, or its default; an empty variable counts as unset.

    Raises KeyError for a name that is not declared and SettingProblem for a value outside the setting's choices.
    """
    setting = SETTINGS[name]
    value = os.environ.get(name, "").strip() or setting.default
    if setting.choices and value not in setting.choices:
        raise SettingProblem(f"{name} is {value!r}: it must be one of {', '.join(setting.choices)}")
    return value


def boolean(name: str) -> bool:
    """A declared setting as yes or no: 1, true, yes, on; 0, false, no, off, or empty for no."""
    value = text(name).lower()
    if value in _TRUE:
        return True
    if value in _FALSE or not value:
        return False
    raise SettingProblem(f"{name} is {value!r}: it must be true or false")


def integer(name: str, *, least: int, most: int) -> int:
    """A declared setting as a whole number from `least` to `most`, both included."""
    value = text(name)
    if not value.isascii() or not value.removeprefix("-").isdigit() or not least <= int(value) <= most:
        raise SettingProblem(f"{name} is {value!r}: it must be a whole number from {least} to {most}")
    return int(value)


def path(name: str) -> Path | None:
    """A declared setting as an absolute path (`~` is the home folder), or None when it is unset."""
    value = text(name)
    try:
        return Path(value).expanduser().absolute() if value else None
    except RuntimeError as error:
        raise SettingProblem(f"{name} is {value!r}: there is no such home folder; write the whole path") from error


def undeclared() -> list[str]:
    """The ONECARD_* variables of this process that no setting declares: misspelt ones, most likely."""
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in SETTINGS)


def project_root() -> Path | None:
    """The checkout that this code runs from (its pyproject.toml stands beside the package), or None when installed."""
    root = Path(__file__).parents[2]
    return root if (root / "pyproject.toml").is_file() else None


def var_folder() -> Path:
    """The folder of this installation's state, made with mode 0700 when missing.

    ONECARD_VAR if set, else `var` in the checkout, else ~/.local/state/onecard (under XDG_STATE_HOME where that is set).
    Raises SettingProblem when it cannot be made.
    """
    folder = path("ONECARD_VAR") or _usual_var_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingProblem(
            f"the folder for state, {folder}, cannot be made ({error.strerror}): "
            "let ONECARD_VAR name a folder that this user may write"
        ) from error
    return folder


def _usual_var_folder() -> Path:
    if root := project_root():
        return root / "var"
    try:
        state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    except RuntimeError as error:
        raise SettingProblem("this user has no home folder: let ONECARD_VAR name the folder for state") from error
    return Path(state) / "onecard"
