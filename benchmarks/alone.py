"""The submission's table alone, for the database that the environment names.

python -m benchmarks.alone                              SQLite
python -m tools.services python -m benchmarks.alone     MariaDB
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.databases import prepare_database


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory(prefix="digiskills-bench-") as folder:
        prepare_database(Path(folder))
        from benchmarks.submission import submission_table  # models need Django's settings

        sys.stdout.write(submission_table().markdown())


if __name__ == "__main__":
    main()
