"""A tree of 300,000 organizations: choosing one, counting a subtree, moving 10,000 nodes, each against bare SQL.

    python bench/tree.py

The bare side asks the same database, through the same connection, for the same rows by statements written by hand. Both
are timed in turn; the times are medians of the rounds and the ratio is the median of the rounds' ratios, of which at most
2 is allowed. Where the bare side takes less than 5 ms, what shows is the cost of making statements and rows out of
Python; there the ratio is printed and not counted. A move is committed, each time of another part of the tree. SQLite
and PostgreSQL each have a process of their own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from apart import on_each_database, task

PARTS, CHILDREN, BELOW = 30, 99, 100  # a part is one, its children and a hundred below each: 10,000
ROUNDS, MOVES = 9, 5
ALLOWED, SMALL = 2.0, 0.005
TODAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
_LONGEST = "9" * 64

Work = Callable[[], object]


def measure() -> int:
    """Make the tree, then measure everything; 1 where a ratio that counts is above what is allowed."""
    from guantong.config.setup import prepare

    prepare()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, skip_checks=True)
    top = make_tree()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    worst = 0.0
    print(
        f"{connection.vendor}: {PARTS * (1 + CHILDREN + CHILDREN * BELOW) + 1:,} organizations; medians in ms"
    )
    for name, works, rounds in measured(top):
        ours, bare = in_turn(works, rounds)
        ratio = median(a / b for a, b in zip(ours, bare, strict=True))
        small = median(bare) < SMALL
        worst = worst if small else max(worst, ratio)
        told = (
            f"{name:32} ours {median(ours) * 1000:9.2f}  bare {median(bare) * 1000:9.2f}  ratio {ratio:5.2f}"
        )
        print(told + ("  (not counted)" if small else ""))
    print(f"largest ratio ours / bare: {worst:.2f} (allowed {ALLOWED})")
    return int(worst > ALLOWED)


def make_tree() -> int:
    """A district with parts of ten thousand; the key of the district."""
    from guantong.apps.organizations.models import Kind, Organization
    from guantong.apps.organizations.spelling import spelled

    def made(paths: Iterator[tuple[str, str, int | None]]) -> list[Organization]:
        return Organization.objects.bulk_create(
            (
                Organization(
                    path=path,
                    name=name,
                    spelled=spelled(name[:2]),
                    parent_id=parent,
                    kind=Kind.BRANCH,
                    order=int(path[-4:]),
                    opened_on=date(2020, 1, 1),
                )
                for path, name, parent in paths
            ),
            batch_size=500,
        )

    (top,) = made(iter([("0001", "云岫教育工委", None)]))
    level = [top]
    for count, called in ((PARTS, "砚舟"), (CHILDREN, "岚汀"), (BELOW, "禾渡")):
        level = made(
            (f"{above.path}{n:04}", f"{called}第{n}党支部", above.pk)
            for above in level
            for n in range(1, count + 1)
        )
    return top.pk


def measured(top: int) -> Iterator[tuple[str, Sequence[Work], int]]:
    """Name, ours and the bare side, how many rounds. That both answer the same is seen first."""
    from guantong.apps.organizations import tree
    from guantong.apps.organizations.access import Actor, visible
    from guantong.apps.organizations.models import Organization, PastPlace
    from guantong.apps.organizations.queries import children
    from guantong.apps.organizations.tree.picker import MOST, offered
    from guantong.core.permits import Role, Standpoint

    actor = Actor(1, (Standpoint(Role.SYSTEM_ADMIN, "0001"),), TODAY)
    parts = list(Organization.objects.filter(parent=top).order_by("path").values_list("pk", "path"))
    head = Organization.objects.filter(parent=parts[0][0]).values_list("pk", flat=True)[0]

    def same(name: str, ours: Work, bare: Work) -> tuple[str, Sequence[Work], int]:
        assert ours() == bare(), name
        return name, (ours, bare), ROUNDS

    yield same(
        "first children of one",
        lambda: [row.pk for row in children(actor, head)[:MOST]],
        lambda: [row[0] for row in run(_CHILDREN + f" LIMIT {MOST}", [head, TODAY, TODAY])],
    )
    for text in ("", "岚汀第7", "hd"):
        yield same(
            f"first answer to {text!r}" if text else "first answer to nothing typed",
            lambda text=text: [each.id for each in offered(actor, text)],  # type: ignore[misc]
            lambda text=text: bare_answer(text, MOST),  # type: ignore[misc]
        )
    for name, path in (("count of all", "0001"), ("count of a part of 10,000", parts[0][1])):
        one = Actor(1, (Standpoint(Role.SYSTEM_ADMIN, path),), TODAY)
        yield same(
            name,
            lambda one=one: visible(one, "organization.see").count(),  # type: ignore[misc]
            lambda path=path: run(_COUNT, [path, path + _LONGEST])[0][0],  # type: ignore[misc]
        )
    target, *others = reversed(parts)
    going = iter(others)
    size = 1 + CHILDREN + CHILDREN * BELOW

    def ours() -> None:
        pk, _ = next(going)
        tree.move(actor, pk, target[0], now=NOW)

    yield "move of 10,000", (ours, lambda: bare_move(*next(going), *target)), MOVES
    moved = Organization.objects.filter(path__startswith=target[1]).count()
    assert moved == size * (2 * MOVES + 3)
    assert PastPlace.objects.count() == moved - size


_COUNT = "SELECT COUNT(*) FROM organizations_organization WHERE path >= %s AND path < %s"
_COLUMNS = (
    'id, parent_id, path, name, spelled, kind, stage, guided_by_id, "order", opened_on, closed_on, '
    "merged_into_id, split_from_id, invented"
)
_OPEN = "(closed_on IS NULL OR closed_on > %s) AND opened_on <= %s"
_CHILDREN = (
    f"SELECT {_COLUMNS} FROM organizations_organization WHERE parent_id = %s AND {_OPEN} "  # noqa: S608
    'ORDER BY "order", path'
)


def run(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement, through Django's connection and nothing more of Django."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def bare_answer(text: str, most: int) -> list[int]:
    """The organizations that a text may mean, the nearest first, and the names of what stands above them."""
    where, order = "", "path"
    params: list[Any] = []
    if text:
        where = "AND (name LIKE %s OR spelled LIKE %s)"
        order = (
            "CASE WHEN name = %s OR spelled LIKE %s THEN 0 WHEN name LIKE %s OR spelled LIKE %s THEN 1 ELSE 2 END, "
            "LENGTH(name), path"
        )
        params = [f"%{text}%", f"%{text}%", text, f"% {text} %", f"{text}%", f"% {text}%"]
    found = run(
        f"SELECT id, name, path FROM organizations_organization WHERE path >= %s AND path < %s "  # noqa: S608
        f"AND {_OPEN} {where} ORDER BY {order} LIMIT {most}",
        ["0001", "0002", TODAY, TODAY, *params],
    )
    above = sorted({path[:end] for _, _, path in found for end in range(4, len(path), 4)})
    if above:
        marks = ", ".join(["%s"] * len(above))
        run(f"SELECT path, name FROM organizations_organization WHERE path IN ({marks})", above)  # noqa: S608
    return [row[0] for row in found]


def bare_move(pk: int, path: str, parent: int, above: str) -> None:
    """Three statements and the number of the new place, in one transaction; a place is kept from when it was held."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT MAX(path) FROM organizations_organization WHERE parent_id = %s", [parent])
        last = cursor.fetchone()[0]
        new = f"{above}{int(last[-4:]) + 1:04}"
        inside = [path, path + _LONGEST]
        next_day = "MAX(p.until) + 1" if connection.vendor == "postgresql" else "date(MAX(p.until), '+1 day')"
        held = f"(SELECT {next_day} FROM organizations_pastplace p WHERE p.organization_id = o.id)"  # noqa: S608
        cursor.execute(
            "INSERT INTO organizations_pastplace (organization_id, parent_id, path, since, until) "  # noqa: S608
            f"SELECT id, parent_id, path, COALESCE({held}, opened_on), %s FROM organizations_organization o "
            "WHERE path >= %s AND path < %s",
            [date(2026, 3, 15), *inside],
        )
        cursor.execute(
            "UPDATE organizations_organization SET path = %s || SUBSTR(path, %s) WHERE path >= %s AND path < %s",
            [new, len(path) + 1, *inside],
        )
        cursor.execute("UPDATE organizations_organization SET parent_id = %s WHERE id = %s", [parent, pk])


def in_turn(works: Sequence[Work], rounds: int) -> list[list[float]]:
    """The seconds of each in each round, after a warm-up; the one that goes first changes each round."""
    times: list[list[float]] = [[] for _ in works]
    for number in range(rounds + 1):
        for at in range(len(works)):
            turn = (at + number) % len(works)
            start = time.perf_counter()
            works[turn]()
            if number:
                times[turn].append(time.perf_counter() - start)
    return times


def main() -> int:
    """Run on each database in a process of its own."""
    return measure() if task() else on_each_database(__file__)


if __name__ == "__main__":
    sys.exit(main())
