"""A further language of the interface is a catalogue, not code; the content of tasks stays Vietnamese or English."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import polib
import pytest
from django.test import override_settings
from django.utils import timezone, translation

from digiskills_framework.tasks import load_task
from digiskills_grading import doctor
from digiskills_grading.data import Finding
from digiskills_xblock import i18n
from digiskills_xblock.pages.operations import Operations
from digiskills_xblock.ui_strings import UI_STRINGS
from tests.digiskills_xblock.conftest import PageMaker

Damage = Callable[[Path], None]
START = "Commencer avec de l’aide"


def write(folder: Path, language: str, domain: str, texts: dict[str, str]) -> None:
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    catalogue.extend(polib.POEntry(msgid=text, msgstr=translated) for text, translated in texts.items())
    target = folder / language / "LC_MESSAGES" / f"{domain}.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
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


def catalogue(folder: Path, language: str, domain: str = "text") -> Path:
    return folder / language / "LC_MESSAGES" / f"{domain}.mo"


def empty(file: Path) -> None:
    file.write_bytes(b"")


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-9])


def no_catalogue(file: Path) -> None:
    file.write_bytes(b"<html>404 Not Found</html>")


def header_of(value: str) -> Damage:
    """A file that is whole, and whose header cannot be used."""

    def change(file: Path) -> None:
        found = polib.mofile(str(file))
        name, _colon, text = value.partition(": ")
        found.metadata[name] = text
        found.save(str(file))

    return change


def folder_instead(file: Path) -> None:
    file.unlink()
    file.mkdir()


DAMAGES = {
    "empty": empty,
    "cut": cut,
    "no catalogue": no_catalogue,
    "charset": header_of("Content-Type: text/plain; charset=UTF-9"),
    "plural": header_of("Plural-Forms: nplurals=2; plural=(n"),
    "plural without a rule": header_of("Plural-Forms: nplurals=2; none"),
    "unreadable": folder_instead,
}


@pytest.fixture(params=sorted(DAMAGES))
def damaged(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A site whose French catalogue, the only one, and whose own Vietnamese words are damaged."""
    for language in ("fr", "vi"):
        write(tmp_path, language, "text", {UI_STRINGS["finish"]: "Fini", UI_STRINGS["start_guided"]: START})
        DAMAGES[request.param](catalogue(tmp_path, language))
    with override_settings(DIGISKILLS_LOCALE_DIRS=[str(tmp_path)]):
        yield tmp_path


@pytest.mark.django_db
def test_a_damaged_catalogue_breaks_no_page_and_is_told_once(damaged: Path, page: PageMaker, caplog: pytest.LogCaptureFixture) -> None:
    tab = page("S3-01")
    for _again in range(2):
        with translation.override("fr"):
            fragment = tab.block.student_view()
        assert 'lang="en"' in fragment.content
        assert fragment.json_init_args["strings"]["start_guided"] == UI_STRINGS["start_guided"]
        assert i18n.gettext(UI_STRINGS["finish"], "vi") == "Xong"
    told = [record.getMessage() for record in caplog.records if record.name == "digiskills_xblock.i18n"]
    assert sorted(line.partition(" ")[0] for line in told) == [str(catalogue(damaged, language)) for language in ("fr", "vi")]


def told_by_the_doctor() -> list[Finding]:
    return [finding for finding in Operations().findings(now=timezone.now()) if finding.check == "catalogues"]


def test_the_doctor_names_a_damaged_catalogue_and_what_to_do(damaged: Path) -> None:
    write(damaged, "fr", "django", {UI_STRINGS["finish"]: "Fini"})
    found = told_by_the_doctor()
    assert [finding.level for finding in found] == ["warn", "warn"]
    for finding, language in zip(found, ("fr", "vi"), strict=True):
        assert str(catalogue(damaged, language)) in finding.what
        assert "msgfmt" in finding.todo


def test_the_doctor_names_a_folder_that_is_missing_or_has_no_catalogue(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    with override_settings(DIGISKILLS_LOCALE_DIRS=[str(missing), str(tmp_path)]):
        first, second = told_by_the_doctor()
    assert (first.level, second.level) == ("warn", "warn")
    assert str(missing) in first.what
    assert "DIGISKILLS_LOCALE_DIRS" in first.todo
    assert str(tmp_path) in second.what
    assert "LC_MESSAGES/text.mo" in second.todo


def test_the_doctor_counts_what_is_well(french: None) -> None:
    (finding,) = told_by_the_doctor()
    assert (finding.level, finding.what) == ("ok", "1 catalogue of the site can be read: fr")


@pytest.mark.django_db
def test_a_site_without_catalogues_of_its_own_is_well() -> None:
    (finding,) = told_by_the_doctor()
    assert (finding.level, finding.what) == ("ok", "the site has no catalogues of its own")
    assert finding in doctor.examine(now=timezone.now())
