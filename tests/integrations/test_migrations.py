"""What a migration does to rows that are there already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.integrations.conftest import NOW, NUMBER

APP = "digiskills_integrations"


def migrate(name: str) -> Any:
    """Tables as of a migration; returns the models of that time."""
    executor = MigrationExecutor(connection)
    executor.migrate([(APP, name)])
    return MigrationExecutor(connection).loader.project_state([(APP, name)]).apps


@pytest.fixture
def before(transactional_db: None) -> Iterator[Any]:
    """The models before records had a life; at the end the tables are of today again."""
    yield migrate("0004_registries")
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes(APP))


def test_records_of_before_get_the_last_day_of_their_version(before: Any) -> None:
    common = {"learner_public_id": "0" * 26, "regulation": "demo-s3-a1/1", "audience": "citizen", "test_mark": True, "issued_at": NOW}
    for issue_no, end in ((1, NOW), (2, None)):
        number = f"{NUMBER[:-1]}{issue_no}"
        confirmation = before.get_model(APP, "Confirmation").objects.create(number=number, issue_no=issue_no, **common)
        times = {"valid_from": NOW, "valid_until": end, "created_at": NOW}
        before.get_model(APP, "ConfirmationVersion").objects.create(
            confirmation=confirmation, version=1, payload="{}", jwt="", digest="", key_id="", **times
        )
        before.get_model(APP, "Holder").objects.create(confirmation=confirmation, learner_public_id="0" * 26, disclosure="sealed")
    after = migrate("0005_lifecycle")
    rows = after.get_model(APP, "Confirmation").objects.order_by("issue_no")
    assert list(rows.values_list("record_type", "status", "valid_until")) == [
        ("confirmation", "valid", NOW),
        ("confirmation", "valid", None),
    ]
    assert set(after.get_model(APP, "Holder").objects.values_list("from_version", "disclosure")) == {(1, "sealed")}
    for name in ("Holder", "ConfirmationVersion", "Confirmation"):
        after.get_model(APP, name).objects.all().delete()
