"""One table alone, in a database with nothing else in it: the one that the environment names.

python -m benchmarks.alone submission                              SQLite
python -m tools.services python -m benchmarks.alone submission     MariaDB
python -m benchmarks.alone recompute
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.databases import prepare_database


def main() -> None:
    """Prints the table that the first argument names."""
    (name,) = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="digiskills-bench-") as folder:
        prepare_database(Path(folder))
        from benchmarks import recompute, submission  # models need Django's settings

        tables = {"recompute": recompute.recompute_table, "submission": submission.submission_table}
        sys.stdout.write(tables[name]().markdown())


if __name__ == "__main__":
    main()
