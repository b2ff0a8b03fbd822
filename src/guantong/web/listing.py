"""Lists: twenty rows a page, sorted and filtered from the address, at two queries whatever the number of rows.

With ?export=xlsx the same list comes as a whole, for `exports` to make a workbook of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, QueryDict

from guantong.core.refusal import Refused

SIZE = 20
MOST = 10_000
"""Rows that are exported at once."""
LONGEST = 50  # characters of what a list is narrowed by: databases refuse patterns without end
_NUL = "\x00"  # PostgreSQL refuses it in text

Filter = Callable[[QuerySet[Any], str], QuerySet[Any]]
Whole = Callable[[QuerySet[Any]], QuerySet[Any]]
Value = Callable[[Any], object]
"""What a row of a page shows in a column."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: its head, and, where it can be sorted, its key in the address and the fields it sorts by.

    `value` gives what the column says of a row, for the workbook; a column without one holds nothing but buttons.
    """

    words: str
    key: str = ""
    fields: tuple[str, ...] = ()
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column as it stands: `sorted` is "ascending", "descending" or empty; `link` turns it round."""

    words: str
    link: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, and the addresses of the others."""

    rows: Sequence[Any]
    count: int
    number: int
    pages: int
    heads: tuple[Head, ...]
    chosen: Mapping[str, str]  # the filters in use, by name
    sort: str
    _query: QueryDict
    columns: tuple[Column, ...] = ()
    is_whole: bool = False  # every row of it, for a workbook

    @property
    def first(self) -> int:
        """Number of the first row shown, from 1; 0 where there is none."""
        return (self.number - 1) * SIZE + 1 if self.count else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return min(self.number * SIZE, self.count)

    @property
    def is_filtered(self) -> bool:
        return bool(self.chosen)

    @property
    def export(self) -> str:
        """The address of the list as a workbook; empty where its columns do not say what stands in them."""
        return self._link(export="xlsx", page="") if any(column.value for column in self.columns) else ""

    @property
    def previous(self) -> str:
        """The address of the page before; empty on the first."""
        return self._link(page=self.number - 1) if self.number > 1 else ""

    @property
    def next(self) -> str:
        """The address of the page after; empty on the last."""
        return self._link(page=self.number + 1) if self.number < self.pages else ""

    def _link(self, **changes: object) -> str:
        return link(self._query, **changes)


def link(query: QueryDict, **changes: object) -> str:
    """The address with some of its parameters changed; an empty value takes one away."""
    fresh = query.copy()
    for name, value in changes.items():
        if value in (None, ""):
            fresh.pop(name, None)
        else:
            fresh[name] = str(value)
    return "?" + fresh.urlencode()


def typed(query: QueryDict, name: str) -> str:
    """What an address says under a name, as far as a list can be narrowed by it."""
    return query.get(name, "").replace(_NUL, "").strip()[:LONGEST]


def listed(
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    columns: Sequence[Column] = (),
    filters: Mapping[str, Filter] | None = None,
    sort: str = "",
    full: Whole | None = None,
) -> Listing:
    """The page of `rows` that the address asks for: ?page=2&sort=-due&state=issued.

    `filters` turn a parameter into a narrower query; `sort` is the order where the address names none ("-due" for
    the last first), and without it the rows keep their own order. What an address names and nobody knows is left
    out. Whatever a row shows of other tables must come with the query (select_related, annotate), or is put beside
    the rows of the one page by `full`: of a long list, the database then sorts keys alone.

    Raises Refused("export_long") for a workbook of more than MOST rows.
    """
    query = request.GET
    chosen = {}
    for name, narrow in (filters or {}).items():
        if value := typed(query, name):
            chosen[name] = value
            rows = narrow(rows, value)
    by = {column.key: column for column in columns if column.key}
    order = query.get("sort", "")
    order = order if order.removeprefix("-") in by else sort
    if order:
        rows = rows.order_by(*_ordering(by[order.removeprefix("-")].fields, order.startswith("-")), "pk")
    count = rows.count()
    number, pages, shown, is_whole = _stretch(query, count, columns)
    heads = tuple(_head(column, order, query) for column in columns)
    found = _shown(rows[shown], full)
    return Listing(found, count, number, pages, heads, chosen, order, query, tuple(columns), is_whole)


def paged(
    request: HttpRequest, rows: Sequence[Any], *, columns: Sequence[Column] = (), chosen: Mapping[str, str]
) -> Listing:
    """As `listed`, of rows that are at hand, narrowed by `chosen` already; they keep their order."""
    query = request.GET
    number, pages, shown, is_whole = _stretch(query, len(rows), columns)
    heads = tuple(Head(column.words) for column in columns)
    return Listing(rows[shown], len(rows), number, pages, heads, chosen, "", query, tuple(columns), is_whole)


def _stretch(query: QueryDict, count: int, columns: Sequence[Column]) -> tuple[int, int, slice, bool]:
    """Which page of how many, the rows of it, and whether that is all of them."""
    if query.get("export") == "xlsx" and any(column.value for column in columns):
        if count > MOST:
            raise Refused("export_long", count=count, most=MOST)
        return 1, 1, slice(0, count), True
    pages = max(1, -(-count // SIZE))
    number = min(max(1, _whole(query.get("page", ""))), pages)
    return number, pages, slice((number - 1) * SIZE, number * SIZE), False


def _shown(rows: QuerySet[Any], full: Whole | None) -> list[Any]:
    if full is None:
        return list(rows)
    keys = list(rows.values_list("pk", flat=True))
    found = {row.pk: row for row in full(rows.model._default_manager.filter(pk__in=keys))}
    return [found[key] for key in keys if key in found]


def _ordering(fields: Sequence[str], backwards: bool) -> list[OrderBy]:
    """What has no value stands last either way, on either database."""
    return [F(name).desc(nulls_last=True) if backwards else F(name).asc(nulls_last=True) for name in fields]


def _head(column: Column, order: str, query: QueryDict) -> Head:
    if not column.key:
        return Head(column.words)
    if order.removeprefix("-") != column.key:
        return Head(column.words, link(query, sort=column.key, page=""))
    backwards = order.startswith("-")
    turned = link(query, sort=column.key if backwards else f"-{column.key}", page="")
    return Head(column.words, turned, "descending" if backwards else "ascending")


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
