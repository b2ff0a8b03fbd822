"""导入: a workbook is handed in, its lines are shown with what is wrong at each cell, then all or the good are entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from guantong import clock
from guantong.apps.intake import columns as columns_of
from guantong.apps.intake import keeping, queries, services
from guantong.apps.intake.fields import Field, Kind
from guantong.apps.intake.kinds import KINDS
from guantong.apps.intake.lines import Kept
from guantong.apps.organizations.access import Actor, Forbidden, NotFound
from guantong.apps.organizations.queries import seen
from guantong.files import Unreadable, limits
from guantong.files.marking import HEAD, marked
from guantong.files.printing import sheet_of
from guantong.files.template import Blank, blank_book
from guantong.web import intake_words, words
from guantong.web.accounts import say_shut_out
from guantong.web.exports import answer as shown_list
from guantong.web.exports import attached
from guantong.web.guard import Refusal, Unfit, act, page, shown, taken
from guantong.web.intake_lines import STATES, all_told, field_of, samples, shown_line
from guantong.web.listing import Column, listed, paged, typed
from guantong.web.plain import PlainForm

_BATCHES = {"open": "待确认", "done": "已导入", "discarded": "已放弃"}
_UNITS = 2_000  # organizations that a template offers

_COLUMNS = (
    Column("文件", "file", ("file_name",), lambda told: told[0].file_name),
    Column("内容", "kind", ("kind",), lambda told: told[1]),
    Column("上传时间", "made", ("made_at",), lambda told: told[0].made_at),
    Column("行数", "total", ("total",), lambda told: told[0].total),
    Column("已导入", "imported", ("imported",), lambda told: told[0].imported),
    Column("状态", "state", ("state",), lambda told: told[2]),
)


class UploadForm(PlainForm):
    """The workbook, and what is in it."""

    kind = forms.ChoiceField(label="导入什么", widget=forms.RadioSelect)
    file = forms.FileField(
        label="Excel 文件",
        help_text=".xlsx 或 .xls，最大 20 MB、2 万行。表头在前 20 行里即可，列名不必与模板相同。",
        error_messages={
            "required": "请选择一个文件。",
            "invalid": "请选择一个文件。",
            "missing": "请选择一个文件。",
            "empty": "文件是空的，请核对是否选错了文件。",
            "max_length": "文件名太长，请改短。",
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls"}),
    )

    def __init__(self, *args: Any, kinds: Sequence[Kind] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [(kind.code, kind.words) for kind in kinds]  # type: ignore[attr-defined]
        if len(kinds) == 1:
            self.fields["kind"].initial = kinds[0].code

    def clean_file(self) -> Any:
        """A file that is too large is not read at all."""
        file = self.cleaned_data["file"]
        if file.size > limits.FILE_BYTES:
            raise forms.ValidationError(limits.TOO_LARGE)
        return file


class ColumnsForm(PlainForm):
    """Which field each column is read as, and from which sheet."""

    def __init__(self, *args: Any, batch: Any, samples: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        fields = [("", "不导入"), *((field.code, field.words) for field in KINDS[batch.kind].fields)]
        if len(batch.sheets) > 1:
            self.put(
                "sheet",
                forms.ChoiceField(
                    label="工作表", choices=[(name, name) for name in batch.sheets], initial=batch.sheet
                ),
            )
        for column, head in enumerate(batch.heads):
            self.put(
                f"column-{column}",
                forms.ChoiceField(
                    label=head or f"第 {column + 1} 列（没有列名）",
                    required=False,
                    choices=fields,
                    initial=batch.columns[column],
                    help_text=samples[column] if column < len(samples) else "",
                ),
            )

    def columns(self) -> list[str]:
        """The field of each column, in their order."""
        return [self.cleaned_data[name] for name in self.fields if name.startswith("column-")]


@page
def intake(request: HttpRequest, actor: Actor, *, refused: Refusal | None = None) -> HttpResponse:
    """What can be imported, the templates, and what was handed in before."""
    kinds = _kinds(actor)
    listing = listed(request, queries.batches(actor), columns=_COLUMNS)
    told = {
        "kinds": kinds,
        "others": [
            f"{each.words}{words.imported_by(each.code)}" for each in KINDS.values() if each not in kinds
        ],
        "listing": listing,
        "form": shown(UploadForm, refused, kinds=kinds, initial={"kind": request.GET.get("kind", "")}),
        "rows": [(row, KINDS[row.kind].words, state_of(row)) for row in listing.rows],
    }
    return shown_list(request, "intake.html", told, name="导入记录")


@intake.post
def upload(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a workbook in and show what is in it."""
    form = taken(
        UploadForm, request, kinds=[kind for kind in KINDS.values() if kind in _kinds(actor, request)]
    )
    file = form.cleaned_data["file"]
    try:
        batch = services.receive(
            actor,
            kind=form.cleaned_data["kind"],
            file_name=file.name,
            content=file.read(),
            now=clock.now(),
        )
    except Unreadable as unreadable:
        form.add_error("file", str(unreadable))
        raise Unfit(form) from None
    return redirect("batch", pk=batch.pk)


