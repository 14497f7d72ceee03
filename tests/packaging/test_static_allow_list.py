"""What collectstatic publishes of the XBlock package, decided by the platform's own rule on the built wheel.

The platform's finder walks the package of every XBlock class from its resources folder (the package itself, unless a class says
otherwise) and takes each file whose suffix is not .py, .pyc or .scss. A task, a rule or a schema in there would be readable by
everybody. Source of the rule: `XBlockPackageStorage.listdir` and `xblock_resource_pkg` in edx-platform,
openedx/core/lib/xblock_pipeline/finder.py and openedx/core/lib/xblock_utils/__init__.py (master of mid-2025).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

IGNORED_BY_THE_FINDER = {".py", ".pyc", ".scss"}
ALLOWED = ("public/", "templates/", "conf/locale/")
# Suffixes that belong there: code and looks for the browser, templates, catalogues. Data are none of these.
SUFFIXES = {
    "public/": {".js", ".css", ".svg", ".png", ".woff2"},
    "templates/": {".html"},
    "conf/locale/": {".po", ".mo"},
}


def published(folder: Path, base: str = "") -> Iterator[str]:
    """Paths that the platform's finder would hand to collectstatic, relative to `folder`."""
    for item in sorted((folder / base).iterdir()):
        if item.suffix in IGNORED_BY_THE_FINDER:
            continue
        path = f"{base}{item.name}"
        if item.is_dir():
            yield from published(folder, f"{path}/")
        else:
            yield path


def our_block_classes() -> list[type]:
    """The classes of our `xblock.v1` entry points."""
    return [point.load() for point in entry_points(group="xblock.v1") if point.value.startswith("digiskills_xblock")]


@pytest.fixture
def block_package(installed: Path) -> Path:
    """The XBlock package of the wheel."""
    return installed / "digiskills_xblock"


def test_the_finder_rule_itself_sees_a_stray_file(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "answers.yaml").touch()
    (tmp_path / "module.py").touch()
    assert list(published(tmp_path)) == ["data/answers.yaml"]


def test_only_the_allow_list_is_published(block_package: Path) -> None:
    assert [path for path in published(block_package) if not path.startswith(ALLOWED)] == []


def test_only_browser_files_templates_and_catalogues_are_in_the_published_folders(block_package: Path) -> None:
    strange = [
        path
        for path in published(block_package)
        for prefix, suffixes in SUFFIXES.items()
        if path.startswith(prefix) and Path(path).suffix not in suffixes
    ]
    assert strange == []


def test_blocks_are_modules_directly_in_the_package() -> None:
    """The resources prefix is the class's module without its last part; a class in a subpackage would look for `public/` there."""
    classes = our_block_classes()
    assert classes
    assert {cls.__module__.rpartition(".")[0] for cls in classes} == {"digiskills_xblock"}


def test_blocks_keep_the_resources_folder_that_this_test_assumes() -> None:
    assert {(cls.get_resources_dir(), cls.get_public_dir()) for cls in our_block_classes()} == {("", "public")}


def test_every_local_resource_is_a_public_file(block_package: Path) -> None:
    """`local_resource_url` of a file that is not there answers 404 in the LMS, and not at all in a test without a browser."""
    named = {name for path in block_package.rglob("*.py") for name in local_resources(path)}
    assert named, "no block asks for a file"
    assert [name for name in sorted(named) if not name.startswith("public/") or not (block_package / name).is_file()] == []


def local_resources(path: Path) -> Iterator[str]:
    """The resource of each `….local_resource_url(block, resource)` in a module: a literal, or a constant of the module.

    A resource that runs over a table may be any literal of the module that begins with "public/".

    Raises:
        AssertionError: the resource is computed, so that nobody can check it; name the file.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    literals = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    tables = [value for value in literals if value.startswith("public/")]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "local_resource_url":
            argument = node.args[1]
            value = argument.value if isinstance(argument, ast.Constant) else constants.get(getattr(argument, "id", ""))
            values = [value] if isinstance(value, str) else tables if isinstance(argument, ast.Name) else []
            assert values, f"{path}:{node.lineno}: local_resource_url of something computed"
            yield from values
