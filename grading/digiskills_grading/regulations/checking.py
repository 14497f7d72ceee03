"""A regulation or a coverage rule, checked before it is used."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from digiskills_framework import api as framework
from digiskills_grading import dimensions
from digiskills_grading.errors import RegulationRefused
from digiskills_grading.models import RegulationVersion
from digiskills_grading.site_data import data_dirs

KINDS = ("regulations", "coverage")


@frozen
class Checked:
    """What was found in order: ``kind`` is ``regulations`` or ``coverage``; ``used`` whether somebody was assessed by it already."""

    kind: str
    key: str
    digest: str
    used: bool


def check(what: str) -> Checked:
    """Reads a regulation or coverage rule and all that it names.

    Args:
        what: a key, ``id/version``; or the path of a file in its place in a data directory, ``…/regulations/<id>/<version>.yaml`` or
            ``…/coverage/<id>/<version>.yaml``, which need not be one of the site's yet.

    Raises:
        digiskills_framework.api.FrameworkDataError: there is none such, or it is wrong; each finding says where and what to do.
        RegulationRefused: a path that lies in no such place.
        RegulationChanged: it was used before, and said something else then.
    """
    kind, key, extra = _place(Path(what)) if what.endswith(".yaml") else _by_key(what)
    found = framework.load_coverage(key, extra) if kind == "coverage" else framework.load_regulation(key, extra)
    row = RegulationVersion.objects.filter(key=key).first() if kind == "regulations" else None
    if row is not None and extra == data_dirs():
        dimensions.require_unchanged(row)
    return Checked(kind=kind, key=key, digest=found.digest, used=row is not None)


def _by_key(key: str) -> tuple[str, str, tuple[Path, ...]]:
    extra = data_dirs()
    kind = "coverage" if key in framework.list_coverage(extra) else "regulations"
    return kind, key, extra


def _place(path: Path) -> tuple[str, str, tuple[Path, ...]]:
    if not path.is_file():
        raise RegulationRefused(f"there is no file {path}")
    place = path.resolve()
    directory, kind = place.parents[2], place.parents[1].name
    if kind not in KINDS:
        raise RegulationRefused(
            f"{path} must lie as regulations/<id>/<version>.yaml or coverage/<id>/<version>.yaml in a data directory; move it there"
        )
    known = {*(known.resolve() for known in data_dirs()), Path(framework.__file__).parent / "data"}
    extra = data_dirs() if directory in known else (*data_dirs(), directory)
    return kind, f"{place.parent.name}/{place.stem}", extra
