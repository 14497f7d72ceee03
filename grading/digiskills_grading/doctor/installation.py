"""Is everything there that was installed: apps, blocks, tables, static files, keys?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from digiskills_grading import vault
from digiskills_grading.data import Finding
from digiskills_grading.errors import ConfigurationError
from digiskills_grading.grades import configured_sink
from digiskills_grading.models import Person

DISTRIBUTION = "digiskills-xblock"
_PROBE = "Nguyễn"


def service() -> str:
    """``lms``, ``cms``, or empty outside of the platform."""
    root = str(getattr(settings, "ROOT_URLCONF", "")).partition(".")[0]
    return root if root in ("lms", "cms") else ""


def our_entry_points(group: str) -> list[EntryPoint]:
    """What our distribution registers under a group."""
    return [point for point in entry_points(group=group) if point.dist is not None and point.dist.name == DISTRIBUTION]


def apps_loaded(_now: datetime) -> Iterator[Finding]:
    """A plugin that fails to load is only logged by the platform and is then silently absent."""
    names = sorted({point.module.rpartition(".")[0] for point in our_entry_points(f"{service() or 'lms'}.djangoapp")})
    missing = [name for name in names if not apps.is_installed(name)]
    where = {"lms": " in the LMS", "cms": " in Studio"}.get(service(), "")
    if not names:
        todo = f"install {DISTRIBUTION} into the environment of LMS and Studio with pip"
        yield Finding(check="apps", level="fail", what=f"the distribution {DISTRIBUTION} is not installed here", todo=todo)
    elif missing:
        todo = "look for 'plugin' in the log of the start; install the package again, restart"
        yield Finding(check="apps", level="fail", what=f"not loaded{where}: {', '.join(missing)}", todo=todo)
    else:
        yield Finding(check="apps", level="ok", what=f"loaded{where}: {', '.join(names)}")


def blocks_loaded(_now: datetime) -> Iterator[Finding]:
    """A block whose class cannot be imported shows as an error in every course."""
    broken = {}
    points = our_entry_points("xblock.v1")
    for point in points:
        try:
            point.load()
        except (ImportError, AttributeError) as error:
            broken[point.name] = str(error)
    if broken:
        what = "; ".join(f"{name} cannot be loaded: {error}" for name, error in sorted(broken.items()))
        yield Finding(check="blocks", level="fail", what=what, todo=f"install {DISTRIBUTION} again with all it requires")
    else:
        yield Finding(check="blocks", level="ok", what=f"blocks: {', '.join(sorted(point.name for point in points)) or 'none'}")


def migrations_applied(_now: datetime) -> Iterator[Finding]:
    """Tables as the code wants them."""
    executor = MigrationExecutor(connection)
    ours = {point.module.partition(".")[0] for point in our_entry_points("lms.djangoapp")} | {"digiskills_grading"}
    targets = [key for key in executor.loader.graph.leaf_nodes() if key[0] in ours]
    pending = [f"{step.app_label}.{step.name}" for step, _ in executor.migration_plan(targets) if step.app_label in ours]
    if pending:
        todo = "back up the database, then run ./manage.py lms migrate"
        yield Finding(check="migrations", level="fail", what=f"not applied: {', '.join(pending)}", todo=todo)
    else:
        yield Finding(check="migrations", level="ok", what="all migrations are applied")


def static_files(_now: datetime) -> Iterator[Finding]:
    """The browser's files, under the address by which pages ask for them; looked for in the platform alone.

    The rule (openedx/core/lib/xblock_pipeline/finder.py): what is not Python or SCSS below a block's package lies under
    ``xblock/resources/<package>/``.
    """
    if not service():
        return
    wanted = [
        f"xblock/resources/{package}/public/{item.name}"
        for package in sorted({point.module.partition(".")[0] for point in our_entry_points("xblock.v1")})
        for item in files(package).joinpath("public").iterdir()
        if item.is_file() and not item.name.endswith((".py", ".pyc", ".scss"))
    ]
    absent = sorted(path for path in wanted if not _is_collected(path))
    if not absent:
        yield Finding(check="static", level="ok", what=f"{len(wanted)} files of the blocks are collected")
    elif _offered().issuperset(absent):
        yield Finding(check="static", level="warn", what=f"not collected: {', '.join(absent)}", todo="run collectstatic for LMS and Studio")
    else:
        yield Finding(
            check="static",
            level="fail",
            what=f"nowhere found: {', '.join(absent)}",
            todo="is the block's plugin loaded (see blocks)? Is the platform's finder of block files in STATICFILES_FINDERS?",
        )


def grade_sink(_now: datetime) -> Iterator[Finding]:
    """What the sweeper hands grades to."""
    try:
        sink = configured_sink()
    except ConfigurationError as error:
        yield Finding(check="grade_sink", level="fail", what=str(error), todo="correct the setting; grades wait meanwhile")
    else:
        yield Finding(check="grade_sink", level="ok", what=f"grades go to {type(sink).__name__}")


def personal_data_keys(_now: datetime) -> Iterator[Finding]:
    """Something is encrypted and read again, and the newest stored name is read."""
    todo = "set DIGISKILLS_PII_KEYS to a list of Fernet keys, newest first; keep old keys at its end"
    try:
        intact = vault.decrypt(vault.encrypt(_PROBE)) == _PROBE
        stored = Person.objects.order_by("-pk").first() is not None
    except ConfigurationError as error:
        yield Finding(check="pii_keys", level="fail", what=str(error), todo=todo)
        return
    if not intact:
        yield Finding(check="pii_keys", level="fail", what="what is encrypted comes back as something else", todo=todo)
        return
    what = "personal data can be encrypted and read again" + (", also what is stored" if stored else "")
    yield Finding(check="pii_keys", level="ok", what=what)


def _offered() -> set[str]:
    """What collectstatic would collect, the way it asks: a finder need not find by the address under which it lists."""
    return {
        f"{prefix}/{path}" if (prefix := getattr(storage, "prefix", None)) else path
        for finder in get_finders()
        for path, storage in finder.list([])
    }


def _is_collected(path: str) -> bool:
    try:
        return bool(staticfiles_storage.exists(path))
    except ImproperlyConfigured:  # no STATIC_ROOT
        return False
