"""The migrations on MariaDB, which stands in for the platform's MySQL."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import CharField, Model, UniqueConstraint
from redis import Redis

OUR_APPS = ("digiskills_grading", "digiskills_integrations")


@pytest.mark.django_db
def test_the_server_is_a_mariadb_with_full_unicode_that_reads_committed_rows() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT VERSION(), @@tx_isolation, @@character_set_connection")
        version, isolation, charset = cursor.fetchone()
    assert "MariaDB" in version
    assert isolation == "READ-COMMITTED"
    assert charset == "utf8mb4"


@pytest.mark.django_db
def test_every_migration_of_ours_is_applied() -> None:
    executor = MigrationExecutor(connection)
    ours = [key for key in executor.loader.graph.leaf_nodes() if key[0] in OUR_APPS]
    assert {label for label, _ in ours} == set(OUR_APPS)
    assert executor.migration_plan(ours) == []


@pytest.mark.django_db
def test_the_models_have_not_drifted_from_the_migrations() -> None:
    call_command("makemigrations", *OUR_APPS, check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("label", OUR_APPS)
def test_the_migrations_go_back_to_nothing_and_forward_again(label: str) -> None:
    tables = {model._meta.db_table for model in apps.get_app_config(label).get_models()}
    call_command("migrate", label, "zero", verbosity=0)
    try:
        assert tables.isdisjoint(connection.introspection.table_names())
    finally:
        call_command("migrate", label, verbosity=0)
    assert tables <= set(connection.introspection.table_names())


@pytest.mark.django_db
def test_every_code_and_key_column_is_compared_byte_by_byte() -> None:
    """Under the default collation "Tổ 5" and "To 5" are equal, so a unique key on a code would refuse one of them (DESIGN §3.9)."""
    loose = []
    for label in OUR_APPS:
        for model in apps.get_app_config(label).get_models():
            collations = _collations(model._meta.db_table)
            loose += [f"{model._meta.db_table}.{name}" for name in _key_columns(model) if not collations[name].endswith("_bin")]
    assert loose == []


def _key_columns(model: type[Model]) -> list[str]:
    """Text columns that a unique key or an index of the model contains."""
    options = model._meta
    groups = [*options.unique_together, *(index.fields for index in options.indexes)]
    groups += [constraint.fields for constraint in options.constraints if isinstance(constraint, UniqueConstraint)]
    fields = {options.get_field(name.lstrip("-")) for group in groups for name in group}
    fields |= {field for field in options.fields if field.unique or field.db_index}
    return sorted(field.column for field in fields if isinstance(field, CharField))


def _collations(table: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, COALESCE(collation_name, '') FROM information_schema.columns"
            " WHERE table_schema = DATABASE() AND table_name = %s",
            [table],
        )
        return dict(cursor.fetchall())


def test_redis_answers(redis_client: Redis) -> None:
    redis_client.set("key", "giá trị")
    assert redis_client.get("key") == "giá trị".encode()
