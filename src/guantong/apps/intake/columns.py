"""Which field each column of a workbook is read as: proposed by its head, corrected once by a person, remembered for them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, Q

from guantong.apps.intake.fields import Kind
from guantong.apps.intake.kinds import lexicon
from guantong.apps.intake.models import Mapping
from guantong.core.refusal import Refused
from guantong.files.tables import head_of

_LONGEST = 100


def remembered(kind: Kind, district: int, person: int) -> dict[str, str]:
    """What heads mean, as it was said for the whole district, and by this person before all; "" for one not read."""
    rows = Mapping.objects.filter(Q(said_by=None) | Q(said_by=person), kind=kind.code, district=district)
    told = rows.order_by(F("said_by").asc(nulls_first=True)).values_list("head", "field")
    return dict(told)  # of one head, what is said last stays


def proposed(kind: Kind, heads: Sequence[str], told: dict[str, str]) -> list[str]:
    """The field of each column; "" where its head says none, or one that an earlier or surer column has.

    What was remembered goes first, then a field's own words, then the usual heads in their order.
    """
    known = [head_of(head)[:_LONGEST] for head in heads]
    fields = {field.code for field in kind.fields}
    found = [""] * len(heads)
    taken: set[str] = set()

    def take(position: int, field: str) -> None:
        if not found[position] and field in fields and field not in taken:
            found[position] = field
            taken.add(field)

    for position, head in enumerate(known):
        if head in told:
            take(position, told[head])
    free = [position for position, head in enumerate(known) if head not in told]
    for field in kind.fields:
        for usual in (field.words, *field.heads):
            for position in free:
                if known[position] == head_of(usual):
                    take(position, field.code)
    return found


def remember(
    kind: Kind,
    district: int,
    heads: Sequence[str],
    columns: Sequence[str],
    *,
    person: int,
    for_all: bool,
) -> None:
    """Keep what the columns were said to mean, where it is not what they would be read as without.

    For whoever said it alone; with `for_all` for the whole district.
    """
    known = Mapping.objects.filter(kind=kind.code, district_id=district)
    usual = lexicon(kind)
    if not for_all:
        usual |= dict(known.filter(said_by=None).values_list("head", "field"))
    said_by = None if for_all else person
    for head, field in zip(heads, columns, strict=True):
        key = head_of(head)[:_LONGEST]
        if not key:
            continue
        if for_all:  # what they said while they spoke for themselves alone
            known.filter(said_by=person, head=key).delete()
        if usual.get(key, "") == field:
            known.filter(said_by=said_by, head=key).delete()
        else:
            Mapping.objects.update_or_create(
                kind=kind.code, district_id=district, said_by=said_by, head=key, defaults={"field": field}
            )


def check(kind: Kind, heads: Sequence[str], columns: Sequence[str]) -> None:
    """Raises Refused: column_unknown, column_twice (with the field's words)."""
    words = {field.code: field.words for field in kind.fields}
    used: set[str] = set()
    if len(columns) != len(heads) or any(field and field not in words for field in columns):
        raise Refused("column_unknown")
    for field in columns:
        if field and field in used:
            raise Refused("column_twice", words=words[field])
        used.add(field)


def missing(kind: Kind, columns: Sequence[str]) -> list[str]:
    """The words of the needed fields that no column is read as."""
    return [field.words for field in kind.fields if field.needed and field.code not in columns]