@page
def intake_template(request: HttpRequest, actor: Actor, kind: str) -> HttpResponse:  # noqa: ARG001
    """A workbook to fill in, with the district's organizations to choose from."""
    wanted = KINDS.get(kind)
    if wanted is None:
        raise NotFound
    if wanted not in _kinds(actor):
        raise Forbidden
    names = seen(actor).filter(closed_on=None).values_list("name", flat=True)[:_UNITS]
    blanks = [
        Blank(field.words, field.needed, field.offers, field.names_unit, field.example, _hint(wanted, field))
        for field in wanted.fields
    ]
    data = blank_book(wanted.words, blanks, list(dict.fromkeys(names)))
    return attached(data, f"{wanted.words}导入模板.xlsx")


@page
def batch(request: HttpRequest, actor: Actor, pk: int, *, refused: Refusal | None = None) -> HttpResponse:
    """What was handed in, line by line, and what may be done with it."""
    row = queries.batch_of(actor, pk)
    kind = KINDS[row.kind]
    lines = queries.lines_of(row)
    state = typed(request.GET, "state")
    noted = [line for line in lines if _is_noted(line)]
    chosen = {"state": state} if state in (*STATES, "noted") else {}
    wanted = noted if state == "noted" else [line for line in lines if not chosen or line.state == state]
    columns = [(at, field) for at, code in enumerate(row.columns) if (field := field_of(kind, code))]
    listing = paged(request, wanted, chosen=chosen)
    all_good, some_good = queries.can_confirm(row)
    missing = columns_of.missing(kind, row.columns)
    form = shown(ColumnsForm, refused, batch=row, samples=samples(row.heads, lines))
    return render(
        request,
        "batch.html",
        {
            "row": row,
            "kind": kind,
            "state": state_of(row),
            "is_open": row.state == "open" and row.kept,
            "listing": listing,
            "rows": [shown_line(line, kind, columns) for line in listing.rows],
            "heads": [row.heads[at] or field.words for at, field in columns],
            "counts": [(code, told, row.counts.get(code, 0)) for code, told in STATES.items()],
            "left": row.total - row.imported,
            "known": _known(row),
            "unread": [name for name in row.sheets if name != row.sheet],
            "noted": len(noted),
            "kept_as_is": row.counts.get("same", 0) + row.counts.get("changed", 0),
            "questions": row.counts.get("question", 0),
            "asks": any(line.choices for line in listing.rows),
            "shared": _shared(lines),
            "form": form,
            "missing": missing,
            "all_good": all_good,
            "some_good": some_good,
            "good": row.counts.get("new", 0),
            "can_mark": bool(row.kept),
            "gives_codes": row.kind == "accounts" and row.state == "done" and row.imported,
        },
    )


