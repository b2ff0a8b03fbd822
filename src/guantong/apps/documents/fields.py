"""The fields of a clause: as the reader gives them, as people type them, and in the terms of the core."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

from guantong.apps.documents.models import Clause, ClauseState
from guantong.core import reading
from guantong.core.matters import Bound
from guantong.core.reading import Deadline, Operator
from guantong.core.reading.deadlines import find_deadline
from guantong.core.reading.institutions import named_institutions
from guantong.core.reading.page import CITE, prepare
from guantong.core.reading.targets import find_targets
from guantong.core.refusal import Refused

LONGEST_NAME = 100  # what an alias of an organization holds
LONGEST_TEXT = 300
LONGEST_UNIT = 20
NO_DEADLINE = Deadline("", None, None)
READ = (
    "start",
    "end",
    "kind",
    "subjects",
    "lead_units",
    "support_units",
    "deadline_text",
    "deadline",
    "deadline_rule",
    "targets",
)
"""The fields that a person may correct, and that are kept as they were read."""

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,6})?")
_RULE = re.compile(
    r"daily|weekly|monthly|quarterly|half-yearly|yearly|every-\d{1,4}-(?:days|weeks|months|years)|"
    r"(?:before|during)-event|after-event:\d{1,4}-days|long-term"
)


class TargetRow(TypedDict):
    """A target as it is stored and handed in: `value` is a decimal as text, None where the bound is no number."""

    text: str
    op: str
    value: str | None
    unit: str


def proposed(found: reading.Clause, position: int) -> Clause:
    """The row of a clause that the reader found, its document still to be named."""
    row = Clause(
        code=found.id,
        position=position,
        start=found.start,
        end=found.end,
        text=found.text,
        kind=found.kind.value,
        path=list(found.path),
        subjects=list(found.subjects),
        lead_units=list(found.lead_units),
        support_units=list(found.support_units),
        targets=[_target_row(target) for target in found.targets],
        cites=list(found.cites),
        institutions=list(found.institutions),
        state=ClauseState.PROPOSED,
    )
    set_deadline(row, found.deadline or NO_DEADLINE)
    row.read = {name: _plain(row, name) for name in READ}
    return row


def read_into(row: Clause, issued: date | None) -> None:
    """Fill in what the text of a clause itself tells: deadline, targets, cited papers, institutions."""
    page = prepare(row.text)
    set_deadline(row, find_deadline(page.text, page.masked, issued) or NO_DEADLINE)
    row.targets = [_target_row(target) for target in find_targets(page.text, page.masked)]
    row.cites = list(dict.fromkeys(CITE.findall(row.text)))
    row.institutions = list(named_institutions(row.text))


def set_deadline(row: Clause, deadline: Deadline) -> None:
    """Put a deadline into its three columns."""
    row.deadline_text, row.deadline, row.deadline_rule = deadline.text, deadline.date, deadline.rule or ""


def deadline_of(row: Clause) -> Deadline:
    """The deadline in the reader's terms; NO_DEADLINE where there is none."""
    return Deadline(row.deadline_text, row.deadline, row.deadline_rule or None)


def bounds_of(row: Clause) -> list[Bound]:
    """The targets that are numbers, in order, as bounds that figures are held against."""
    return [
        Bound(Operator(target["op"]), Decimal(target["value"]), target["unit"])
        for target in row.targets
        if target["value"] is not None
    ]


def corrected(row: Clause) -> list[str]:
    """The names of the fields in which a clause differs from what the reader had read; none if a person made it."""
    return [name for name in READ if row.read and row.read[name] != _plain(row, name)]


def copied(row: Clause) -> Clause:
    """A clause not yet stored that asks the same of the same, for a person to make something of."""
    lists = ("path", "subjects", "lead_units", "support_units", "targets", "cites", "institutions")
    copy = Clause(
        document_id=row.document_id, kind=row.kind, **{name: list(getattr(row, name)) for name in lists}
    )
    set_deadline(copy, deadline_of(row))
    return copy


def share_out(*halves: Clause) -> None:
    """Leave to each half of a clause the deadline, targets and papers that it names, and to all what none names."""

    def belongs(text: str, half: Clause) -> bool:
        return text in half.text or not any(text in other.text for other in halves)

    for half in halves:
        if not belongs(half.deadline_text, half):
            set_deadline(half, NO_DEADLINE)
        half.targets = [target for target in half.targets if belongs(target["text"], half)]
        half.cites = [cite for cite in half.cites if belongs(cite, half)]
        half.institutions = list(named_institutions(half.text))


def typed_deadline(deadline: Deadline) -> Deadline:
    """A deadline as a person gives it. Raises Refused: deadline_rule_unknown, text_too_long."""
    if deadline.rule and not _RULE.fullmatch(deadline.rule):
        raise Refused("deadline_rule_unknown")
    return Deadline(typed_text(deadline.text, "deadline", LONGEST_TEXT), deadline.date, deadline.rule or None)


def typed_targets(targets: Iterable[TargetRow]) -> list[TargetRow]:
    """Targets as a person gives them, with even digits.

    Raises Refused: target_not_a_number, operator_unknown, text_too_long.
    """
    return [
        TargetRow(
            text=typed_text(target["text"], "target", LONGEST_TEXT),
            op=_operator(target["op"]),
            value=_number(target["value"]),
            unit=typed_text(unicodedata.normalize("NFKC", target["unit"]), "unit", LONGEST_UNIT),
        )
        for target in targets
    ]


def typed_names(names: Sequence[str]) -> list[str]:
    """Names of units as a person gives them: no blank ones, each once. Raises Refused("text_too_long")."""
    even = (typed_text(name, "name", LONGEST_NAME) for name in names)
    return list(dict.fromkeys(name for name in even if name))


def one_line(text: str) -> str:
    """The beginning of a text as a title: what cannot be seen left out, cut where it is too long."""
    return _CONTROLS.sub("", text).strip()[:LONGEST_TEXT]


def plain(found: reading.Heading | reading.Furniture) -> dict[str, Any]:
    """What the reader found, as JSON holds it."""
    return asdict(found)


def typed_text(text: str, field: str, most: int) -> str:
    """A line that a person typed, without what cannot be seen. Raises Refused("text_too_long") above `most`."""
    line = _CONTROLS.sub("", text).strip()
    if len(line) > most:
        raise Refused("text_too_long", field=field, length=len(line), most=most)
    return line


def _operator(code: str) -> str:
    if code not in set(Operator):
        raise Refused("operator_unknown")
    return code


def _number(value: str | None) -> str | None:
    """A number as typed, full width or with commas: "１,200.50" → "1200.5"."""
    if value is None:
        return None
    even = unicodedata.normalize("NFKC", value).strip().replace(",", "")
    if not _NUMBER.fullmatch(even):
        raise Refused("target_not_a_number")
    return _shortest(Decimal(even))


def _target_row(target: reading.Target) -> TargetRow:
    value = None if target.value is None else _shortest(Decimal(repr(target.value)))
    return TargetRow(text=target.text, op=target.op.value, value=value, unit=target.unit)


def _shortest(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _plain(row: Clause, name: str) -> Any:
    value = getattr(row, name)
    return value.isoformat() if isinstance(value, date) else value
