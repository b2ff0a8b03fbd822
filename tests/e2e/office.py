"""What an office has lying about: workbooks of its schools, of the people in them, of posts and accounts.

Names are put together from syllables that nobody's name is made of; a title stands merged above the heads, as offices
have it, and twelve rows of the first workbook are wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import xlsxwriter

SCHOOLS = 300
TOP = "中共云岫区委教育工作委员会"
_FIRST = "砚岚禾梧榆澜芷葭桐珞苇樾霁漪棠蘅皋曦翎筠"
_SECOND = "舟汀渡畔矶圃屿塍陌坡湾岗溪桥亭"
_KINDS = (("小学", "党支部"), ("幼儿园", "党支部"), ("初中", "党总支"), ("高中", "党委"))
_ENDS = {"小学": "小学", "幼儿园": "幼儿园", "初中": "初级中学", "高中": "高级中学"}
_HEADS = ("序号", "单位全称", "组织类别", "学段", "上级党组织", "成立日期")
NAME, KIND, STAGE, ABOVE, SINCE = range(1, 6)
"""The columns of the workbook of schools."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A cell that was typed wrong: the row's number among the schools, the column, and what stands there."""

    row: int
    column: int
    typed: str


def schools() -> list[list[str | int]]:
    """The rows as they should be."""
    rows: list[list[str | int]] = []
    for number in range(SCHOOLS):
        stage, kind = _KINDS[number % len(_KINDS)]
        name = _FIRST[number // len(_SECOND)] + _SECOND[number % len(_SECOND)] + _ENDS[stage] + kind
        rows.append([number + 1, name, kind, stage, TOP, f"2021年{number % 12 + 1}月{number % 28 + 1}日"])
    return rows


def slips() -> list[Slip]:
    """Twelve of them, no two in a row."""
    names = [str(row[NAME]) for row in schools()]
    return [
        Slip(4, NAME, ""),
        Slip(17, KIND, "党小队"),
        Slip(31, KIND, "先锋岗"),
        Slip(58, STAGE, "夜校"),
        Slip(77, STAGE, "补习班"),
        Slip(102, SINCE, "2021年13月40日"),
        Slip(119, SINCE, "不详"),
        Slip(140, SINCE, "2031-09-01"),
        Slip(166, ABOVE, "云外区党校"),
        Slip(201, ABOVE, "联合总支"),
        Slip(250, ABOVE, names[251]),  # each above the other
        Slip(251, ABOVE, names[250]),
    ]


def people() -> list[list[str]]:
    """Whoever is to be secretary of each school: name, organization, sex, year of birth, status and since when."""
    rows = []
    for number, school in enumerate(schools()):
        name = "方云沐宁闻时"[number % 6] + _SECOND[number % len(_SECOND)] + _FIRST[number // len(_SECOND)]
        sex, year = "男女"[number % 2], str(1968 + number % 25)
        rows.append([name, str(school[NAME]), sex, year, "正式党员", f"{2001 + number % 20}.7.1"])
    return rows


def role_of(school: Sequence[str | int]) -> str:
    """What the office of whoever is at the head of a school is called."""
    return "支部书记" if school[KIND] == "党支部" else "书记"


def posts() -> list[list[str]]:
    """Each of them appointed."""
    return [
        [name, place, role_of(school), "20240901"]
        for school, (name, place, *_) in zip(schools(), people(), strict=True)
    ]


def accounts() -> list[list[str]]:
    """An account for each, called by a number."""
    return [[name, place, f"xuexiao{number:03}"] for number, (name, place, *_) in enumerate(people(), 1)]


def write_schools(path: Path) -> None:
    """The workbook of schools, slips and all."""
    rows = schools()
    for slip in slips():
        rows[slip.row][slip.column] = slip.typed
    _write(path, "全区教育系统党组织一览表", _HEADS, rows)


HOME = "关系在哪里"
"""What this office calls the organization somebody belongs to: no list of usual heads has it."""


def write_people(path: Path) -> None:
    """The roster."""
    _write(path, "党员名册", ("姓名", HOME, "性别", "出生年份", "党员身份", "入党时间"), people())


def write_posts(path: Path) -> None:
    """Who holds which office."""
    _write(path, "党组织书记任职情况", ("姓名", "任职单位", "职务", "任职时间"), posts())


def write_accounts(path: Path) -> None:
    """Who is to get an account."""
    _write(path, "账号开通名单", ("姓名", "所在单位", "账号"), accounts())


def correct_schools(path: Path) -> int:
    """Put what the workbook marks right, as somebody would in Excel; how many cells were coloured.

    Nothing but the marks says where: a slip that was not marked stays.
    """
    book = openpyxl.load_workbook(path)
    sheet, right, found = book.worksheets[0], schools(), 0
    for row in sheet.iter_rows(min_row=3, max_col=len(_HEADS)):
        for column, cell in enumerate(row):
            if cell.fill.fill_type is not None:
                cell.value = right[int(str(row[0].value)) - 1][column]
                found += 1
    book.save(path)
    return found


def code_of(path: Path, account: str) -> str:
    """The one-time code that a sheet of codes gives for an account."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = [[str(cell.value) for cell in row] for row in sheet.iter_rows()]
    heads = next(row for row in rows if "账号" in row)
    (code,) = [row[heads.index("一次性代码")] for row in rows if row[heads.index("账号")] == account]
    return code


def _write(path: Path, title: str, heads: Sequence[str], rows: Sequence[Sequence[str | int]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.merge_range(0, 0, 0, len(heads) - 1, title, book.add_format({"align": "center", "bold": True}))
        for number, row in enumerate([heads, *rows], 1):
            sheet.write_row(number, 0, row)
