"""No string on a screen is left in English: ours, and those of unfold that Django's own Chinese does not know."""

from __future__ import annotations

import gettext
import io
import re
from collections import Counter
from pathlib import Path

import pytest
import unfold
from django.utils.translation import override
from django.utils.translation.trans_real import translation

from onecard.kernel import messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
NUMBER_SIGNS = {"SAM", "TAC"}
"""Words that are the same in both languages."""


def unfold_strings() -> set[str]:
    """What unfold's core and filters may show; its other contribs (imports, guardian, …) are not installed."""
    root = Path(unfold.__file__).parent
    core = {path for path in messages.sources(root) if "contrib" not in path.parts or "filters" in path.parts}
    return set().union(*(messages.used_in_file(path) for path in core))


def known() -> dict[str, str]:
    """All catalogues together."""
    return {text: chinese for path in messages.catalogues() for text, chinese in messages.read(path).items()}


def test_every_string_of_ours_is_in_chinese() -> None:
    chinese = known()
    assert {text for text in messages.used_in(messages.PACKAGE) if not chinese.get(text)} == set()


def test_every_string_of_unfold_is_in_chinese() -> None:
    ours = known()
    with override("zh-hans"):
        chinese = translation("zh-hans")
        missing = {text for text in unfold_strings() if chinese.gettext(text) == text and not ours.get(text)}
    assert missing == set()


def test_the_catalogues_hold_nothing_that_is_not_used() -> None:
    django_or_ours = messages.used_in(messages.PACKAGE) | unfold_strings()
    assert {text for text in known() if text and text not in django_or_ours} == set()


def test_a_text_stands_in_one_catalogue() -> None:
    places = Counter(text for path in messages.catalogues() for text in messages.read(path) if text)
    assert {text for text, count in places.items() if count > 1} == set()


def test_translations_differ_and_keep_their_placeholders() -> None:
    for text, chinese in known().items():
        if text:
            assert sorted(set(PLACEHOLDER.findall(text))) == sorted(set(PLACEHOLDER.findall(chinese))), text
            assert text in NUMBER_SIGNS or text != chinese, text


@pytest.mark.parametrize("path", messages.catalogues(), ids=lambda path: path.parents[3].name)
def test_the_compiled_catalogue_is_that_of_the_source(path: Path) -> None:
    assert path.with_suffix(".mo").read_bytes() == messages.compiled(path), "run make messages"


def test_gettext_reads_what_we_compile() -> None:
    found = gettext.GNUTranslations(io.BytesIO(messages.compiled(messages.PACKAGE / "web" / messages.CATALOGUE)))
    assert found.gettext("Today") == "今日"
    assert found.ngettext("%(number)s purchase", "%(number)s purchases", 1) == "%(number)s 笔消费"
    assert found.ngettext("%(number)s purchase", "%(number)s purchases", 7) == "%(number)s 笔消费"


def test_a_damaged_catalogue_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text('msgid "a"\nmsgstr b\n', encoding="utf-8")
    with pytest.raises(ValueError, match="msgstr b"):
        messages.compiled(path)


@pytest.mark.parametrize("manual", sorted((messages.PACKAGE.parent / "docs" / "manual").glob("*.md")), ids=lambda path: path.stem)
def test_manuals_call_things_as_the_screen_does(manual: Path) -> None:
    """**English** (中文) in a manual is a text of the screen with its Chinese."""
    texts = {(text.lower(), chinese) for text, chinese in known().items()}
    named = re.findall(r"\*\*([^*]+)\*\*\s+\(([^()]*[\u4e00-\u9fff][^()]*)\)", manual.read_text(encoding="utf-8"))
    assert {(" ".join(english.split()).lower(), chinese) for english, chinese in named} - texts == set()
