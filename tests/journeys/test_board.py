"""The board during an emulated lunch on real processes: terminals come in touch, fall silent while the line is cut, catch up."""

from __future__ import annotations

import http.cookiejar
import re
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.databases import ROOT
from tests.serving import installation, onecard_up

TERMINALS = 20
PREPARE = """
import django
django.setup()
from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.types import Actor, Post
from onecard.kernel import clock
from onecard.terminals.actions.publish_parameters import publish_parameters
actor = Actor.system("journey")
create_operator(actor, "watcher", full_name="Watcher", password="Correct-Horse-7", must_change_password=False)
assign_posts(actor, "watcher", posts=(Post.DIRECTOR,))
content = {"heartbeat_s": 1}
publish_parameters(actor, "all", content=content, effective_from=clock.now().isoformat(), reason="a quick lunch")
"""


class Glance(NamedTuple):
    """What the board shows at one moment."""

    in_touch: int
    silent: int
    unsent: int


class Watcher:
    """An operator at the board, over HTTP."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}"
        self._http = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self._get("/login/"))
        assert token is not None
        said = {"csrfmiddlewaretoken": token[1], "username": "watcher", "password": "Correct-Horse-7", "next": "/"}
        request = urllib.request.Request(self._address + "/login/", data=urllib.parse.urlencode(said).encode())
        request.add_header("Referer", self._address + "/login/")
        self._http.open(request, timeout=30).read()

    def _get(self, path: str) -> str:
        request = urllib.request.Request(self._address + path, headers={"Accept-Language": "en"})
        text: str = self._http.open(request, timeout=30).read().decode()
        return text

    def glance(self) -> Glance:
        """The counts on top of the board as it refreshes itself."""
        shown = self._get("/terminals/board/lines/")
        figures = [int(number.replace(",", "")) for number in re.findall(r'class="oc-figure[^"]*">([\d,]+)', shown)]
        silent = re.search(r"state=silent[^>]*>[^<]*</a> ([\d,]+)", shown)
        return Glance(figures[0], int(silent[1]) if silent else 0, figures[2])


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_the_board_shows_a_lunch_with_a_cut_line_live(folder: Path, tmp_path: Path) -> None:
    with onecard_up(folder, log=tmp_path / "up.log") as up:
        environment = {**installation(folder), "DJANGO_SETTINGS_MODULE": "onecard.settings"}
        subprocess.run([sys.executable, "-c", PREPARE], env=environment, cwd=ROOT, check=True, timeout=60)
        watcher, address = Watcher(up.pages), f"http://127.0.0.1:{up.terminals}"
        command = [sys.executable, "-m", "onecard", "terminal", "lunch", "--gateway", address, "--terminals", str(TERMINALS)]
        with (tmp_path / "lunch.log").open("w") as output:
            lunch = subprocess.Popen(
                [*command, "--cards", "600", "--seconds", "30"], env=environment, cwd=ROOT, stdout=output, stderr=output
            )
        glances = [watcher.glance()]
        while lunch.poll() is None:
            glances.append(watcher.glance())
            threading.Event().wait(0.05)
    assert lunch.returncode == 0, (tmp_path / "lunch.log").read_text()
    assert_lunch_was_seen(glances)


def assert_lunch_was_seen(glances: list[Glance]) -> None:
    """All came in touch, then fell silent, then told what they sold offline, and then had delivered it."""
    assert glances[0] == Glance(0, 0, 0)
    full = next(at for at, seen in enumerate(glances) if seen.in_touch == TERMINALS)
    silent = next(at for at, seen in enumerate(glances) if at > full and seen.silent == TERMINALS)
    back = [seen for seen in glances[silent:] if seen.in_touch == TERMINALS]
    peak = max(seen.unsent for seen in glances[silent:])
    told = next(at for at, seen in enumerate(glances) if at > silent and seen.unsent == peak)
    assert back
    assert peak > max(seen.unsent for seen in glances[full:silent])
    assert min(seen.unsent for seen in glances[told:]) < peak // 2
