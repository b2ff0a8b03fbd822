"""Import in two steps: what is received and judged, what is entered, what is left out, and what becomes of the file."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from guantong.apps.intake import keeping, queries, services
from guantong.apps.intake.models import Batch, BatchState, Mapping
from guantong.apps.ledger.models import Entry
from guantong.apps.organizations.access import Forbidden, NotFound
from guantong.apps.organizations.models import Organization, Person
from guantong.core.refusal import Refused
from guantong.files import Unreadable
from tests.files.books import make_sheets

from .intake import TODAY, confirmed, make_district, reasons, received, rows, states
from .make import make_organization, make_person
from .road import Road, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def road() -> Road:
    return make_district()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "intake"


def refused(code: str, work: Any, *args: Any, **options: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        work(*args, **options)
    assert caught.value.code == code
    return caught.value


def test_rows_in_are_rows_out(road: Road) -> None:
    clerk = road.actor("clerk")
    batch = received(
        clerk,
        "organizations",
        [
            ["禾渡幼儿园党支部", "", "党支部", "幼儿园", "2020年9月1日"],
            ["砚舟中学党委", "", "党委", "初中", ""],
            ["岚汀小学党支部", "", "党总支", "", ""],
            ["", "砚舟中学党委", "党支部", "", ""],
            ["云台小学党委", "没有这个单位", "党委", "小学", ""],
        ],
    )
    assert states(batch) == ["new", "same", "changed", "bad", "bad"]
    assert batch.counts == {"new": 1, "same": 1, "changed": 1, "bad": 2}
    assert reasons(batch)[2:] == [
        {"kind": "kind_differs"},
        {"name": "missing"},
        {"parent": "unit_unknown"},
    ]
    refusal = refused("batch_open", confirmed, clerk, batch)
    assert refusal.facts == {"bad": 2, "asked": 0}
    done = confirmed(clerk, batch, only_good=True)
    assert (done.imported, done.total, len(rows(done))) == (1, 5, 4)
    assert Organization.objects.get(pk=done.entered[0]).name == "禾渡幼儿园党支部"
    assert {row.state for row in rows(done)} == {"same", "changed", "bad"}, "each with its reason"
    assert all(row.reasons for row in rows(done))


def test_a_second_confirmation_enters_nothing(road: Road) -> None:
    clerk = road.actor("clerk")
    batch = received(clerk, "organizations", [["禾渡幼儿园党支部", "", "", "", ""]])
    confirmed(clerk, batch)
    refused("batch_done", confirmed, clerk, batch)
    refused("batch_done", services.discard, clerk, batch=batch.pk, now=at(TODAY))
    assert Organization.objects.filter(name="禾渡幼儿园党支部").count() == 1


def test_what_was_judged_is_judged_again(road: Road) -> None:
    clerk = road.actor("clerk")
    batch = received(clerk, "organizations", [["禾渡幼儿园党支部"], ["云台小学党委"]])
    make_organization(road.district, name="云台小学党委")  # somebody else was faster
    refused("batch_changed", confirmed, clerk, batch)
    assert not Organization.objects.filter(name="禾渡幼儿园党支部").exists(), "nothing is half-written"
    batch.refresh_from_db()
    assert (batch.state, states(batch)) == (BatchState.OPEN, ["new", "changed"])
    assert confirmed(clerk, batch, only_good=True).imported == 1


def test_nothing_new_is_nothing_to_enter(road: Road) -> None:
    clerk = road.actor("clerk")
    batch = received(clerk, "organizations", [["砚舟中学党委", "", "党委", "初中"]])
    refused("batch_nothing", confirmed, clerk, batch)


def test_columns_are_said_once_and_remembered(road: Road) -> None:
    clerk = road.actor("clerk")
    heads = ["基层组织", "挂靠在", "类 型*"]
    batch = received(clerk, "organizations", [["禾渡幼儿园党支部", "", "党支部"]], heads=heads)
    assert batch.columns == ["", "", "kind"]
    assert reasons(batch) == [{"name": "missing"}]
    named = services.map_columns(clerk, batch=batch.pk, columns=["name", "parent", "kind"], now=at(TODAY))
    assert states(named) == ["new"]
    again = received(clerk, "organizations", [["云台小学党委", "", "党委"]], heads=heads)
    assert again.columns == ["name", "parent", "kind"]
    assert set(Mapping.objects.values_list("head", "field")) == {("基层组织", "name"), ("挂靠在", "parent")}
    unread = services.map_columns(clerk, batch=again.pk, columns=["name", "", "kind"], now=at(TODAY))
    assert unread.columns == ["name", "", "kind"]
    assert received(clerk, "organizations", [["丁校党委", "", "党委"]], heads=heads).columns[1] == ""
    refused(
        "column_twice",
        services.map_columns,
        clerk,
        batch=again.pk,
        columns=["name", "name", ""],
        now=at(TODAY),
    )
    refused("column_unknown", services.map_columns, clerk, batch=again.pk, columns=["name"], now=at(TODAY))
    refused(
        "column_unknown",
        services.map_columns,
        clerk,
        batch=again.pk,
        columns=["name", "x", ""],
        now=at(TODAY),
    )


def test_what_a_branch_says_of_columns_holds_for_itself_alone(road: Road) -> None:
    heads, line = ["基层组织", "姓名", "备 注"], ["第一支部", "张某", ""]

    def said(who: str, *columns: str) -> None:
        batch = received(road.actor(who), "persons", [line], heads=heads)
        services.map_columns(road.actor(who), batch=batch.pk, columns=columns, now=at(TODAY))

    def read(who: str) -> list[str]:
        batch: list[str] = received(road.actor(who), "persons", [line], heads=heads).columns
        return batch

    said("branch", "organization", "", "name")
    assert read("branch") == ["organization", "", "name"]
    for who in ("clerk", "system", "school"):
        assert read(who) == ["", "name", ""], "as if nobody had said anything"
    said("clerk", "organization", "name", "contact")
    for who in ("clerk", "system", "school"):
        assert read(who) == ["organization", "name", "contact"], "the district speaks for all"
    assert read("branch") == ["organization", "", "name"], "but whoever said something else is heard first"
    said("branch", "organization", "name", "")  # not as the district reads it, but as one would without
    assert read("branch") == ["organization", "name", ""]
    assert read("clerk") == ["organization", "name", "contact"]
    said("branch", "organization", "name", "contact")
    assert not Mapping.objects.exclude(said_by=None).exists(), "nothing is kept that the district says too"


def test_another_sheet_is_read_in_place_of_the_first(road: Road) -> None:
    clerk = road.actor("clerk")
    data = make_sheets(
        {"小学": [["单位名称", "类别"], ["甲校", "党委"]], "中学": [["单位名称", "类别"], ["乙校", "党委"]]}
    )
    batch = services.receive(clerk, kind="organizations", file_name="a.xlsx", content=data, now=at(TODAY))
    assert (batch.sheets, batch.sheet) == (["小学", "中学"], "小学")
    other = services.map_columns(clerk, batch=batch.pk, columns=[], sheet="中学", now=at(TODAY))
    assert [row.cells[0] for row in rows(other)] == ["乙校"]


def test_the_file_goes_when_all_was_entered(road: Road, folder: Path) -> None:
    clerk = road.actor("clerk")
    batch = received(clerk, "organizations", [["禾渡幼儿园党支部"]])
    assert [path.name for path in folder.iterdir()] == [batch.kept]
    assert next(folder.iterdir()).stat().st_mode & 0o777 == 0o600
    with CaptureQueriesContext(connection):
        confirmed(clerk, batch)
    batch.refresh_from_db()
    assert batch.kept == ""
    assert not rows(batch)


@pytest.mark.django_db(transaction=True)
def test_files_go_with_the_batch_and_after_a_week(folder: Path) -> None:
    road = make_district()
    clerk = road.actor("clerk")
    all_in = received(clerk, "organizations", [["禾渡幼儿园党支部"]])
    confirmed(clerk, all_in)
    assert not list(folder.iterdir())
    gone = received(clerk, "organizations", [["云台小学党委"]])
    services.discard(clerk, batch=gone.pk, now=at(TODAY))
    assert not list(folder.iterdir())
    part = received(clerk, "organizations", [["云台小学党委"], ["", "x"]])
    confirmed(clerk, part, only_good=True)
    waiting = received(clerk, "organizations", [["丁校党委"]])
    assert len(list(folder.iterdir())) == 2
    assert keeping.sweep(TODAY + timedelta(days=7)) == 0
    assert keeping.sweep(TODAY + timedelta(days=8)) == 2
    assert not list(folder.iterdir())
    assert not any(Batch.objects.values_list("lines", flat=True))
    refused("batch_done", confirmed, clerk, waiting)
    assert keeping.sweep(TODAY + timedelta(days=8)) == 0


def test_a_file_that_no_batch_names_goes_after_a_day(road: Road, folder: Path) -> None:
    batch = received(road.actor("clerk"), "organizations", [["禾渡幼儿园党支部"]])
    forgotten = folder / ("0" * 32)
    forgotten.write_bytes(b"x")
    (folder / "secret-key").write_bytes(b"not ours")
    for path in folder.iterdir():
        os.utime(path, (at(TODAY).timestamp(),) * 2)
    keeping.sweep(TODAY + timedelta(days=1))
    assert forgotten.exists()
    keeping.sweep(TODAY + timedelta(days=2))
    assert {path.name for path in folder.iterdir()} == {batch.kept, "secret-key"}


def test_a_file_that_cannot_be_read_leaves_nothing(road: Road, folder: Path) -> None:
    clerk = road.actor("clerk")
    with pytest.raises(Unreadable):
        services.receive(clerk, kind="persons", file_name="a.xlsx", content=b"x", now=at(TODAY))
    assert not folder.exists()
    assert not Batch.objects.exists()


def test_who_may_import_what(road: Road) -> None:
    known = {who: [kind.code for kind in queries.kinds_for(road.actor(who))] for who in road.people}
    assert known == {
        "clerk": ["organizations", "persons", "posts", "accounts"],
        "system": ["organizations", "persons", "accounts"],
        "security": ["posts"],
        "audit": [],
        "school": ["organizations", "persons", "posts", "accounts"],
        "branch": ["persons"],
        "member": [],
    }
    with pytest.raises(Forbidden):
        received(road.actor("branch"), "organizations", [["甲校党委"]])
    with pytest.raises(NotFound):
        received(road.actor("clerk"), "nothing", [["甲"]], heads=["姓名"])


def test_whose_batches_somebody_sees(road: Road) -> None:
    batch = received(road.actor("school"), "persons", [["第一支部", "张某"]])
    for who, sees in (
        *(("school", True), ("clerk", True), ("system", True)),
        *(("branch", False), ("security", False), ("audit", False), ("member", False)),
    ):
        assert queries.batches(road.actor(who)).filter(pk=batch.pk).exists() is sees, who
    with pytest.raises(NotFound):
        confirmed(road.actor("branch"), batch)


def test_only_what_one_may_touch_is_good(road: Road) -> None:
    school = road.actor("school")
    batch = received(
        school,
        "organizations",
        [
            ["第三支部", "砚舟中学党委", "党支部"],
            ["丁校党支部", "", "党支部"],
            ["第三支部", "岚汀小学党支部", "党支部"],
        ],
    )
    assert states(batch) == ["new", "bad", "bad"]
    assert reasons(batch)[1:] == [{"parent": "parent_needed"}, {"parent": "unit_unknown"}], (
        "not seen, not there"
    )
    persons = received(road.actor("branch"), "persons", [["第一支部", "张某"], ["第二支部", "李某"]])
    assert states(persons) == ["new", "bad"]


def test_queries_do_not_grow_with_the_rows(road: Road) -> None:
    clerk = road.actor("clerk")

    def cost(first: int, lines: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            batch = received(
                clerk, "persons", [["第一支部", f"张某{first + n}", "女", "1980"] for n in range(lines)]
            )
            confirmed(clerk, batch)
        return len(seen)

    cost(0, 1)  # the head of the chain is made by the first entry
    assert cost(5, 2) == cost(10, 90)


def test_every_step_is_on_record_without_a_name(road: Road) -> None:
    clerk = road.actor("clerk")
    batch = received(clerk, "persons", [["第一支部", "张某"]])
    confirmed(clerk, batch)
    entries = list(Entry.objects.order_by("sequence").values_list("act", "facts"))
    assert [act for act, _ in entries] == ["batch.received", "person.imported", "batch.entered"]
    assert "张某" not in str(entries)


class TestRowsInRowsOut(TestCase):
    """Whatever the lines are, each is entered or left out, and what is entered is what was new."""

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(
                    ["", "第一支部", "砚舟中学", "没有", "岚汀小学党支部", "砚舟中学党委/第二支部"]
                ),
                st.sampled_from(["", "张某", "李某", "王 某", "王某"]),
                st.sampled_from(["", "女", "男", "?"]),
                st.sampled_from(["", "1980", "1980年5月", "80", "2026"]),
            ),
            min_size=1,
            max_size=12,
        )
    )
    def test_counts_add_up(self, lines: list[tuple[str, ...]]) -> None:
        lines = [line for line in lines if any(line)]
        if not lines:
            return
        road = make_district()
        make_person(road.schools[0], name="李某")
        clerk = road.actor("clerk")
        batch = received(clerk, "persons", [list(line) for line in lines])
        before = Person.objects.count()
        assert sum(batch.counts.values()) == batch.total == len(lines)
        if batch.counts.get("new"):
            done = confirmed(clerk, batch, only_good=True)
            assert done.imported + len(rows(done)) == done.total
            assert Person.objects.count() == before + done.imported
