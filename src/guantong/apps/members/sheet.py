"""What is held of somebody as a workbook: text alone, so that nothing of it is ever a formula (T48)."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from xlsxwriter import Workbook

from guantong.apps.members.own import Section

_PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTH, _WIDEST = 12, 60  # characters


def workbook_of(sections: Sequence[Section]) -> bytes:
    """One sheet a section, its heads frozen, ready for printing on A4 landscape."""
    out = BytesIO()
    with Workbook(out, _PLAIN) as book:
        bold = book.add_format({"bold": True, "bg_color": "#eef0f3", "border": 1, "text_wrap": True})
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        for section in sections:
            sheet = book.add_worksheet(section.title)
            for column, head in enumerate(section.heads):
                sheet.write_string(0, column, head, bold)
                longest = max((len(row[column]) for row in section.rows), default=0)
                sheet.set_column(column, column, min(max(_WIDTH, 2 * longest), _WIDEST))
            for line, row in enumerate(section.rows, 1):
                for column, value in enumerate(row):
                    sheet.write_string(line, column, value, cell)
            if section.entry:
                below = len(section.rows) + 2
                for step, (words, told) in enumerate(reasons(section)):
                    sheet.write_string(below + step, 0, f"{words}：{told}")
            sheet.freeze_panes(1, 0)
            sheet.repeat_rows(0)
            sheet.set_landscape()
            sheet.set_paper(9)  # A4
            sheet.fit_to_pages(1, 0)
    return out.getvalue()


def reasons(section: Section) -> list[tuple[str, str]]:
    """What a section is held for, on which basis, how long and who sees it; empty where its rows say so themselves."""
    entry = section.entry
    if entry is None:
        return []
    return [
        ("用途", entry.purpose),
        ("依据", entry.basis),
        ("保存期限", entry.retention),
        ("谁看得到", entry.readers),
    ]
