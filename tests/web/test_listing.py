"""Lists: pages, order and filters from the address, at two queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from guantong.apps.organizations.models import Kind, Organization
from guantong.web.listing import SIZE, Column, Listing, link, listed
from tests.apps.make import make_organization

pytestmark = pytest.mark.django_db

COLUMNS = (
    Column("单位", "name", ("name",)),
    Column("撤销", "closed", ("closed_on",)),
    Column("上级"),
)
FILTERS = {"text": lambda rows, text: rows.filter(name__contains=text)}


@pytest.fixture
def rows() -> Any:
    top = make_organization(name="教育工委", kind=Kind.WORK_COMMITTEE)
    for number in range(45):
        make_organization(top, name=f"第{number:02d}支部")
    return Organization.objects.select_related("parent").order_by("path")


def ask(rows: Any, address: str = "", **options: Any) -> Listing:
    request = RequestFactory().get("/list/" + address)
    return listed(request, rows, columns=COLUMNS, filters=FILTERS, **options)


def test_twenty_rows_at_two_queries(rows: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        listing = ask(rows)
        names = [(row.name, row.parent and row.parent.name) for row in listing.rows]
    assert len(names) == SIZE
    assert (listing.count, listing.pages, listing.first, listing.last) == (46, 3, 1, 20)
    assert (listing.previous, listing.next) == ("", "?page=2")


@pytest.mark.parametrize(
    ("asked", "number"),
    [("2", 2), ("99", 3), ("0", 1), ("-1", 1), ("x", 1), ("²", 1), ("9" * 30, 1), ("", 1)],
)
def test_any_page_that_is_asked_for_is_answered(rows: Any, asked: str, number: int) -> None:
    assert ask(rows, f"?page={asked}").number == number


def test_last_page_is_short(rows: Any) -> None:
    listing = ask(rows, "?page=3")
    assert (len(listing.rows), listing.first, listing.last, listing.next) == (6, 41, 46, "")
    assert listing.previous == "?page=2"


def test_order_from_the_address_and_turned_round(rows: Any) -> None:
    listing = ask(rows, "?sort=-name&text=支部&page=2")
    assert listing.rows[0].name == "第24支部"
    head = listing.heads[0]
    assert (head.sorted, head.link) == ("descending", link_of("?sort=name&text=支部"))
    assert (listing.heads[1].sorted, listing.heads[2].link) == ("", "")
    assert listing.chosen == {"text": "支部"}


def link_of(address: str) -> str:
    return link(RequestFactory().get(address).GET)


def test_an_order_nobody_knows_is_left_out(rows: Any) -> None:
    assert [row.path for row in ask(rows, "?sort=password").rows] == [row.path for row in rows[:SIZE]]
    assert ask(rows, "?sort=--name").sort == ""
    assert ask(rows, sort="-name").rows[0].name == "第44支部"


def test_what_has_no_value_stands_last_either_way(rows: Any) -> None:
    gone = rows.last()
    gone.closed_on = "2026-01-01"
    gone.save()
    assert ask(rows, "?sort=closed").rows[0].pk == gone.pk
    assert ask(rows, "?sort=-closed").rows[0].pk == gone.pk


def test_what_a_list_is_narrowed_by_is_cut_to_fifty_characters(rows: Any) -> None:
    listing = ask(rows, "?text=" + "部" * 60_000)
    assert (listing.count, listing.chosen) == (0, {"text": "部" * 50})


def test_nothing_found_is_one_empty_page(rows: Any) -> None:
    listing = ask(rows, "?text=没有%00这个")
    assert (listing.count, listing.pages, listing.first, listing.last, list(listing.rows)) == (0, 1, 0, 0, [])
    assert listing.is_filtered
