"""A further language of the interface is a catalogue, not code; the content of tasks stays Vietnamese or English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.test import override_settings
from django.utils import translation

from digiskills_framework.tasks import load_task
from digiskills_xblock import i18n
from digiskills_xblock.ui_strings import UI_STRINGS
from tests.digiskills_xblock.conftest import PageMaker

START = "Commencer avec de l’aide"


def write(folder: Path, language: str, domain: str, texts: dict[str, str]) -> None:
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    catalogue.extend(polib.POEntry(msgid=text, msgstr=translated) for text, translated in texts.items())
    target = folder / language / "LC_MESSAGES" / f"{domain}.mo"
    target.parent.mkdir(parents=True)
    catalogue.save_as_mofile(str(target))


@pytest.fixture
def french(tmp_path: Path) -> Iterator[None]:
    """A site that has a French catalogue of one text."""
    write(tmp_path, "fr", "text", {UI_STRINGS["start_guided"]: START})
    with override_settings(DIGISKILLS_LOCALE_DIRS=[str(tmp_path)]):
        yield


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", ["fr", "fr-CA"])
def test_a_third_language_needs_a_catalogue_and_no_code(french: None, page: PageMaker, wanted: str) -> None:
    tab = page("S3-01")
    with translation.override(wanted):
        fragment = tab.block.student_view()
        init = fragment.json_init_args
    assert init["strings"]["start_guided"] == START
    assert init["strings"]["finish"] == UI_STRINGS["finish"]  # what is not translated is English
    assert (init["language"], init["task"]["title"]) == ("en", load_task("S3-01").title.en)
    assert 'lang="fr"' in fragment.content
    assert '<h3 class="digiskills-practice-title" lang="en">' in fragment.content


@pytest.mark.parametrize(
    "wanted, spoken, content",
    [("fr", "fr", "en"), ("de", "en", "en"), ("vi-VN", "vi", "vi"), ("vi_VN", "vi", "vi"), ("en-gb", "en", "en"), (None, "en", "en")],
)
def test_the_nearest_language_is_spoken(french: None, wanted: str | None, spoken: str, content: str) -> None:
    with translation.override(wanted):
        assert (i18n.interface_language(), i18n.current_language()) == (spoken, content)


def test_who_asks_for_vietnamese_content_is_spoken_to_in_vietnamese(french: None) -> None:
    with translation.override("fr"):
        assert (i18n.interface_language("vi"), i18n.interface_language("en")) == ("vi", "fr")


def test_a_site_may_say_it_in_its_own_words(tmp_path: Path) -> None:
    """As atlas pulls them: a catalogue of ours under the domain django."""
    write(tmp_path, "vi", "django", {UI_STRINGS["finish"]: "Nộp"})
    with override_settings(DIGISKILLS_LOCALE_DIRS=[str(tmp_path)]):
        assert i18n.gettext(UI_STRINGS["finish"], "vi") == "Nộp"
        assert i18n.gettext(UI_STRINGS["result"], "vi") == "Kết quả của bạn"
    assert i18n.gettext(UI_STRINGS["finish"], "vi") == "Xong"
