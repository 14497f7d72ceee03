"""What the strict reader takes, what it refuses, and that nothing else ever happens."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from digiskills_framework.errors import FrameworkDataError, InvalidShapeError, UnreadableFileError
from digiskills_framework.strict_yaml import MAX_BYTES, parse_yaml, read_yaml

VISIBLE = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Cn", "Zl", "Zp")), max_size=20).map(
    lambda text: unicodedata.normalize("NFC", text)
)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | VISIBLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(VISIBLE, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "text, value",
    [
        ("a: no", {"a": "no"}),
        ("a: 2025-07-01", {"a": "2025-07-01"}),
        ("a: 007", {"a": "007"}),
        ("a: true", {"a": True}),
        ("a: ~", {"a": None}),
        ("a:", {"a": None}),
        ("a: '1.0'", {"a": "1.0"}),
        ("- 1\n- -2", [1, -2]),
        ("a: |\n  hai\n  dòng\n", {"a": "hai\ndòng\n"}),
    ],
)
def test_scalars_mean_what_they_look_like(text: str, value: object) -> None:
    assert parse_yaml(text.encode(), name="f.yaml").value == value


@pytest.mark.parametrize(
    "text, part",
    [
        ("a: 1\nb: 2\na: 3", "is given twice"),
        ("a: {b: 1, b: 2}", "is given twice"),
        ("a: 1.0", "fraction"),
        ("a: .5", "fraction"),
        ("a: &x 1\nb: *x", "anchor or alias"),
        ("a: *nowhere", "anchor or alias"),
        ("a: !!python/object/apply:os.system [ls]", "tag"),
        ("a: !!int '3'", "tag"),
        ("[" * 40 + "]" * 40, "nested too deeply"),
        ("a: 1\n---\nb: 2", "more than one document"),
        ("? [a]\n: 1", "collection as a key"),
        ("a: [1", "not valid YAML"),
        ("\t- a", "not valid YAML"),
        ("", "is empty"),
        ("# only a comment", "is empty"),
    ],
)
def test_refuses_what_can_surprise(text: str, part: str) -> None:
    with pytest.raises(UnreadableFileError, match=part) as caught:
        parse_yaml(text.encode(), name="f.yaml")
    assert caught.value.file == "f.yaml"
    assert caught.value.remedy


def test_names_line_and_path_of_a_duplicate() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        parse_yaml(b"skills:\n  - code: A\n    code: B\n", name="f.yaml")
    assert (caught.value.findings[0].line, caught.value.path, caught.value.value) == (3, "skills[0].code", "code")


def test_collects_every_duplicate() -> None:
    with pytest.raises(UnreadableFileError) as caught:
        parse_yaml(b"a: 1\na: 2\nb: 1\nb: 2\n", name="f.yaml")
    assert [finding.path for finding in caught.value.findings] == ["a", "b"]


@pytest.mark.parametrize("char", ["\u200b", "\u202e", "\ufeff", "\\u0007"])
def test_refuses_characters_that_nobody_sees(char: str) -> None:
    with pytest.raises(InvalidShapeError, match="invisible"):
        parse_yaml(f'a: "x{char}y"'.encode(), name="f.yaml")


def test_refuses_decomposed_letters_in_keys_and_values() -> None:
    decomposed = unicodedata.normalize("NFD", "kỹ năng")
    with pytest.raises(InvalidShapeError) as caught:
        parse_yaml(f"{decomposed}: {decomposed}".encode(), name="f.yaml")
    assert len(caught.value.findings) == 2


def test_refuses_other_encodings_and_too_much() -> None:
    with pytest.raises(UnreadableFileError, match="UTF-8"):
        parse_yaml("a: kỹ năng".encode("utf-16"), name="f.yaml")
    with pytest.raises(UnreadableFileError, match="too large"):
        parse_yaml(b" " * (MAX_BYTES + 1), name="f.yaml")


def test_a_missing_file_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        read_yaml(tmp_path / "nothing.yaml")


@pytest.mark.property
@given(TREES)
def test_reads_back_what_a_dumper_writes_in_quotes(tree: object) -> None:
    class Quoted(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    Quoted.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))
    written = yaml.dump(tree, Dumper=Quoted, allow_unicode=True)
    assert parse_yaml(written.encode(), name="f.yaml").value == tree


@pytest.mark.property
@given(st.binary(max_size=300) | st.text(alphabet="ab:-[]{}&*!|>'\"#%@`\n \t,?0.~\\uxU9\u0301", max_size=120).map(str.encode))
@example(b'"\\U99999999"')
@example(b"{{{{")
@example(b"%YAML 9.9\n---\na")
def test_hostile_bytes_are_read_or_refused_never_anything_else(data: bytes) -> None:
    try:
        parse_yaml(data, name="f.yaml")
    except FrameworkDataError as error:
        findings = error.findings
    else:
        findings = ()
    assert all(finding.message and finding.remedy for finding in findings)
