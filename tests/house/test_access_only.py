"""T14: pages, tags and jobs reach rows through services and queries alone, which ask the policy: no table, no SQL."""

from __future__ import annotations

import ast

import pytest

from .tree import parsed, python_files, short

FOLDERS = ("src/guantong/web", "src/guantong/jobs")  # tags of templates live in web
MANAGERS = {"objects", "_default_manager", "_base_manager", "get_model"}
RAW = {"raw", "extra", "cursor", "execute", "executemany"}
SQL = {"connection", "connections", "RawSQL", "apps"}
ALLOWED = {
    # fills in the rows of a page, whose keys a query of `visible` gave
    "src/guantong/web/listing.py": ["._default_manager"],
    # lets SQLite count its tables anew: no row is read or written
    "src/guantong/jobs/statistics.py": ["import connection", ".cursor()", ".execute()"],
}
"""What reaches further all the same, word for word and each with its reason; what is gone goes here too."""
ADVICE = "ask a service or a query of `apps`, which asks the policy through `organizations.access`."


def reaching(tree: ast.Module) -> list[tuple[int, str]]:
    """Line and word of everything that reaches past the policy."""
    return [(node.lineno, word) for node in ast.walk(tree) for word in _words_of(node)]  # type: ignore[attr-defined]


def _words_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
        return [f".{node.attr}"]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in RAW:
        return [f".{node.func.attr}()"]
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        if module.endswith(".models") and not module.startswith("django"):
            return [f"import from {module}"]
        return [
            f"import {each.name}" for each in node.names if module.startswith("django") and each.name in SQL
        ]
    if isinstance(node, ast.Import):
        return [f"import {each.name}" for each in node.names if each.name.startswith("django.db")]
    return []


def test_T14_pages_and_jobs_reach_no_table() -> None:  # noqa: N802  (promises keep their ids)
    files = python_files(*FOLDERS)
    assert {short(path).split("/")[2] for path in files} == {"web", "jobs"}
    assert any("templatetags" in path.parts for path in files)
    problems, known = [], {}
    for path in files:
        hits = reaching(parsed(path))
        if short(path) in ALLOWED:
            known[short(path)] = sorted(word for _, word in hits)
        else:
            problems += [f"{short(path)}:{line}: {word}; {ADVICE}" for line, word in hits]
    assert not problems, "\n".join(problems)
    assert known == {path: sorted(words) for path, words in ALLOWED.items()}, ADVICE


@pytest.mark.parametrize(
    "line",
    [
        "Assignment.objects.get(pk=pk)",
        "type(row)._default_manager.all()",
        "rows.raw('SELECT 1')",
        "rows.extra(where=['1=1'])",
        "from django.db import connection",
        "from django.db.models.expressions import RawSQL",
        "import django.db",
        "with connection.cursor() as cursor: pass",
        "from guantong.apps.directives.models import Receipt",
        "from django.apps import apps",
    ],
)
def test_control_what_reaches_a_table_is_noticed(line: str) -> None:
    assert reaching(ast.parse(line))


def test_control_what_asks_the_policy_is_not() -> None:
    good = "row = queries.directive_of(actor, pk)\nobjects = [each.pk for each in row.clauses]\nfetch(actor, p, pk)"
    assert not reaching(ast.parse(good))
