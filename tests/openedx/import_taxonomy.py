"""Imports a taxonomy with the platform's own tagging code; a program of its own, since it needs other Django apps than our tests have.

    python -m tests.openedx.import_taxonomy TAXONOMY.json TAXONOMY.csv VALUE...

Prints JSON: for either file whether it was imported and what the log says, what a second import of the same file did, the tags there are
after both as id, value and parent's value, and the external ids of a block that was tagged with the values.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command

# openedx-core has the package itself as an app; openedx-learning, from which it came (Teak), had it further down.
TAGGING = "openedx_tagging.core.tagging" if find_spec("openedx_tagging.core") else "openedx_tagging"
APPS = ("django.contrib.contenttypes", "django.contrib.auth", "rules.apps.AutodiscoverRulesConfig", TAGGING)
BLOCK = "block-v1:A+B+C+type@problem+block@ds-1"


def main(files: list[str], values: list[str]) -> None:
    settings.configure(
        INSTALLED_APPS=list(APPS),
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        SECRET_KEY="only here",
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)
    sys.stdout.write(json.dumps({Path(file).suffix: imported(Path(file), values) for file in files}, ensure_ascii=False))


def imported(file: Path, values: list[str]) -> dict[str, Any]:
    # Once the apps are there, not before.
    api, importing, parsers = (import_module(f"{TAGGING}.{name}") for name in ("api", "import_export.api", "import_export.parsers"))
    taxonomy = api.create_taxonomy(name=file.name, export_id=f"digiskills{file.suffix}", allow_multiple=True)
    kind = parsers.ParserFormat(file.suffix)
    with file.open("rb") as stream:
        done, task, _plan = importing.import_tags(taxonomy, stream, kind)
    with file.open("rb") as stream:
        _again, _task, plan = importing.import_tags(taxonomy, stream, kind)
    api.tag_object(BLOCK, taxonomy, values)
    tags = taxonomy.tag_set.select_related("parent").order_by("id")
    return {
        "done": done,
        "log": task.log,
        "tags": [[tag.external_id, tag.value, tag.parent.value if tag.parent else None] for tag in tags],
        "again": sorted({action.name for action in plan.actions}) if plan else None,
        "applied": sorted(row.tag.external_id for row in api.get_object_tags(BLOCK, taxonomy_id=taxonomy.id)),
    }


if __name__ == "__main__":
    main(sys.argv[1:3], sys.argv[3:])
