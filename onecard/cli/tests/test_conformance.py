"""What `onecard conformance` is given: terminals, cards, a hand; bad input is named with what to write instead."""

from __future__ import annotations

import shlex
import sys

import pytest

from onecard.cli.conformance import _given
from onecard.conformance.cases import LeftOut
from onecard.conformance.gateway_cases import GATEWAY_CASES
from onecard.conformance.hand import CommandHand
from onecard.conformance.kit import Post
from onecard.conformance.terminal_cases import TERMINAL_CASES
from tests.parallel import finished


def test_terminals_and_cards_are_read() -> None:
    posts, cards = _given(["T1=AAAAA-BBBBB", "T2=CCCCC-DDDDD"], ["paying=1001", "lost=1013"])
    assert posts == {"one": Post("T1", "AAAAA-BBBBB"), "two": Post("T2", "CCCCC-DDDDD")}
    assert cards == {"paying": 1001, "lost": 1013}


@pytest.mark.parametrize(
    ("terminals", "cards", "said"),
    [
        (["T1"], [], "write it as in --terminal T001="),
        (["=X"], [], "write it as in --terminal T001="),
        (["A=1", "B=2", "C=3"], [], "at most 2 times"),
        ([], ["rich=5"], "the kinds are paying, poor, lost"),
        ([], ["paying=five"], "write KIND=NUMBER"),
    ],
)
def test_what_cannot_be_read_is_named(terminals: list[str], cards: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        _given(terminals, cards)


def test_cases_are_chosen_by_the_beginning_of_their_names() -> None:
    assert {case.chapter for case in GATEWAY_CASES.named(["blacklist", "heartbeat"])} == {8, 9}
    assert [case.name for case in GATEWAY_CASES.named(["online.approved"])] == ["approved"]
    with pytest.raises(ValueError, match="no case begins with offline"):
        GATEWAY_CASES.named(["offline"])


def test_every_case_has_a_name_of_its_own_a_title_and_a_remedy() -> None:
    for cases in (GATEWAY_CASES.all, TERMINAL_CASES.all):
        names = [case.full_name for case in cases]
        assert len(names) == len(set(names))
        assert [case.full_name for case in cases if not case.title.endswith(".") or not case.remedy] == []


def test_a_command_is_the_hand_at_the_centre() -> None:
    script = "import sys; print('CODE-' + sys.argv[2] if sys.argv[1] == 'code' else ''); sys.exit(sys.argv[1] == 'lose')"
    hand = CommandHand(shlex.join([sys.executable, "-c", script]))
    assert finished(hand.do("code", "T1")) == "CODE-T1"
    with pytest.raises(LeftOut, match="ended with code 1"):
        finished(hand.do("lose", 1013))
