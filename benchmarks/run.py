"""Runs every benchmark, prints the tables and writes RESULTS.md."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import django

from benchmarks.databases import prepare_database

RESULTS = Path(__file__).parent / "RESULTS.md"
NOT_MEASURED = """## Not measured

- The LMS: its modulestore, its StudentModule, its grade tasks and its page around the block come on top, for ours and for any peer.
- MySQL and MariaDB but for the submission, several processes at once, and waiting for the disk or the network.
- Real phones: the slow one is a Chromium with a slowed-down processor.
"""


def main() -> None:
    """The command line: ``python -m benchmarks [--machine TEXT] [--no-write]``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--machine", default=_machine(), help="how RESULTS.md names the machine (default: %(default)s)")
    parser.add_argument("--no-write", action="store_true", help="print only; leave RESULTS.md as it is")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="digiskills-bench-") as folder:
        prepare_database(Path(folder))
        report = "\n".join(_sections(arguments.machine))
    if not arguments.no_write:
        # Whole or not at all: a run that is broken off leaves the figures of the last one.
        fresh = RESULTS.with_suffix(".new")
        fresh.write_text(report, encoding="utf-8")
        fresh.replace(RESULTS)


def _sections(machine: str) -> Iterator[str]:
    """The report, section by section; each is printed as soon as it is there."""
    # Imported late: models and blocks need Django's settings.
    from benchmarks import blocks, course, courses, delivery, engine, imports, mastery, reporting, signing, submission, weight

    started = time.monotonic()
    yield _shown(_head(machine))
    yield _shown(engine.replay_table().markdown())
    yield _shown(engine.start_table().markdown())
    yield _shown(mastery.bulk_table().markdown())
    yield _shown(mastery.single_table().markdown())
    yield _shown(imports.insert_table().markdown())
    yield _shown(imports.file_table().markdown())
    ours, peer = blocks.place_ours(), blocks.place_peer()
    yield _shown(blocks.render_table(ours, peer, blocks.place_poll()).markdown())
    yield _shown(blocks.submit_table(ours, peer).markdown())
    yield _shown(submission.submission_table().markdown())
    yield _shown(_on_mariadb("benchmarks.alone", "submission"))
    yield _shown(weight.weight_table(ours, peer).markdown())
    # A demo and a browser of its own: Django may not be used in a thread in which Playwright runs.
    yield _shown(_printed(sys.executable, "-m", "benchmarks.first_touch"))
    yield _shown(signing.signing_table().markdown())
    yield _shown(signing.issuing_table().markdown())
    yield _shown(delivery.delivery_table().markdown())
    yield _shown(course.building_table().markdown())
    yield _shown(reporting.reporting_table().markdown())
    yield _shown(reporting.upkeep_table().markdown())
    yield _shown(courses.course_table().markdown())
    # In a database of its own: what it recomputes must follow from evidence, and the tables above are filled by copying.
    yield _shown(_printed(sys.executable, "-m", "benchmarks.alone", "recompute"))
    yield _shown(NOT_MEASURED)
    sys.stderr.write(f"{time.monotonic() - started:.0f} s\n")


def _on_mariadb(module: str, *arguments: str) -> str:
    """What a benchmark prints that is run beside a MariaDB of its own.

    Raises:
        subprocess.CalledProcessError: it failed, or there is no MariaDB here.
    """
    return _printed(sys.executable, "-m", "tools.services", sys.executable, "-m", module, *arguments)


def _printed(*command: str) -> str:
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def _head(machine: str) -> str:
    software = (
        f"Python {platform.python_version()}, Django {django.get_version()}, XBlock {version('XBlock')}, SQLite where nothing else is said"
    )
    return f"""# Results of the benchmarks

Made by `make bench` on {datetime.now(UTC):%d %B %Y}: {machine}; {software}.
Times are CPU time of the process. Compare within one run only: "ours against it" says how many times ours a cost is.
Figures of other runs and machines differ.
"""


def _machine() -> str:
    return f"{len(os.sched_getaffinity(0))} cores, shared with other work"


def _shown(text: str) -> str:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
    return text
