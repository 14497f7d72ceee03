"""The fault run: workers that are killed, changes that are rolled back, a registry that fails every third call; then the two histories.

    python -m tools.faults        starts a private MariaDB and then this module

Prints what happened and, as its last line, the checker's verdict. Exit code 0: nothing lost, doubled or out of order, and enough happened.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

WORKERS = 4
KILLS = 44
RECORDS = 310
MIN_OPERATIONS = 600
FAILING = 7  # of 20 calls: 35 %
SEED = 20261122
DEADLINE_SECONDS = 300.0
DESTINATION = "sandbox"
SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Workers:
    """Processes that work until they are killed; a killed one is replaced at once.

    They fork from a process that has loaded Django and opened nothing, so that a new one costs milliseconds.
    """

    def __init__(self, chance: random.Random) -> None:
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.faults.work"])
        self._chance = chance
        self._processes = [self._start() for _ in range(WORKERS)]

    def kill_one(self) -> None:
        """SIGKILL to one of them, wherever it is.

        Raises:
            RuntimeError: one had ended by itself, which none ever should.
        """
        for process in self._processes:
            if not process.is_alive():
                raise RuntimeError(f"a worker ended by itself with exit code {process.exitcode}; its error is above")
        place = self._chance.randrange(WORKERS)
        self._processes[place].kill()
        self._processes[place].join()
        self._processes[place] = self._start()

    def stop(self) -> None:
        for process in self._processes:
            process.kill()
            process.join()

    def _start(self) -> ForkServerProcess:
        process = self._context.Process(target=_work, daemon=True)
        process.start()
        return process


def _work() -> None:
    from tests.faults.work import work

    work()


def _prepare(folder: Path) -> None:
    """Settings of this run for this process and those that fork; nothing of Django is loaded before."""
    run = {"key_dir": str(folder / "keys"), "pii_keys": [Fernet.generate_key().decode()], "secrets": {DESTINATION: SECRET}}
    os.environ["DIGISKILLS_FAULTS"] = json.dumps(run)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.faults.settings"

    import django

    django.setup()


@contextmanager
def _database() -> Iterator[None]:
    """A database of its own with all migrations applied; the workers join it by its name."""
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    before = setup_databases(verbosity=0, interactive=False)
    os.environ["DIGISKILLS_TEST_MYSQL_NAME"] = str(connection.settings_dict["NAME"])
    try:
        yield
    finally:
        teardown_databases(before, verbosity=0)


@contextmanager
def _registry(path: Path) -> Iterator[Any]:
    """The sandbox, and the bad line to it as our only destination."""
    from digiskills_integrations import conf
    from digiskills_integrations.credentials.keys import load_signing_key, public_key_set
    from digiskills_integrations.destinations.webhook.secret import decode_secret
    from digiskills_integrations.outbox.operations import sync_destinations
    from digiskills_integrations.sandbox.checks import Expectations
    from digiskills_integrations.sandbox.server import EVENTS_PATH, SandboxServer
    from digiskills_integrations.sandbox.store import SandboxStore
    from tests.faults.network import UnreliableProxy

    load_signing_key(conf.key_places())
    keys = public_key_set(conf.key_places())
    expectations = Expectations(secret=decode_secret(SECRET), key_set=lambda: keys)
    with ExitStack() as stack:
        sandbox = stack.enter_context(SandboxServer(("127.0.0.1", 0), store=SandboxStore(path), expectations=expectations))
        proxy = stack.enter_context(UnreliableProxy(("127.0.0.1", sandbox.server_port), failing=FAILING, seed=SEED))
        for server in (sandbox, proxy):
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
        endpoint = f"http://127.0.0.1:{proxy.server_port}{EVENTS_PATH}"
        spec = {"code": DESTINATION, "kind": "webhook", "environment": "sandbox", "endpoint": endpoint}
        sync_destinations([{**spec, "allowed_networks": ["127.0.0.0/8"], "share_name": True}])
        yield proxy


def _play(chance: random.Random, deadline: float) -> int:
    """Brings in learners bit by bit and kills workers meanwhile, until all is done; returns the number of kills.

    Raises:
        TimeoutError: it was not done in time.
    """
    from django.utils import timezone

    from tests.faults.work import is_drained
    from tests.integrations.records import completed_learner

    workers = Workers(chance)
    left, kills = RECORDS, 0
    try:
        while kills < KILLS or left or not is_drained():
            for _ in range(min(left, -(-RECORDS // KILLS))):
                completed_learner(not_before=timezone.now())
                left -= 1
            time.sleep(chance.uniform(0.1, 0.9))
            if kills < KILLS:
                workers.kill_one()
                kills += 1
            if time.monotonic() > deadline:
                raise TimeoutError(f"not drained after {DEADLINE_SECONDS:.0f} s; {kills} kills, {left} learners left")
    finally:
        workers.stop()
    return kills


def main() -> int:
    """Entry point; returns the exit code."""
    started = time.monotonic()
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory(prefix="ds-faults-") as name:
        folder = Path(name)
        _prepare(folder)
        with _database(), _registry(folder / "sandbox.sqlite3") as proxy:
            kills = _play(chance, started + DEADLINE_SECONDS)
            return _judge(folder / "sandbox.sqlite3", kills, proxy.calls, time.monotonic() - started)


def _judge(path: Path, kills: int, calls: dict[str, int], seconds: float) -> int:
    from django.db import connection

    from tests.faults.checker import compare, read_committed, read_effects

    with connection.cursor() as cursor:
        verdict = compare(read_committed(cursor), read_effects(path), destination=DESTINATION)
    total = sum(calls.values())
    operations = ", ".join(f"{name} {count}" for name, count in verdict.operations.items())
    ways = ", ".join(f"{name} {count}" for name, count in sorted(calls.items()) if name != "works")
    report = (
        f"{WORKERS} workers, {kills} times kill -9, {seconds:.0f} s; {operations}; cancelled before they were sent {verdict.cancelled}",
        f"calls {total}, failed {total - calls['works']} ({round(100 * (total - calls['works']) / total)} %): {ways}",
        verdict.line(),
    )
    sys.stdout.write("\n".join(report) + "\n")
    enough = verdict.committed >= MIN_OPERATIONS and kills >= KILLS
    return 0 if verdict.is_good and enough else 1


if __name__ == "__main__":
    sys.exit(main())
