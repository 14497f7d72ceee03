"""Write an imported framework as a data directory: all of it or nothing."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from digiskills_framework.errors import OutputRefusedError
from digiskills_framework.importing.plan import ImportPlan
from digiskills_framework.importing.table import OfficialTable
from digiskills_framework.loader import FrameworkBundle, build_bundle
from digiskills_framework.strict_yaml import parse_yaml
from digiskills_framework.types import LocalizedText

_BARE_WORD = re.compile(r"[A-Za-z][A-Za-z_/-]*\Z")
_NOTICE = LocalizedText(
    vi="Nạp từ văn bản chính thức nêu ở nguồn; đơn vị vận hành chịu trách nhiệm về việc nạp đúng.",
    en="Loaded from the official text named as its source; the operator answers for its having been loaded correctly.",
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What the table itself does not say of the framework."""

    id: str
    version: str
    title: LocalizedText
    source: str
    pack: str

    @property
    def key(self) -> str:
        return f"{self.id}/{self.version}"


def compose(identity: Identity, table: OfficialTable, plan: ImportPlan) -> dict[str, bytes]:
    """The files of the new framework by name, as they will be written; the same for any order of the table's rows.

    Raises:
        FrameworkDataError: what would be written could not be read back.
    """
    documents: dict[str, dict[str, Any]] = {
        "framework": _framework(identity, table),
        "profile": {"schema": "profile/1", "framework": identity.key, "audiences": _audiences(table)},
        "crosswalk": {"schema": "crosswalk/1", "framework": identity.key, "rows": []},
    }
    if plan.predecessor is not None:
        documents["succession"] = {
            "schema": "succession/1",
            "from": plan.predecessor,
            "to": identity.key,
            "skills": [{"old": row.old, "new": list(row.new)} for row in plan.succession()],
        }
    files = {name: _dump(document) for name, document in documents.items()}
    read_back(identity.key, files)
    return files


def read_back(key: str, files: Mapping[str, bytes]) -> FrameworkBundle:
    """Read composed files with the strict loader.

    Raises:
        FrameworkDataError: they do not form a framework.
    """
    return build_bundle(key, {name: parse_yaml(data, name=f"frameworks/{key}/{name}.yaml") for name, data in files.items()})


def target_folder(directory: Path, key: str) -> Path:
    """Where a framework will lie in a data directory.

    Raises:
        OutputRefusedError: something is there already, or the directory cannot be one.
    """
    target = directory / "frameworks" / key
    if target.exists():
        raise OutputRefusedError.single(
            file=str(target), message="exists already", remedy="Choose another version with --id, or another directory with --out"
        )
    for parent in target.parents:
        if parent.exists():
            if not parent.is_dir():
                raise OutputRefusedError.single(
                    file=str(parent), message="is not a directory", remedy="Choose another directory with --out"
                )
            break
    return target


def write(directory: Path, key: str, files: Mapping[str, bytes]) -> Path:
    """Write the files under ``directory/frameworks/<key>/`` in one step; an interruption leaves nothing behind.

    Raises:
        OutputRefusedError: the place is taken or cannot be written.
    """
    target = target_folder(directory, key)
    base = next(parent for parent in target.parents if parent.exists())
    first = base / target.relative_to(base).parts[0]
    try:
        with _staging(base) as staging:
            staged = staging / target.relative_to(base)
            staged.mkdir(parents=True)
            for name, data in files.items():
                (staged / f"{name}.yaml").write_bytes(data)
            (staging / first.name).rename(first)
    except OSError as error:
        raise OutputRefusedError.single(
            file=str(target), message=f"cannot be written: {error.strerror}", remedy="Check rights and free space, or choose another --out"
        ) from error
    return target


@contextmanager
def _staging(base: Path) -> Iterator[Path]:
    """A hidden folder on the same file system as the target, removed whatever happens."""
    staging = Path(tempfile.mkdtemp(dir=base, prefix=".digiskills-import-"))
    try:
        yield staging
    finally:
        shutil.rmtree(staging)


def _framework(identity: Identity, table: OfficialTable) -> dict[str, Any]:
    return {
        "schema": "framework/1",
        "id": identity.id,
        "version": identity.version,
        "title": _text(identity.title),
        "status": "official",
        "notice": _text(_NOTICE),
        "source": identity.source,
        "pack": identity.pack,
        "groups": [{"code": code, "name": _text(name)} for code, name in table.groups],
        "skills": [{"code": skill.code, "group": skill.group, "name": _text(skill.name)} for skill in table.skills],
    }


def _audiences(table: OfficialTable) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for audience, level in table.columns:
        cells = {skill.code: skill.requirements[audience, level].value for skill in table.skills}
        if level is None:
            found[audience.value] = cells
        else:
            found.setdefault(audience.value, {"levels": {}})["levels"][level] = cells
    return found


def _text(text: LocalizedText) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}


_SafeDumper: Any = yaml.CSafeDumper if yaml.__with_libyaml__ else yaml.SafeDumper


class _Dumper(_SafeDumper):  # type: ignore[misc]  # the base is the faster of two with the same interface
    """Writes every text in quotes unless it is a bare word, so that no code ever turns into a number."""


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    node: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if _BARE_WORD.match(text) else '"')
    return node


_Dumper.add_representer(str, _represent_text)


def _dump(document: Mapping[str, Any]) -> bytes:
    text: str = yaml.dump(dict(document), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)
    return text.encode("utf-8")
