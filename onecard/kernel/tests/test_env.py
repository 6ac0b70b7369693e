from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from onecard.kernel import env


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> str:
    """A setting that only this test knows."""
    name = "ONECARD_TEST_SETTING"
    monkeypatch.setitem(env.SETTINGS, name, env.Setting(name, "for this test", "17"))
    monkeypatch.delenv(name, raising=False)
    return name


def test_every_setting_has_a_name_with_the_prefix_and_a_meaning() -> None:
    assert all(name == setting.name and name.startswith(env.PREFIX) for name, setting in env.SETTINGS.items())
    assert all(setting.meaning.endswith(".") for setting in env.SETTINGS.values())
    assert all(setting.default in setting.choices for setting in env.SETTINGS.values() if setting.choices)


def test_a_name_that_is_not_declared_is_refused() -> None:
    with pytest.raises(KeyError):
        env.text("ONECARD_NO_SUCH_THING")


@pytest.mark.parametrize(("value", "read"), [(None, "17"), ("", "17"), ("  ", "17"), (" x ", "x")])
def test_text(declared: str, monkeypatch: pytest.MonkeyPatch, value: str | None, read: str) -> None:
    if value is not None:
        monkeypatch.setenv(declared, value)
    assert env.text(declared) == read


def test_a_value_outside_the_choices_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONECARD_PASSWORD_PROFILE", "none")
    with pytest.raises(env.SettingProblem, match="must be one of mlps, nist"):
        env.text("ONECARD_PASSWORD_PROFILE")


@pytest.mark.parametrize(
    ("value", "read"), [("1", True), ("True", True), ("yes", True), ("on", True), ("0", False), ("NO", False), ("off", False)]
)
def test_boolean(declared: str, monkeypatch: pytest.MonkeyPatch, value: str, read: bool) -> None:
    monkeypatch.setenv(declared, value)
    assert env.boolean(declared) is read


def test_boolean_refuses_anything_else(declared: str) -> None:
    with pytest.raises(env.SettingProblem, match="'17': it must be true or false"):
        env.boolean(declared)


@pytest.mark.parametrize("value", ["1", "20", "17"])
def test_integer_takes_both_ends(declared: str, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(declared, value)
    assert env.integer(declared, least=1, most=20) == int(value)


@pytest.mark.parametrize("value", ["0", "21", "-3", "1.5", "x", "１２", "--4", "1_0"])
def test_integer_refuses(declared: str, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(declared, value)
    with pytest.raises(env.SettingProblem, match="whole number from 1 to 20"):
        env.integer(declared, least=1, most=20)


def test_path_is_absolute_and_knows_the_home_folder(declared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(declared, "~/x")
    assert env.path(declared) == Path.home() / "x"
    monkeypatch.setenv(declared, "x/y")
    assert env.path(declared) == Path.cwd() / "x" / "y"


def test_path_is_none_when_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONECARD_VAR", raising=False)
    assert env.path("ONECARD_VAR") is None


def test_path_refuses_the_home_of_nobody(declared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(declared, "~no-such-user-here/x")
    with pytest.raises(env.SettingProblem, match="write the whole path"):
        env.path(declared)


def test_a_misspelt_variable_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONECARD_TIMEZONE", "Asia/Shanghai")
    assert "ONECARD_TIMEZONE" in env.undeclared()
    assert "ONECARD_VAR" not in env.undeclared()


def test_the_var_folder_is_made_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONECARD_VAR", str(tmp_path / "a" / "var"))
    assert env.var_folder() == tmp_path / "a" / "var"
    assert stat.S_IMODE(env.var_folder().stat().st_mode) == 0o700


def test_the_var_folder_that_cannot_be_made_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ONECARD_VAR", str(tmp_path / "file" / "var"))
    with pytest.raises(env.SettingProblem, match="let ONECARD_VAR name a folder"):
        env.var_folder()


def test_unset_it_is_in_the_checkout_or_in_the_users_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONECARD_VAR", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "checkout").mkdir()
    monkeypatch.setattr(env, "project_root", lambda: tmp_path / "checkout")
    assert env.var_folder() == tmp_path / "checkout" / "var"
    monkeypatch.setattr(env, "project_root", lambda: None)
    assert env.var_folder() == tmp_path / "state" / "onecard"


def test_this_checkout_is_recognised() -> None:
    root = env.project_root()
    assert root is not None
    assert (root / "onecard" / "kernel" / "env.py").samefile(env.__file__)
    assert os.access(root, os.R_OK)
