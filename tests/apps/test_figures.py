"""The views of facts, and figures counted through Django's own connection on the database in use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import duckdb
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.signals import post_migrate
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guantong.analytics.engines import engine_on
from guantong.analytics.measures import MEASURES
from guantong.analytics.names import VIEW, Value
from guantong.analytics.run import Scope, run
from guantong.analytics.tables import TABLES
from guantong.apps.figures import views
from guantong.apps.figures.queries import engine, funnels_of, gauges_of
from guantong.core.standings import Standing
from tests.analytics.expect import by_clause, expected
from tests.analytics.make_facts import Issued, fill, make_tables, sorted_rows
from tests.analytics.make_standings import make_standing, standings

from .make import make_organization

pytestmark = pytest.mark.django_db

INTEGERS = re.compile(r"(?i)\b(?:big|small)?int(?:eger)?\b")
TEXTS = re.compile(r"(?i)^(?:(?:character )?varying|varchar|text|character)")


def columns_of(view: str) -> dict[str, str]:
    """The columns of a view with their types, as the database tells them."""
    if connection.vendor == "sqlite":
        query = "SELECT name, type FROM pragma_table_info(%s)"
    else:
        query = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
    with connection.cursor() as cursor:
        cursor.execute(query, [view])
        return dict(cursor.fetchall())


def view_problems(name: str) -> list[str]:
    """Where a view differs from its fact table."""
    found = columns_of(VIEW.format(name))
    schema = TABLES[name].schema()
    problems = [f"{name}.{each}: in the one and not in the other" for each in found.keys() ^ set(schema)]
    for column in found.keys() & set(schema):
        form = INTEGERS if schema[column].is_integer() else TEXTS
        if not form.search(found[column]):
            problems.append(
                f"{name}.{column} is {found[column]!r}, not {schema[column]}; CAST it in facts.py"
            )
    return problems


def run_sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_fact_table_that_an_app_gives_is_a_view_of_its_columns() -> None:
    given = views.definitions()
    assert "organizations" in given
    assert given.keys() <= TABLES.keys(), "a fact table is described in analytics.tables first"
    assert views.present() == {VIEW.format(name) for name in given}
    problems = [problem for name in given for problem in view_problems(name)]
    assert not problems, "\n".join(problems)


def test_control_a_view_that_differs_is_noticed() -> None:
    run_sql("DROP VIEW facts_organizations")
    run_sql(
        "CREATE VIEW facts_organizations AS SELECT path AS id, path, stage, id AS kind FROM organizations_organization"
    )
    told = " ".join(view_problems("organizations"))
    assert "level" in told
    assert "organizations.id" in told
    assert "organizations.kind" in told
    assert "organizations.path" not in told


def test_the_tree_as_facts() -> None:
    school = make_organization(make_organization())
    with connection.cursor() as cursor:
        cursor.execute("SELECT path, level, kind, stage FROM facts_organizations WHERE id = %s", [school.pk])
        assert cursor.fetchall() == [("00010001", 2, "branch", "")]


def test_two_apps_may_not_give_the_same_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = [apps.get_app_config("organizations")] * 2
    monkeypatch.setattr(apps, "get_app_configs", lambda: twice)
    with pytest.raises(ValueError, match="organizations"):
        views.definitions()


def test_a_missing_view_is_noticed_at_start() -> None:
    assert views.check_views(["default"]) == []
    run_sql("DROP VIEW facts_organizations")
    (error,) = views.check_views(["default"])
    assert error.id == "figures.E001"
    assert "facts_organizations" in error.msg
    assert views.check_views(None) == []


def test_a_database_that_waits_for_a_migration_is_not_refused_it() -> None:
    run_sql("DROP VIEW facts_organizations")
    run_sql("DELETE FROM django_migrations WHERE app = 'organizations'")
    assert views.check_views(["default"]) == []


def test_what_cannot_be_made_is_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    real = views.definitions()
    monkeypatch.setattr(views, "definitions", lambda: {"absent": "SELECT id FROM no_such_table", **real})
    views.make()
    assert views.present() == {VIEW.format(name) for name in real}
    (error,) = views.check_views(["default"])
    assert "facts_absent" in error.msg


def test_a_view_left_behind_is_dropped() -> None:
    run_sql("CREATE VIEW facts_of_old AS SELECT 1 AS id")
    views.make()
    assert "facts_of_old" not in views.present()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("names", [["ledger"], []], ids=["one app", "all apps"])
def test_views_are_away_while_a_migration_runs_and_made_anew_after_it(names: list[str]) -> None:
    meanwhile: list[set[str]] = []

    def note(**_: Any) -> None:
        meanwhile.append(views.present())

    before = views.present()
    run_sql("DROP VIEW facts_organizations")
    run_sql("CREATE VIEW facts_organizations AS SELECT 1 AS id")
    first = apps.get_app_config("contenttypes")  # hears of the end before figures does
    post_migrate.connect(note, sender=first)
    try:
        call_command("migrate", *names, verbosity=0)
    finally:
        post_migrate.disconnect(note, sender=first)
    assert meanwhile == [set()]
    assert views.present() == before
    assert view_problems("organizations") == []


@pytest.fixture
def facts() -> None:
    """Tables of this connection alone that stand before the views of the same names."""
    make_tables(_execute, temporary=True)


def _execute(sql: str, params: Sequence[Value]) -> Sequence[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.usefixtures("facts")
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(standings(), max_size=8),
    st.lists(st.tuples(st.just(1), st.just("0001"), st.none() | st.integers(0, 9)), max_size=3),
    st.sampled_from([None, 1, 2]),
)
def test_gauges_are_those_of_core_and_rows_those_of_the_embedded_engine(
    rows: list[Standing], issued: list[Issued], directive: int | None
) -> None:
    scope = Scope("0001", directive)
    embedded = engine_on("duckdb", duckdb.connect())
    make_tables(embedded.execute)
    fill(embedded.execute, rows, issued)
    with transaction.atomic():
        fill(_execute, rows, issued, "%s")
        assert gauges_of(path="0001", directive=directive) == expected(rows, issued, scope)
        for measure in MEASURES.values():
            here, there = (sorted_rows(run(each, measure, scope)) for each in (engine(), embedded))
            assert here == there


@pytest.mark.usefixtures("facts")
def test_a_page_takes_four_queries_and_a_list_one() -> None:
    rows = [make_standing(clause_id=str(1 + n % 2)) for n in range(5)]
    fill(_execute, rows, mark="%s")
    with CaptureQueriesContext(
        connection,
    ) as page:
        gauges_of(path="0001", directive=1)
    with CaptureQueriesContext(connection) as listed:
        assert funnels_of(path="0001", by="clause") == by_clause(rows)
    assert (len(page), len(listed)) == (4, 1)
