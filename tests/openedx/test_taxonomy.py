"""The taxonomy's files are imported by the platform's own tagging code (openedx-core), and the values of tags.csv find their tags."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from digiskills_framework.api import list_frameworks, load_framework
from digiskills_xblock.course.taxonomy import tags_of, taxonomy_csv, taxonomy_json

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.usefixtures("tagging")
@pytest.mark.parametrize("key", list_frameworks())
def test_every_framework_is_imported_as_json_and_as_csv(tmp_path: Path, key: str) -> None:
    framework = load_framework(key)
    files = [tmp_path / "taxonomy.json", tmp_path / "taxonomy.csv"]
    files[0].write_bytes(taxonomy_json(framework))
    files[1].write_bytes(taxonomy_csv(framework))
    tags = tags_of(framework)
    values = {tag.id: tag.value for tag in tags}
    chosen = [framework.codes[0], framework.codes[-1]]
    command = [sys.executable, "-m", "tests.openedx.import_taxonomy", *map(str, files), *(values[code] for code in chosen)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    wanted = [[tag.id, tag.value, values.get(tag.parent)] for tag in tags]
    for result in json.loads(done.stdout).values():
        assert result["done"], result["log"]
        assert sorted(result["tags"]) == sorted(wanted)
        assert result["again"] == ["without_changes"]
        assert result["applied"] == sorted(chosen)
