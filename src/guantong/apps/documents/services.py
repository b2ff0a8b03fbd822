"""Importing documents, and confirming, correcting, cutting and joining the clauses that the reader proposes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from importlib.metadata import version
from pathlib import PurePath
from typing import cast

from django.db import IntegrityError, transaction
from django.db.models import F

from guantong.apps.documents import fields, originals, spans
from guantong.apps.documents.models import Clause, ClauseState, Document
from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.access import Actor, Forbidden, NotFound, allowed, fetch, visible
from guantong.apps.organizations.models import Organization
from guantong.core.chain import Plain
from guantong.core.matters import DIGITS_PER_LEVEL
from guantong.core.reading import ClauseKind, Deadline, Furniture, read
from guantong.core.refusal import Refused
from guantong.files import SourceText, read_bytes, read_pasted

in_use: list[Callable[[Collection[int]], set[int]]] = []
"""What tells which of some clauses must stay as they are; filled by the apps above that hand clauses down."""

READER = f"guantong {version('guantong')}"
_LONGEST_FILE_NAME = 200
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL holds neither
_CHANGING = (
    *("start", "end", "text", "kind", "subjects", "lead_units", "support_units"),
    *("deadline_text", "deadline", "deadline_rule", "targets", "cites", "institutions"),
    *("state", "revision"),
)


def import_document(
    actor: Actor,
    *,
    organization: int,
    file_name: str,
    content: bytes,
    received_on: date | None = None,
    number: str = "",
    sender: str = "",
    now: datetime,
) -> Document:
    """Read a file, keep it, and enter it with its outline and proposed clauses.

    It is read before the transaction begins, so that a slow file keeps nobody waiting. Raises NotFound, Forbidden;
    files.Unreadable, also for a document marked as secret, of which nothing is kept; Refused: document_twice,
    received_ahead, text_too_long.
    """
    place = _place(actor, organization)
    _check_new(place, hashlib.sha256(content).hexdigest())
    name = _name_of(file_name)
    document = _document(actor, place, received_on=received_on, number=number, sender=sender, now=now)
    source = read_bytes(name, content)
    document.file_name, document.title = name, PurePath(name).stem
    clauses = _read(document, source)
    originals.keep(content)
    return _enter(actor, document, clauses, now)


def import_text(
    actor: Actor,
    *,
    organization: int,
    text: str,
    title: str = "",
    received_on: date | None = None,
    number: str = "",
    sender: str = "",
    now: datetime,
) -> Document:
    """Enter text that was pasted, under `title` or, where none is given, the one found in it. Raises as above."""
    place = _place(actor, organization)
    document = _document(actor, place, received_on=received_on, number=number, sender=sender, now=now)
    source = read_pasted(text)
    _check_new(place, source.sha256)
    document.title = text.strip().splitlines()[0]
    clauses = _read(document, source)
    document.title = fields.typed_text(title, "title", fields.LONGEST_TEXT) or document.title
    return _enter(actor, document, clauses, now)


def confirm_clauses(
    actor: Actor, *, document: int, clauses: Sequence[int] | None = None, now: datetime
) -> int:
    """Confirm some clauses, or all that are proposed; how many were. One that was rejected stands again if named.

    Raises NotFound, Forbidden, Refused("clause_overlaps").
    """
    with transaction.atomic():
        row, every = _open(actor, document)
        wanted = None if clauses is None else set(clauses)
        if wanted is not None and wanted - {clause.pk for clause in every}:
            raise NotFound
        if wanted is None:
            chosen = [clause for clause in every if clause.state == ClauseState.PROPOSED]
        else:
            chosen = [c for c in every if c.pk in wanted and c.state != ClauseState.CONFIRMED]
        revived = [clause for clause in chosen if clause.state == ClauseState.REJECTED]
        for clause in chosen:
            clause.state = ClauseState.CONFIRMED
        for clause in revived:
            spans.check_free(clause, every)
        if chosen:
            ids = [clause.pk for clause in chosen]
            row.clauses.filter(pk__in=ids).update(state=ClauseState.CONFIRMED, revision=F("revision") + 1)
            _record(actor, row, "clause.confirmed", now, clauses=len(ids))
    return len(chosen)


def correct_clause(
    actor: Actor,
    *,
    clause: int,
    kind: ClauseKind | None = None,
    subjects: Sequence[str] | None = None,
    lead_units: Sequence[str] | None = None,
    support_units: Sequence[str] | None = None,
    deadline: Deadline | None = None,
    targets: Sequence[fields.TargetRow] | None = None,
    span: tuple[int, int] | None = None,
    revision: int | None = None,
    now: datetime,
) -> Clause:
    """Change what is given of a clause, None leaves as it is; a deadline is taken away by `fields.NO_DEADLINE`.

    What the reader had read stays in `read`. `revision` is the one the person saw. Raises NotFound, Forbidden, and
    Refused: clause_in_use, clause_rejected, clause_changed, span_outside, span_blank, clause_overlaps,
    deadline_rule_unknown, target_not_a_number, operator_unknown, text_too_long.
    """
    with transaction.atomic():
        document, row, every = _take(actor, clause, revision)
        before = {name: getattr(row, name) for name in fields.READ}
        if kind is not None:
            row.kind = ClauseKind(kind).value
        if subjects is not None:
            row.subjects = fields.typed_names(subjects)
        if lead_units is not None:
            row.lead_units = fields.typed_names(lead_units)
        if support_units is not None:
            row.support_units = fields.typed_names(support_units)
        if deadline is not None:
            fields.set_deadline(row, fields.typed_deadline(deadline))
        if targets is not None:
            row.targets = fields.typed_targets(targets)
        if span is not None:
            spans.quote(row, document, *span)
            spans.check_free(row, every)
        changed = [name for name in fields.READ if before[name] != getattr(row, name)]
        if changed:
            _write(document, every, row)
            _record(actor, document, "clause.corrected", now, row, fields=len(changed))
    return row


def reject_clause(actor: Actor, *, clause: int, revision: int | None = None, now: datetime) -> Clause:
    """Say that a stretch is no clause. It stays on record and can be confirmed again.

    Raises NotFound, Forbidden, and Refused: clause_in_use, clause_rejected, clause_changed.
    """
    with transaction.atomic():
        document, row, every = _take(actor, clause, revision)
        row.state = ClauseState.REJECTED
        _write(document, every, row)
        _record(actor, document, "clause.rejected", now, row)
    return row


def add_clause(
    actor: Actor,
    *,
    document: int,
    start: int,
    end: int,
    kind: ClauseKind,
    subjects: Sequence[str] = (),
    lead_units: Sequence[str] = (),
    support_units: Sequence[str] = (),
    now: datetime,
) -> Clause:
    """Propose a stretch that the reader did not take for a clause; deadline and targets are read from its text.

    Raises NotFound, Forbidden, and Refused: span_outside, span_blank, clause_overlaps, text_too_long.
    """
    with transaction.atomic():
        above, every = _open(actor, document)
        row = Clause(
            document=above,
            code=spans.next_code(every),
            kind=ClauseKind(kind).value,
            subjects=fields.typed_names(subjects),
            lead_units=fields.typed_names(lead_units),
            support_units=fields.typed_names(support_units),
        )
        spans.quote(row, above, start, end)
        spans.check_free(row, every)
        row.path = spans.path_at(above.outline, row.start)
        fields.read_into(row, above.dated)
        _write(above, [*every, row], row)
        _record(actor, above, "clause.added", now, row)
    return row


def split_clause(
    actor: Actor, *, clause: int, at: int, revision: int | None = None, now: datetime
) -> tuple[Clause, Clause]:
    """Cut a clause in two at an offset of the document; both are proposed. Units go to both.

    A deadline or target goes to the half that names it; to both, if neither does (it stood in a bracket behind).
    Raises NotFound, Forbidden, and Refused: clause_in_use, clause_rejected, clause_changed, span_outside, span_blank.
    """
    with transaction.atomic():
        document, first, every = _take(actor, clause, revision)
        if not first.start < at < first.end:
            raise Refused("span_outside", start=first.start, end=at, length=len(document.text))
        second = fields.copied(first)
        second.code = spans.next_code(every)
        start, end = first.start, first.end
        spans.quote(first, document, start, at)
        spans.quote(second, document, at, end)
        fields.share_out(first, second)
        first.state = ClauseState.PROPOSED
        _write(document, [*every, second], first, second)
        _record(actor, document, "clause.split", now, first, new=second.pk)
    return first, second


def merge_clauses(actor: Actor, *, clause: int, revision: int | None = None, now: datetime) -> Clause:
    """Join a clause with the next one; what stands between them goes along. The next one is rejected.

    Raises NotFound, Forbidden, and Refused: clause_in_use, clause_rejected, clause_changed, clauses_apart.
    """
    with transaction.atomic():
        document, row, every = _take(actor, clause, revision)
        following = spans.next_live(row, every, document)
        _check_unused([following])
        for name in ("subjects", "lead_units", "support_units", "cites", "institutions"):
            setattr(row, name, list(dict.fromkeys([*getattr(row, name), *getattr(following, name)])))
        row.targets = [*row.targets, *following.targets]
        if fields.deadline_of(row) == fields.NO_DEADLINE:
            fields.set_deadline(row, fields.deadline_of(following))
        following.state, row.state = ClauseState.REJECTED, ClauseState.PROPOSED
        spans.quote(row, document, row.start, following.end)
        spans.check_free(row, every)
        _write(document, every, row, following)
        _record(actor, document, "clause.merged", now, row, other=following.pk)
    return row


def _place(actor: Actor, organization: int) -> Organization:
    place = cast(Organization, fetch(actor, "organization.see", organization))
    if not allowed(actor, "document.import", place.path):
        raise Forbidden
    return place


def _check_new(place: Organization, sha256: str) -> None:
    known = Document.objects.filter(organization=place, sha256=sha256).values_list("pk", flat=True).first()
    if known is not None:
        raise Refused("document_twice", document=known)


def _name_of(file_name: str) -> str:
    """The last part of a name as browsers send it, its end kept where it is too long: the end says what it is."""
    return fields.typed_text(re.split(r"[\\/]", file_name)[-1][-_LONGEST_FILE_NAME:], "file_name", 200)


def _document(
    actor: Actor, place: Organization, *, received_on: date | None, number: str, sender: str, now: datetime
) -> Document:
    if received_on is not None and received_on > actor.today:
        raise Refused("received_ahead", on=received_on, today=actor.today)
    return Document(
        organization=place,
        received_on=received_on,
        number=fields.typed_text(number, "number", fields.LONGEST_NAME),
        sender=fields.typed_text(sender, "sender", fields.LONGEST_NAME),
        reader=READER,
        made_at=now,
        made_by=actor.person,
    )


def _read(document: Document, source: SourceText) -> list[Clause]:
    """Put into a document what the reader sees in its text; the clauses it proposes. Offsets are not moved."""
    source = replace(source, text=_UNSTORABLE.sub("\ufffd", source.text))
    known = [Furniture(piece.start, piece.end, piece.reason) for piece in source.furniture]
    reading = read(source.text, known, source.tables)
    document.text, document.sha256, document.dated = source.text, source.sha256, reading.date
    document.title = fields.one_line(reading.title or document.title)
    document.outline = [fields.plain(heading) for heading in reading.outline]
    document.blocks = [[block.start, block.end, block.kind.value] for block in reading.blocks]
    document.furniture = [fields.plain(piece) for piece in reading.furniture]
    return [fields.proposed(found, position) for position, found in enumerate(reading.clauses, 1)]


def _enter(actor: Actor, document: Document, clauses: list[Clause], now: datetime) -> Document:
    with transaction.atomic():
        try:
            with transaction.atomic():
                document.save(force_insert=True)
        except IntegrityError:
            _check_new(document.organization, document.sha256)  # somebody else was faster
            raise
        for clause in clauses:
            clause.document = document
        spans.check_quotes(document, clauses)
        Clause.objects.bulk_create(clauses, batch_size=500)
        _record(actor, document, "document.imported", now, clauses=len(clauses), sha256=document.sha256)
    return document


def _open(actor: Actor, document: int) -> tuple[Document, list[Clause]]:
    """A document with its clauses in order, once nobody else is changing them."""
    fetch(actor, "document.confirm", document)
    row = Document.objects.select_for_update(of=("self",)).select_related("organization").get(pk=document)
    return row, list(row.clauses.order_by("position"))


def _take(actor: Actor, clause: int, revision: int | None = None) -> tuple[Document, Clause, list[Clause]]:
    """A live clause that may be changed, as the person saw it; with its document and all clauses there."""
    seen = visible(actor, "document.see").filter(clauses=clause).values_list("pk", flat=True).first()
    if seen is None:
        raise NotFound
    document, every = _open(actor, seen)
    row = next(each for each in every if each.pk == clause)
    _check_unused([row])
    if revision is not None and revision != row.revision:
        raise Refused("clause_changed", clause=row.pk, revision=row.revision)
    if row.state == ClauseState.REJECTED:
        raise Refused("clause_rejected", clause=row.pk)
    return document, row, every


def _check_unused(rows: Sequence[Clause]) -> None:
    ids = {row.pk for row in rows}
    for used in in_use:
        if held := used(ids) & ids:
            raise Refused("clause_in_use", clause=min(held))


def _write(document: Document, every: Sequence[Clause], *changed: Clause) -> None:
    """Write the changed rows and the numbers of those that moved by it."""
    spans.check_quotes(document, every)
    moved = spans.renumbered(every)
    for row in changed:
        if row._state.adding:
            row.save(force_insert=True)
        else:
            row.revision += 1
            row.save(update_fields=_CHANGING)
    Clause.objects.bulk_update(moved, ["position"], batch_size=500)


def _record(
    actor: Actor, document: Document, past: str, now: datetime, clause: Clause | None = None, **facts: Plain
) -> None:
    """One entry: on the document, or on a clause with the document among its facts."""
    place = document.organization
    noun, number = ("clause", clause.pk) if clause else ("document", document.pk)
    told = {**({"document": document.pk} if clause else {}), **facts}
    append(
        [Act(place.path[:DIGITS_PER_LEVEL], place.pk, past, noun, number, told)], actor=actor.person, now=now
    )
