"""Fixtures of the tests against a real MariaDB and Redis, which `make test-services` starts (tools/services.py).

Tests of concurrency use real processes. A child process joins the test database through `child_environment`:

    subprocess.run([sys.executable, "-c", script], env=child_environment, check=True)

with a script that calls `django.setup()` first. Such tests take `transactional_db`, so that the child sees committed rows.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from redis import Redis

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test of this folder."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.services)


@pytest.fixture
def child_environment(transactional_db: None) -> dict[str, str]:
    """Environment of a child process that uses the same settings and the same test database as this one."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DIGISKILLS_TEST_MYSQL_NAME": str(connection.settings_dict["NAME"]),
        "PYTHONPATH": os.pathsep.join([str(HERE.parent.parent), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
    }


@pytest.fixture
def redis_url(worker_id: str) -> str:
    """A database of the private Redis that no other worker of this run uses."""
    number = worker_id.removeprefix("gw") if worker_id != "master" else "0"
    return f"{os.environ['DIGISKILLS_TEST_REDIS_URL']}/{number}"


@pytest.fixture
def redis_client(redis_url: str) -> Iterator[Redis]:
    """A client of the worker's database, emptied before the test."""
    client = Redis.from_url(redis_url)
    client.flushdb()
    with client:
        yield client
