"""Tables, row by row: one line a row, cells parted by tabs."""

from __future__ import annotations

from guantong.files.source import Line

Cell = list[Line]

# A cell longer than this holds an article, not an entry: the table only lays out the page.
_LAYOUT_CELL = 1_000


def table_lines(rows: list[list[Cell]]) -> list[Line]:
    """Lines of a table. One that only lays out a page (a frame, a column beside the menu) is read through."""
    if _only_layout(rows):
        return [line for row in rows for cell in row for line in cell]
    return [Line("\t".join(_cell_text(cell) for cell in row).rstrip("\t"), table=True) for row in rows]


def _only_layout(rows: list[list[Cell]]) -> bool:
    cells = [cell for row in rows for cell in row]
    if any(line.table for cell in cells for line in cell):
        return True  # a table inside a table
    if any(sum(len(line.text) for line in cell) > _LAYOUT_CELL for cell in cells):
        return True
    return all(sum(1 for cell in row if _cell_text(cell)) <= 1 for row in rows)


def _cell_text(cell: Cell) -> str:
    return " ".join(line.text.strip().replace("\t", " ").replace("\n", " ") for line in cell).strip()
