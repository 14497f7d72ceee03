"""The OpenAPI document of the REST API, made from its views.

    python -m tools.openapi [--update]

Without an option it says whether what is committed is what the views give (exit code 1: not). ``--update`` writes both files: YAML for
reading, JSON for serving. Made here and not when it is asked for, so that no setting of the platform changes it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import django
import yaml

ROOT = Path(__file__).resolve().parent.parent
YAML_FILE = ROOT / "docs/reference/openapi.yaml"
JSON_FILE = ROOT / "grading/digiskills_grading/schemas/rest-api-v1.json"
PREFIX = "/digiskills/api/v1/"
# Rises with every change of the document: x in 1.x. What breaks a client needs another version of the API.
VERSION = "1.0.0"

_ABOUT = """Evidence, mastery, decisions, regulations and imports of digiskills-xblock.

Times are UTC; values are thousandths; learners have ids and no names. Errors are `application/problem+json`. Lists are read by cursor.
Clients ignore fields, problem codes and values that they do not know: new ones may come within version 1.
See docs/reference/rest-api.md."""

_SECURITY = {
    "session": {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "A signed-in browser; writing needs X-CSRFToken too"},
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`JWT <token>`, from the platform's /oauth2/access_token with token_type=jwt; restricted programs need the scope",
    },
}


def document() -> dict[str, Any]:
    """The document as data. Django is set up already."""
    from django.urls import include, path
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.settings import patched_settings

    from digiskills_grading.rest_api.v1 import trees

    patches = {
        "OAS_VERSION": "3.1.0",
        "TITLE": "digiskills",
        "DESCRIPTION": _ABOUT,
        "VERSION": VERSION,
        "LICENSE": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        "SCHEMA_PATH_PREFIX": PREFIX,
        "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
        "POSTPROCESSING_HOOKS": [],
        "APPEND_COMPONENTS": {"securitySchemes": _SECURITY, "schemas": {trees.NODE: trees.SCHEMA}},
    }
    with patched_settings(patches):
        patterns = [path(PREFIX.lstrip("/"), include("digiskills_grading.rest_api.v1.urls"))]
        made = SchemaGenerator(patterns=patterns, api_version=None).get_schema(request=None, public=True)
    for name, shape in made["components"]["schemas"].items():
        if name.endswith("Request"):
            shape["additionalProperties"] = False  # see shapes.Request
    # Through JSON: lazy texts and tuples become plain values.
    plain: dict[str, Any] = json.loads(json.dumps(made, default=str))
    return plain


def as_yaml(made: dict[str, Any]) -> str:
    """For people."""
    return yaml.safe_dump(made, sort_keys=False, allow_unicode=True, width=140)


def as_json(made: dict[str, Any]) -> str:
    """For serving."""
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"


def main(arguments: list[str]) -> int:
    """Entry point."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    made = document()
    wanted = {YAML_FILE: as_yaml(made), JSON_FILE: as_json(made)}
    if arguments == ["--update"]:
        for path, text in wanted.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{path.relative_to(ROOT)} is not what the views give; run python -m tools.openapi --update", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
