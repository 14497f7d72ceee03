"""Starts a private MariaDB and runs the fault run of tests/faults against it.

    python -m tools.faults

The exit code is that of tests.faults.run; 1 when MariaDB is missing or does not start.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.services import ServiceError, mariadb
from tools.system import MissingProgramError


def main() -> int:
    """Entry point; returns the exit code."""
    folder = Path(tempfile.mkdtemp(prefix="ds-"))
    try:
        with mariadb(folder) as database:
            command = [sys.executable, "-m", "tests.faults.run"]
            return subprocess.run(command, env={**os.environ, **database}, check=False).returncode
    except (ServiceError, MissingProgramError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
