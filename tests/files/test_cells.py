"""What a cell says: days in every usual form, names that are numbers, years; nothing is guessed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guantong.files.cells import day_of, folded, text_of, year_of

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
FULL = str.maketrans("0123456789.-/", "０１２３４５６７８９．－／")
FORMS = (
    "{y}年{m}月{d}日",
    "{y}年{m}月{d}号",
    "{y}.{m}.{d}",
    "{y}-{m}-{d}",
    "{y}/{m}/{d}",
    "{y}{m:02}{d:02}",
    "{y}-{m:02}-{d:02} 08:30",
    "{y}-{m:02}-{d:02}T08:30:00",
    " {y} 年 {m} 月 {d} 日　",
    "{y}年{m}月{d}日（星期一）",
)


@given(DAYS, st.sampled_from(FORMS), st.booleans())
def test_a_day_in_any_usual_form(day: date, form: str, full: bool) -> None:
    text = form.format(y=day.year, m=day.month, d=day.day)
    assert day_of(text.translate(FULL) if full else text) == day
    assert year_of(text) == day.year


@given(st.dates(date(1954, 10, 4), date(2119, 1, 1)), st.floats(0, 0.999))
def test_a_day_as_excel_counts_it(day: date, hours: float) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert day_of(serial) == day_of(str(serial)) == day_of(serial + hours) == day


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)))
def test_a_day_that_is_one_already_and_a_month_without_a_day(day: date) -> None:
    assert day_of(day) == day_of(datetime(day.year, day.month, day.day, 8, 30)) == day  # noqa: DTZ001
    for form in ("{0}年{1}月", "{0}.{1}", "{0}-{1}", "{0}/{1}", "{0}{1:02}"):
        assert day_of(form.format(day.year, day.month)) == day.replace(day=1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "不详",
        "2026年13月1日",
        "2026-02-30",
        "20260230",
        "202613",
        "26.3.5",
        "2026-3.5",
        "0123",
        "3月5日",
        "1",
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_of(text) is None


@given(
    st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.times(), st.timedeltas(), st.none())
)
@example("９９９９年９９月９９日")
@example(float("nan"))
def test_whatever_a_cell_holds_is_answered(value: object) -> None:
    assert day_of(value) is None or isinstance(day_of(value), date)
    assert year_of(value) is None or isinstance(year_of(value), int)
    assert text_of(text_of(value)) == text_of(value)
    assert folded(folded(text_of(value))) == folded(text_of(value))


@given(st.integers(0, 10**15))
def test_a_number_keeps_all_its_digits(number: int) -> None:
    assert text_of(float(number)) == text_of(number) == str(number)


def test_text_is_as_it_was_typed() -> None:
    assert text_of(" 0123　") == "0123"
    assert text_of(12345678901.0) == "12345678901"
    assert text_of(1e11) == "100000000000"
    assert text_of(92.50) == "92.5"
    assert text_of("１２－３") == "１２－３"
    assert text_of("1E+11") == "1E+11"  # the digits are lost in the file: shown, not made up
    assert (text_of(True), text_of(None), text_of(time(8, 30))) == ("是", "", "08:30")
    assert text_of(timedelta(days=1)) == "1 day, 0:00:00"
    assert text_of(datetime(2026, 11, 23, 8, 30)) == "2026-11-23 08:30"  # noqa: DTZ001


def test_a_year_by_itself() -> None:
    assert [year_of(text) for text in ("1980", "1980年", "１９８０", "1980.5", "29221", "80", "0123")] == [
        *(1980, 1980, 1980, 1980, 1980, None, None)
    ]


def test_folded_evens_out_widths_and_blanks() -> None:
    assert folded("姓　名\n（AB１）\u200b") == "姓名(ab1)"