@act(back=batch)
def map_batch(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Say what the columns are, or answer what is asked about lines: either way they are judged anew."""
    answers = _answers(request)
    if answers or request.POST.get("rest"):
        rest = request.POST.get("rest", "")
        services.answer(actor, batch=pk, answers=answers, rest=rest, now=clock.now())
        messages.success(request, "已记下答复。")
        return redirect("batch", pk=pk)
    row = queries.batch_of(actor, pk)
    form = taken(ColumnsForm, request, batch=row)
    sheet = form.cleaned_data.get("sheet", "")
    try:
        services.map_columns(actor, batch=pk, columns=form.columns(), sheet=sheet, now=clock.now())
    except Unreadable as unreadable:
        form.add_error("sheet", str(unreadable))
        raise Unfit(form) from None
    if sheet and sheet != row.sheet:
        messages.success(request, f"已改读工作表“{sheet}”。")
    else:
        messages.success(request, "已按新的对应重新核对，下次导入同样的列名会自动对应。")
    return redirect("batch", pk=pk)


@act(back=batch)
def confirm_batch(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Enter all lines, or those that can be entered."""
    only_good = request.POST.get("which") == "good"
    row = services.confirm(actor, batch=pk, only_good=only_good, now=clock.now())
    left = row.total - row.imported
    messages.success(
        request,
        f"共 {row.total} 行，已导入 {row.imported} 行"
        + (f"，未导入 {left} 行{_known(row)}，原因列在下面。" if left else "。"),
    )
    if row.kind == "posts":
        say_shut_out(request, queries.holders(row), by_post=True)
    return redirect("batch", pk=pk)


@act(back=batch)
def discard_batch(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Let it go: nothing was entered, and nothing of it is kept."""
    services.discard(actor, batch=pk, now=clock.now())
    messages.success(request, "已放弃，上传的文件和内容都已清除。")
    return redirect("intake")


@page
def marked_batch(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:  # noqa: ARG001
    """The workbook back with what is wrong marked; made afresh where the old one cannot be kept."""
    row = queries.batch_of(actor, pk)
    content = keeping.kept(row.kept)
    if content is None:
        raise NotFound
    kind = KINDS[row.kind]
    lines = [line for line in queries.lines_of(row) if line.state != "new"]
    stem = row.file_name.rpartition(".")[0]
    marks = {
        (line.number, row.columns.index(code)): intake_words.told(reason, field_of(kind, code))
        for line in lines
        for code, reason in line.reasons.items()
        if code in row.columns
    }
    told = {line.number: all_told(line, kind) for line in lines}
    try:
        data = marked(
            content,
            row.sheet,
            heads_at=row.heads_at,
            width=len(row.heads),
            marks=marks,
            told=told,
        )
    except Unreadable:
        data = _afresh(row, queries.lines_of(row), marks, told)
    return attached(data, f"{stem}（标出问题）.xlsx")


@act(back=batch)
def batch_codes(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:  # noqa: ARG001
    """One-time codes for the accounts that nobody has used yet, made now, shown this once."""
    slips = services.codes_of(actor, batch=pk, now=clock.now())
    rows = [(slip.unit, slip.person, slip.account, slip.code, words.moment(slip.until)) for slip in slips]
    data = sheet_of("账号一次性代码", ("单位", "姓名", "账号", "一次性代码", "有效期至"), rows)
    return attached(data, f"账号一次性代码 {words.day(clock.today())}.xlsx")


def state_of(row: Any) -> str:
    """Where a batch stands, in words."""
    return "已过期" if row.state == "open" and not row.kept else _BATCHES[row.state]


def _is_noted(line: Kept) -> bool:
    """Whether a line can be imported, but somebody had better look at it."""
    return line.state == "new" and any(code in intake_words.WORTH_A_LOOK for code, _ in line.reasons.values())


def _known(row: Any) -> str:
    """How many of what was not entered had been there before, in brackets."""
    known = row.counts.get("same", 0) + row.counts.get("changed", 0)
    return f"（其中 {known} 行早已有）" if known else ""


def _kinds(actor: Actor, request: HttpRequest | None = None) -> list[Kind]:
    """What somebody may import. Raises Forbidden for who may import nothing, or not what was asked for."""
    kinds = queries.kinds_for(actor)
    asked = request.POST.get("kind") if request else None
    if not kinds or (asked in KINDS and KINDS[str(asked)] not in kinds):
        raise Forbidden
    return kinds


def _hint(kind: Kind, field: Field) -> str:
    others = "、".join(f"“{head}”" for head in field.heads[:3])
    return f"{field.hint}列名也可以是{others}等。" if others and kind.fields else field.hint


def _shared(lines: Sequence[Kept]) -> list[tuple[str, str]]:
    """The answers that every open question takes, where several are open."""
    waiting = [line for line in lines if line.is_open]
    if len(waiting) < 2:
        return []
    shared = set.intersection(*({choice[0] for choice in line.choices} for line in waiting))
    return [
        (value, intake_words.told([code, facts]))
        for value, code, facts in waiting[0].choices
        if value in shared and not facts
    ]


def _answers(request: HttpRequest) -> dict[int, str]:
    """What was answered, by the number of the line: answer-7=same."""
    told: dict[int, str] = {}
    for name, value in request.POST.items():
        number = name.removeprefix("answer-")
        if number != name and number.isascii() and number.isdigit() and len(number) < 9 and value:
            told[int(number)] = str(value)
    return told


def _afresh(
    row: Any, lines: Sequence[Kept], marks: Mapping[tuple[int, int], str], told: Mapping[int, str]
) -> bytes:
    at = {line.number: place for place, line in enumerate(lines)}
    rows = [[*line.cells, told.get(line.number, "")] for line in lines]
    wrong = {(at[number], column): why for (number, column), why in marks.items()}
    return sheet_of(row.sheet, [*row.heads, HEAD], rows, marks=wrong)
