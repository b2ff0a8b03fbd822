"""5,000 persons from a workbook: from the upload to entered, against reading the file and writing the same rows.

    python bench/intake.py

Ours: `receive` (the file checked, read in a process of its own, its columns found, every line judged and kept) and
`confirm` (every rule looked at again, persons and memberships written, the record). The yardstick: python-calamine reads
the same file in this process, and one bulk_create each writes the same persons and memberships, their pinyin at hand, in
one transaction. Both are timed in turn, each round with other names; the ratio is the median of the rounds' ratios by the
clock, of which at most 3 is allowed. Beside it stands processor time, the process that reads among it: where the two
differ much, the machine was busy with something else (PostgreSQL's own share is in neither). Memory is the peak of a
process of its own, above what it had when it had imported ten lines. Each database has a process of its own.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from apart import on_each_database, task

LINES, UNITS, ROUNDS = 5_000, 400, 7
ALLOWED, ALLOWED_MB = 3.0, 150
TODAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
HEADS = ("序号", "姓名", "性别", "出生年月", "所在支部", "党员身份", "入党时间", "手机号码")
_FIRST = "方云沐宁闻时乔江纪简"
_OTHERS = "舟汀渡畔矶圃屿塍陌坡湾岗溪桥亭砚岚禾梧榆澜芷葭桐珞苇樾霁漪棠蘅皋曦翎筠"


def measure() -> int:
    """Time or weigh, as the task asks; 1 where it is more than is allowed."""
    from guantong.config.setup import prepare

    prepare()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, skip_checks=True)
    actor = make_district()
    return weigh(actor) if task() == "memory" else race(actor)


def race(actor: Any) -> int:
    """Ours and the yardstick in turn."""
    from django.db import connection

    ours: list[tuple[float, float]] = []
    bare: list[tuple[float, float]] = []
    run_in(actor, book(0, 10))
    for number in range(1, ROUNDS + 1):
        ours.append(seconds(run_in, actor, book(2 * number, LINES)))
        bare.append(seconds(run_bare, book(2 * number + 1, LINES)))
    busy_ratio, ratio = (
        median(one[at] / other[at] for one, other in zip(ours, bare, strict=True)) for at in (0, 1)
    )
    print(
        f"{connection.vendor}: {LINES:,} persons with their memberships, {UNITS} organizations; medians of {ROUNDS}"
    )
    for name, times in (
        ("import, from the upload to entered", ours),
        ("calamine and one bulk_create of each", bare),
    ):
        busy, whole = (median(each) for each in zip(*times, strict=True))
        print(f"{name:38} {busy:7.3f} s of the processor  {whole:7.3f} s")
    print(f"ratio: {ratio:.2f} (allowed {ALLOWED:.0f}), of the processor {busy_ratio:.2f}")
    return int(ratio > ALLOWED)


def weigh(actor: Any) -> int:
    """The peak of this process."""
    from django.db import connection

    data = book(1, LINES)
    run_in(actor, book(0, 10))
    idle = peak()
    run_in(actor, data)
    above = peak() - idle
    print(
        f"{connection.vendor}: memory {above:.0f} MB above the {idle:.0f} it idles at (allowed {ALLOWED_MB})"
    )
    return int(above > ALLOWED_MB)


def run_in(actor: Any, data: bytes) -> None:
    """Import a workbook, all of it."""
    from guantong.apps.intake import services

    batch = services.receive(actor, kind="persons", file_name="名册.xlsx", content=data, now=NOW)
    assert batch.counts == {"new": batch.total}, batch.counts
    done = services.confirm(actor, batch=batch.pk, only_good=False, now=NOW)
    assert done.imported == batch.total


def run_bare(data: bytes) -> None:
    """Read a workbook and write what it says, without a question."""
    from django.db import transaction
    from python_calamine import CalamineWorkbook

    from guantong.apps.organizations.models import Membership, Person

    rows: list[Any] = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()[1:]
    with transaction.atomic():
        persons = Person.objects.bulk_create(
            Person(
                name=row[1],
                spelled=_SPELLED,
                sex="female",
                birth_year=1980,
                organization_id=_units[row[4]],
                contact=row[7],
            )
            for row in rows
        )
        Membership.objects.bulk_create(
            Membership(person=person, organization_id=person.organization_id, status="full", since=TODAY)
            for person in persons
        )


_SPELLED = " fangzhouting fzt "
_units: dict[Any, int] = {}


def make_district() -> Any:
    """A clerk's actor, in a district with its branches."""
    from guantong.apps.organizations.access import actor_of
    from guantong.apps.organizations.models import Kind, Organization, Person, Post
    from guantong.core.permits import Role

    top = Organization.objects.create(
        path="0001", name="云岫教育工委", kind=Kind.WORK_COMMITTEE, opened_on=date(2016, 9, 1)
    )
    below = Organization.objects.bulk_create(
        Organization(
            parent=top,
            path=f"0001{n:04}",
            name=f"第{n}小学党支部",
            kind=Kind.BRANCH,
            opened_on=date(2016, 9, 1),
        )
        for n in range(1, UNITS + 1)
    )
    _units.update({each.name: each.pk for each in below})
    clerk = Person.objects.create(name="周某", organization=top)
    Post.objects.create(person=clerk, organization=top, role=Role.SECTION_STAFF, since=date(2024, 9, 1))
    return actor_of(clerk.pk, TODAY)


def book(number: int, lines: int) -> bytes:
    """A workbook of so many persons; those of another number have other names."""
    drawn = random.Random(number)  # noqa: S311 — names for a bench
    into = BytesIO()
    made = xlsxwriter.Workbook(into, {"in_memory": True})
    sheet = made.add_worksheet("名册")
    sheet.write_row(0, 0, HEADS)
    mark = _OTHERS[number]
    for row in range(1, lines + 1):
        name = _FIRST[row % 10] + _OTHERS[row // 10 % 35] + _OTHERS[row // 350 % 35] + mark
        unit = f"第{row % UNITS + 1}小学党支部"
        born = f"{drawn.randint(1962, 2002)}年{drawn.randint(1, 12)}月"
        told = (row, name, drawn.choice("男女"), born, unit, "正式党员", "2010.7.1", f"1380000{row:04}")
        sheet.write_row(row, 0, told)
    made.close()
    return into.getvalue()


def seconds(work: Callable[..., object], *given: object) -> tuple[float, float]:
    """Of the processor, whatever processes were started among it; and of the clock."""
    start, busy = time.perf_counter(), _busy()
    work(*given)
    return _busy() - busy, time.perf_counter() - start


def _busy() -> float:
    told = os.times()
    return told.user + told.system + told.children_user + told.children_system


def peak() -> float:
    """MB this process had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(measure() if task() else on_each_database(__file__, ("time", "memory")))
