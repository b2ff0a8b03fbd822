"""导出: a list as a workbook, exactly as it is on the screen but for its pages; and files handed out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime

from guantong import clock
from guantong.core.figures import Share
from guantong.files.printing import Cell, sheet_of
from guantong.web import words
from guantong.web.listing import Listing

_NOTHING = "—"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def answer(request: HttpRequest, template: str, told: Mapping[str, Any], *, name: str) -> HttpResponse:
    """The page of a list, or, where its address asks for it, the list called `name` as a workbook.

    `told` is what the template is told: its `listing`, and its `rows` where they are other than those of the listing.
    The columns' `value` is asked of each of these.
    """
    listing: Listing = told["listing"]
    if not listing.is_whole:
        return render(request, template, dict(told))
    rows = told.get("rows", listing.rows)
    columns = [(column.words, column.value) for column in listing.columns if column.value is not None]
    data = sheet_of(
        name, [head for head, _ in columns], ([cell(value(row)) for _, value in columns] for row in rows)
    )
    return attached(data, f"{name} {words.day(clock.today())}.xlsx")


def attached(data: bytes, name: str, kind: str = XLSX) -> HttpResponse:
    """A file to be kept by the reader, never shown in the page."""
    answered = HttpResponse(data, content_type=kind)
    answered["Content-Disposition"] = (
        content_disposition_header(True, name) or "attachment"
    )  # as an attachment
    return answered


def cell(value: object) -> Cell:
    """What a workbook holds of what a page shows: days as days, figures as figures, all else as its words.

    The dash with which a page says that there is nothing is an empty cell.
    """
    if value == _NOTHING:
        return None
    if isinstance(value, datetime):
        return localtime(value).replace(tzinfo=None, microsecond=0)
    if value is None or isinstance(value, bool | int | float | Decimal | date):
        return value
    if isinstance(value, Share):
        return words.share(value) if value.of else None
    return str(value)
