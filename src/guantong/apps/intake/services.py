"""Importing in two steps: a workbook is received and judged line by line; then all of it is entered, or the good lines.

The doors through which lines are entered look at every rule again: where the district has changed meanwhile, nothing
is entered, and what can be entered now is shown. Lines in are lines out: entered, or left out with a reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.db import transaction

from guantong.apps.intake import columns as columns_of
from guantong.apps.intake import keeping
from guantong.apps.intake.accounts import Slip, fresh_codes
from guantong.apps.intake.fields import Kind
from guantong.apps.intake.judging import Ground, Line
from guantong.apps.intake.kinds import KINDS, lexicon
from guantong.apps.intake.lines import Kept, new_of, packed, packed_new, unpacked
from guantong.apps.intake.models import Batch, BatchState, LineState
from guantong.apps.intake.queries import batch_of, batches, districts_for, kinds_for, reaches_all
from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor, Forbidden, NotFound
from guantong.core.refusal import Refused
from guantong.files.tables import Table, table_of
from guantong.files.workbook import Workbook, read_workbook

_LONGEST_FILE_NAME = 200
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL holds neither


def receive(
    actor: Actor,
    *,
    kind: str,
    file_name: str,
    content: bytes,
    district: int | None = None,
    now: datetime,
) -> Batch:
    """Read a workbook, keep it, and judge its rows. It is read before the transaction begins.

    `district` where somebody may import for several. Raises NotFound, Forbidden; files.Unreadable.
    """
    wanted = KINDS.get(kind)
    if wanted is None:
        raise NotFound
    if wanted not in kinds_for(actor):
        raise Forbidden
    places = [place for place in districts_for(actor, wanted) if district in (None, place.pk)]
    if not places:
        raise NotFound
    place = places[0]
    told = columns_of.remembered(wanted, place.pk, actor.person)
    heads = lexicon(wanted).keys() | told.keys()
    book = read_workbook(file_name, content, heads=heads)
    table = table_of(book.rows, heads)
    kept = keeping.keep(content)
    try:
        with transaction.atomic():
            batch = Batch(
                kind=kind,
                district=place,
                file_name=_name_of(file_name),
                sha256=book.sha256,
                kept=kept,
                made_by=actor.person,
                made_at=now,
                keep_until=actor.today + keeping.DAYS,
            )
            _take(batch, wanted, book, table, told)
            _judge(actor, batch, _lines(table))
            _record(actor, batch, "received", now, lines=batch.total)
    except BaseException:
        keeping.drop(kept)
        raise
    return batch


def map_columns(actor: Actor, *, batch: int, columns: Sequence[str], sheet: str = "", now: datetime) -> Batch:
    """Say which field each column is, remembered for the next workbook; or, with another `sheet`, read that one.

    It is remembered for whoever says it, and for the whole district where they may import the kind for all of it.
    Raises NotFound, and Refused: batch_done, column_unknown, column_twice, file_gone; files.Unreadable.
    """
    seen = batch_of(actor, batch)
    kind = KINDS[seen.kind]
    if sheet and sheet != seen.sheet:
        return _read_again(actor, seen, kind, sheet)
    columns_of.check(kind, seen.heads, columns)
    with transaction.atomic():
        row = _hold(actor, batch)
        columns_of.check(kind, row.heads, columns)
        for_all = reaches_all(actor, kind, row.district.path)
        columns_of.remember(kind, row.district_id, row.heads, columns, person=actor.person, for_all=for_all)
        row.columns = list(columns)
        lines = unpacked(row.lines)
        for line in lines:  # the columns mean something else now
            line.answer = ""
        _judge(actor, row, lines)
        _record(actor, row, "mapped", now, columns=sum(1 for field in columns if field))
    return row


def answer(actor: Actor, *, batch: int, answers: Mapping[int, str], rest: str = "", now: datetime) -> Batch:
    """Answer questions, each by the number of its line, or change an answer; `rest` answers all that are still open.

    Raises NotFound, and Refused: batch_done, answer_unknown.
    """
    with transaction.atomic():
        row = _hold(actor, batch)
        lines = unpacked(row.lines)
        told = 0
        for line in lines:
            wanted = answers.get(line.number, "")
            offered = [choice[0] for choice in line.choices]
            if wanted and wanted not in offered:
                raise Refused("answer_unknown")
            wanted = wanted or (rest if line.is_open and rest in offered else "")
            if wanted and wanted != line.answer:
                line.answer, told = wanted, told + 1
        if told:
            _judge(actor, row, lines)
            _record(actor, row, "answered", now, lines=told)
    return row


def confirm(actor: Actor, *, batch: int, only_good: bool, now: datetime) -> Batch:
    """Enter all lines, or only those that can be entered; in one transaction, once.

    Raises NotFound, and Refused: batch_done, batch_open (lines are wrong or asked about, and all were wanted),
    batch_nothing (no line is new), batch_changed (the district is no longer what was shown: judged anew).
    """
    try:
        with transaction.atomic():
            row = _hold(actor, batch)
            _enter(actor, row, unpacked(row.lines), only_good=only_good, now=now)
    except _Overtaken:
        with transaction.atomic():
            row = _hold(actor, batch)
            _judge(actor, row, unpacked(row.lines))
        raise Refused("batch_changed") from None
    return row


class _Overtaken(Exception):  # noqa: N818 — an answer to `confirm`, not an error of the program
    """What was judged to be new can no longer be entered: the transaction is undone."""


def discard(actor: Actor, *, batch: int, now: datetime) -> Batch:
    """Let a batch go, its rows and its file with it. Raises NotFound, and Refused("batch_done")."""
    with transaction.atomic():
        row = _hold(actor, batch)
        gone, row.kept = row.kept, ""
        row.lines, row.state, row.done_at = [], BatchState.DISCARDED, now
        row.save()
        _record(actor, row, "discarded", now, lines=row.total)
        transaction.on_commit(lambda: keeping.drop(gone))
    return row


def codes_of(actor: Actor, *, batch: int, now: datetime) -> list[Slip]:
    """A one-time code for every account of a batch that nobody has used yet; those given before are dead.

    Raises NotFound, and Refused: not_accounts, codes_none (all of them are in use).
    """
    row = batch_of(actor, batch)
    if row.kind != "accounts" or row.state != BatchState.DONE:
        raise Refused("not_accounts")
    slips = fresh_codes(actor, row.entered, now)
    if not slips:
        raise Refused("codes_none")
    return slips


def _enter(actor: Actor, row: Batch, lines: Sequence[Kept], *, only_good: bool, now: datetime) -> None:
    """Enter the new lines through the door of their kind, which looks at every rule again."""
    bad, asked = row.counts.get(LineState.BAD.value, 0), row.counts.get(LineState.QUESTION.value, 0)
    if (bad or asked) and not only_good:
        raise Refused("batch_open", bad=bad, asked=asked)
    kind = KINDS[row.kind]
    fresh = [
        (index, new_of(kind.entered, line.new, kind.enums))
        for index, line in enumerate(lines)
        if line.state == LineState.NEW and line.new is not None
    ]
    if not fresh:
        raise Refused("batch_nothing")
    try:
        row.entered = kind.write(actor, fresh, now)
    except (Refused, NotFound, Forbidden) as exc:
        raise _Overtaken from exc
    row.imported, row.state, row.done_at = len(fresh), BatchState.DONE, now
    row.lines = packed([line for line in lines if line.state != LineState.NEW])
    gone = ""
    if not row.lines:
        gone, row.kept = row.kept, ""
    row.save()
    _record(actor, row, "entered", now, lines=row.imported, left_out=row.total - row.imported)
    transaction.on_commit(lambda: keeping.drop(gone))


def _hold(actor: Actor, batch: int) -> Batch:
    """The batch, for changing it, once nobody else is. Raises NotFound, Refused("batch_done")."""
    if not batches(actor).filter(pk=batch).exists():
        raise NotFound
    row = Batch.objects.select_for_update(of=("self",)).select_related("district").get(pk=batch)
    if row.state != BatchState.OPEN or not row.kept:
        raise Refused("batch_done")
    return row


def _read_again(actor: Actor, seen: Batch, kind: Kind, sheet: str) -> Batch:
    content = keeping.kept(seen.kept)
    if content is None:
        raise Refused("file_gone")
    book = read_workbook(seen.file_name, content, sheet)
    told = columns_of.remembered(kind, seen.district_id, actor.person)
    table = table_of(book.rows, lexicon(kind).keys() | told.keys())
    with transaction.atomic():
        row = _hold(actor, seen.pk)
        _take(row, kind, book, table, told)
        _judge(actor, row, _lines(table))
    return row


def _take(batch: Batch, kind: Kind, book: Workbook, table: Table, told: dict[str, str]) -> None:
    batch.sheet, batch.sheets = _stored(book.sheet)[:100], [_stored(name) for name in book.tables]
    batch.heads_at = table.number
    batch.heads = [_stored(head) for head in table.heads]
    batch.columns = columns_of.proposed(kind, table.heads, told)
    batch.left_out, batch.total = table.left_out, len(table.lines)


def _lines(table: Table) -> list[Kept]:
    return [Kept(line.number, [_stored(cell) for cell in line.cells]) for line in table.lines]


def _judge(actor: Actor, batch: Batch, lines: Sequence[Kept]) -> None:
    """Judge the lines, and keep the batch with what was said of them."""
    kind = KINDS[batch.kind]
    where = [(column, field) for column, field in enumerate(batch.columns) if field]
    asked = [
        Line(line.number, {field: line.cells[column] for column, field in where}, line.answer)
        for line in lines
    ]
    verdicts = kind.judge(Ground(actor, batch.district), asked)
    for line, verdict in zip(lines, verdicts, strict=True):
        line.state = verdict.state.value
        line.reasons = {name: list(reason) for name, reason in verdict.reasons.items()}
        line.choices = [list(choice) for choice in verdict.choices]
        line.new = packed_new(verdict.new) if verdict.state is LineState.NEW else None
    batch.lines = packed(lines)
    batch.counts = dict(Counter(line.state for line in lines))
    batch.save()


def _name_of(file_name: str) -> str:
    return _stored(PurePath(file_name.replace("\\", "/")).name)[-_LONGEST_FILE_NAME:]


def _stored(text: str) -> str:
    return _UNSTORABLE.sub("", text)


def _record(actor: Actor, batch: Batch, past: str, now: datetime, **facts: Any) -> None:
    act = Act(
        batch.district.path,
        batch.district_id,
        f"batch.{past}",
        "batch",
        batch.pk,
        {"kind": batch.kind, **facts},
    )
    append([act], actor=actor.person, now=now)
