"""The gates of make quality see what they are there to see."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from tools import sizes, translations


def test_a_function_over_the_limit_is_measured_with_its_place() -> None:
    body = "\n".join("    x = 1" for _ in range(sizes.FUNCTION_LINES))
    pieces = sizes.measure("pkg/module.py", f"import os\n\ndef long():\n{body}\n")
    assert [(piece.where, piece.lines) for piece in pieces if piece.lines > piece.limit] == [
        ("pkg/module.py:3 long", sizes.FUNCTION_LINES + 1)
    ]


def test_a_module_over_the_limit_is_measured() -> None:
    (module,) = sizes.measure("pkg/module.py", "x = 1\n" * (sizes.MODULE_LINES + 1))
    assert module.lines > module.limit


def test_every_source_root_is_measured() -> None:
    files = sizes.python_files()
    assert all(any(name.startswith(root) for name in files) for root in sizes.SOURCE_ROOTS)


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> translations.Catalogues:
    """A package with a marked text in Python and one with a placeholder in a template."""
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    (tmp_path / "pkg" / "templates").mkdir(parents=True)
    (tmp_path / "pkg" / "module.py").write_text(
        'title = _("My skills")\nmany = ngettext("%(n)s skill", "%(n)s skills", 2)\n', encoding="utf-8"
    )
    page = '{% load i18n %}{% translate "Open" context "verb" %}{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}'
    (tmp_path / "pkg" / "templates" / "page.html").write_text(page, encoding="utf-8")
    return translations.Catalogues(tmp_path / "pkg", tmp_path / "pkg" / "locale", "django")


def _translate(catalogues: translations.Catalogues, texts: dict[str, str]) -> None:
    path = catalogues.po("vi")
    po = polib.pofile(str(path))
    for entry in po:
        text = texts.get(entry.msgid, entry.msgid)
        if entry.msgid_plural:
            entry.msgstr_plural = {0: text}
        else:
            entry.msgstr = text
    po.save()
    po.save_as_mofile(str(path.with_suffix(".mo")))


def test_texts_of_python_and_templates_are_found_with_context_and_plural(catalogues: translations.Catalogues) -> None:
    found = translations.marked(catalogues)
    assert set(found) == {(None, "My skills"), (None, "%(n)s skill"), ("verb", "Open"), (None, "Hello %(name)s")}
    assert found[None, "%(n)s skill"].plural == "%(n)s skills"


def test_a_missing_catalogue_is_a_problem(catalogues: translations.Catalogues) -> None:
    assert translations.check(catalogues) == [
        "pkg/locale/en/LC_MESSAGES/django.po does not exist, 4 texts need it",
        "pkg/locale/vi/LC_MESSAGES/django.po does not exist, 4 texts need it",
    ]


def test_a_new_text_is_untranslated_until_a_person_translates_it(catalogues: translations.Catalogues) -> None:
    translations.update(catalogues)
    assert [problem.split("django.po: ")[1] for problem in translations.check(catalogues)] == [
        "'My skills' is not translated",
        "'%(n)s skill' is not translated",
        "'Open' is not translated",
        "'Hello %(name)s' is not translated",
    ]
    _translate(catalogues, {"My skills": "Kỹ năng của tôi"})
    assert translations.check(catalogues) == []


def test_an_update_keeps_translations_and_drops_what_nothing_uses(catalogues: translations.Catalogues) -> None:
    translations.update(catalogues)
    _translate(catalogues, {"My skills": "Kỹ năng của tôi"})
    (catalogues.package / "templates" / "page.html").write_text("", encoding="utf-8")
    assert any("is used nowhere" in problem for problem in translations.check(catalogues))
    translations.update(catalogues)
    assert translations.check(catalogues) == []
    assert {entry.msgid: entry.msgstr for entry in polib.pofile(str(catalogues.po("vi")))}["My skills"] == "Kỹ năng của tôi"


def test_other_placeholders_are_a_problem(catalogues: translations.Catalogues) -> None:
    translations.update(catalogues)
    _translate(catalogues, {"Hello %(name)s": "Chào %(ten)s"})
    (problem,) = translations.check(catalogues)
    assert "placeholders" in problem


def test_a_stale_compiled_catalogue_is_a_problem(catalogues: translations.Catalogues) -> None:
    translations.update(catalogues)
    _translate(catalogues, {})
    po = polib.pofile(str(catalogues.po("vi")))
    po[0].msgstr = "khác"
    po.save()
    assert translations.check(catalogues) == ["pkg/locale/vi/LC_MESSAGES/django.mo is not what its .po compiles to; run: make translations"]
