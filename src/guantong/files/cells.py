"""What a cell of somebody's workbook says: as text, as a day, as a year. Pure; nothing is guessed.

Numbers that are really names of things (编号 0123, 手机号码) stay what was typed; a day is taken in any form in which
offices write one, and whatever is none is None.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

EARLIEST, LATEST = 1900, 2199
"""Years that a cell can mean."""

_REMEMBERED = 4096  # texts: a sheet says the same few again and again
_SERIALS = range(
    20_000, 80_000
)  # days as Excel counts them, 1954 to 2119: five digits are no other usual form
_BEFORE_SERIALS = date(1899, 12, 30)
_BLANKS = " \t\r\n\f\v\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff"
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
_DAY = re.compile(
    r"(?P<year>\d{4})(?:年(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号]?)?"
    r"|(?P<mark>[-./])(?P<month2>\d{1,2})(?:(?P=mark)(?P<day2>\d{1,2})日?)?)"
)
_CLOCK = re.compile(r"[T ]?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_WEEKDAY = re.compile(r"\(?(星期|周)[一二三四五六日天]\)?$")
_YEAR = re.compile(r"(\d{4})年?")
_FIGURE = re.compile(r"\d+(\.\d+)?")


def text_of(value: object) -> str:
    """A cell as it was meant to be read: 0123 stays, 12345678901.0 is 12345678901, 1e11 has all its digits.

    Days come as 2026-11-23, a day with a time of day as 2026-11-23 08:30; blanks at the ends are gone.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip(_BLANKS)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float | Decimal):
        return _figure(value)
    if isinstance(value, datetime):
        at_midnight = value.time() == time()
        return value.date().isoformat() if at_midnight else f"{value.date()} {value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value).strip(_BLANKS)


@lru_cache(maxsize=_REMEMBERED)
def folded(text: str) -> str:
    """A text as it is held against others: even widths, small letters, no blanks of any kind."""
    return _INVISIBLE.sub("", "".join(unicodedata.normalize("NFKC", text).split())).casefold()


def day_of(value: object) -> date | None:
    """The day a cell means; None for what is no day. A month without a day is its first.

    2026年11月23日, 2026.11.23, 2026-11-23, 2026/11/23, 20261123, 2026年11月, 202611, 46349 as Excel counts days, all
    of them in full-width digits and with a time of day or a weekday behind.
    """
    if isinstance(value, datetime):
        return _kept(value.date())
    if isinstance(value, date):
        return _kept(value)
    if isinstance(value, bool | time | timedelta):
        return None
    return _day_in(text_of(value))


@lru_cache(maxsize=_REMEMBERED)
def _day_in(text: str) -> date | None:
    text = unicodedata.normalize("NFKC", text).replace("．", ".")
    text = _CLOCK.sub("", text.strip(_BLANKS))
    text = _WEEKDAY.sub("", folded(text))
    if found := _DAY.fullmatch(text):
        month, day = found["month"] or found["month2"], found["day"] or found["day2"]
        return _made(found["year"], month, day or "1")
    if _FIGURE.fullmatch(text):
        return _of_digits(text)
    return None


def year_of(value: object) -> int | None:
    """The year a cell means: 1980, 1980年, or that of any day; None for what names no year."""
    text = folded(text_of(value))
    if (found := _YEAR.fullmatch(text)) and EARLIEST <= int(found[1]) <= LATEST:
        return int(found[1])
    day = day_of(value)
    return day.year if day else None


def _figure(value: float | Decimal) -> str:
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        value = Decimal(repr(value))
    told = f"{value:f}"
    told = told.rstrip("0").rstrip(".") if "." in told else told
    return "0" if told == "-0" else told


def _of_digits(text: str) -> date | None:
    whole = text.partition(".")[0]
    if text == whole and len(text) == 8:
        return _made(text[:4], text[4:6], text[6:])
    if text == whole and len(text) == 6:
        return _made(text[:4], text[4:], "1")
    if len(whole) == 5 and int(whole) in _SERIALS:
        return _BEFORE_SERIALS + timedelta(days=int(whole))
    return None


def _made(year: str, month: str, day: str) -> date | None:
    try:
        return _kept(date(int(year), int(month), int(day)))
    except ValueError:
        return None


def _kept(day: date) -> date | None:
    return day if EARLIEST <= day.year <= LATEST else None
