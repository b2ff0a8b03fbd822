"""The record of acts: append-only, whole or found out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from guantong.apps.ledger import triggers
from guantong.apps.ledger.models import ChainHead, Entry
from guantong.apps.ledger.queries import faults, heads
from guantong.apps.ledger.services import Act, append, content_of
from guantong.core.chain import START, Fault, digest_of

NOW = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def make_acts(count: int, chain: str = "0001", first: int = 1) -> list[Act]:
    return [
        Act(chain, organization=i, act="directive.issued", noun="directive", object=7, facts={"clauses": i})
        for i in range(first, first + count)
    ]


def write(count: int, chain: str = "0001", first: int = 1) -> None:
    with transaction.atomic():
        append(make_acts(count, chain, first), actor=3, now=NOW + timedelta(minutes=first))


def test_a_chain_is_gapless_and_each_entry_names_the_one_before() -> None:
    write(3)
    write(2, first=4)
    entries = list(Entry.objects.order_by("sequence"))
    assert [entry.sequence for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.previous for entry in entries] == [START, *(entry.digest for entry in entries[:-1])]
    assert [(head.sequence, head.digest) for head in heads()] == [(5, entries[-1].digest)]
    assert faults() == []


def test_each_top_level_organization_has_a_chain_of_its_own() -> None:
    write(2, chain="0001")
    write(3, chain="0002")
    assert [(head.chain, head.sequence) for head in heads()] == [("0001", 2), ("0002", 3)]


def test_an_entry_stands_or_falls_with_its_service() -> None:
    write(1)

    def service() -> None:
        with transaction.atomic():
            append(make_acts(2, first=2), actor=3, now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        service()
    assert [head.sequence for head in heads()] == [1]
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    "facts", [{"name": "张三丰"}, {"why": "two words"}, {"nested": {"a": 1}}, {"share": 0.5}]
)
def test_a_name_free_text_or_a_float_is_refused(facts: dict[str, object]) -> None:
    act = Act("0001", 1, "directive.issued", "directive", 7, facts)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="ids, codes and figures"), transaction.atomic():
        append([act], actor=3, now=NOW)


@pytest.mark.parametrize("statement", ["UPDATE ledger_entry SET act = 'x'", "DELETE FROM ledger_entry"])
def test_the_database_itself_refuses(statement: str) -> None:
    write(2)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Entry.objects.count() == 2


def test_the_database_refuses_to_empty_the_table() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    write(2)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE ledger_entry")


def test_a_missing_trigger_is_seen_at_start_up() -> None:
    assert triggers.check_triggers(["default"]) == []
    triggers.lift()
    (error,) = triggers.check_triggers(["default"])
    assert error.id == "ledger.E001"
    assert "migrate --skip-checks" in error.msg
    call_command("migrate", skip_checks=True, verbosity=0)  # the cure that it names
    assert triggers.check_triggers(["default"]) == []
    assert triggers.check_triggers(None) == []


def test_a_database_that_waits_for_a_migration_is_not_refused_it() -> None:
    triggers.lift()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'ledger'")
    assert triggers.check_triggers(["default"]) == []


def rehash(first: int = 1) -> None:
    """What a patient forger does: make every digest from `first` on fit again, and the head too."""
    rows = list(Entry.objects.filter(chain="0001").order_by("sequence"))
    for i, row in enumerate(rows):
        if i + 1 >= first:
            row.sequence = i + 1
            row.previous = rows[i - 1].digest if i else START
            row.digest = digest_of("0001", row.sequence, content_of(row), row.previous)
            Entry.objects.filter(pk=row.pk).update(
                sequence=row.sequence, previous=row.previous, digest=row.digest
            )
    ChainHead.objects.filter(chain="0001").update(
        sequence=len(rows), digest=rows[-1].digest if rows else START
    )


def change(**fields: object) -> Callable[[], object]:
    return lambda: Entry.objects.filter(sequence=4).update(**fields)


def swap() -> None:
    Entry.objects.filter(sequence=4).update(sequence=1000)
    Entry.objects.filter(sequence=5).update(sequence=4)
    Entry.objects.filter(sequence=1000).update(sequence=5)


def insert() -> None:
    entry = Entry.objects.get(sequence=9)
    entry.pk, entry.sequence, entry.previous = None, 10, entry.digest
    entry.digest = digest_of("0001", 10, content_of(entry), entry.previous)
    entry.save(force_insert=True)


def roll_back() -> None:
    Entry.objects.filter(sequence__gt=6).delete()
    last = Entry.objects.get(sequence=6)
    ChainHead.objects.filter(chain="0001").update(sequence=6, digest=last.digest)


def change_and_rehash() -> None:
    Entry.objects.filter(sequence=4).update(facts={"clauses": 400})
    rehash()


def cut_out_and_rehash() -> None:
    Entry.objects.filter(sequence=4).delete()
    rehash()


def forget_everything() -> None:
    Entry.objects.all().delete()
    ChainHead.objects.all().delete()


TAMPERINGS: dict[str, tuple[Callable[[], object], int, Fault]] = {
    "another act": (change(act="directive.withdrawn"), 4, Fault.CHANGED),
    "another figure": (change(facts={"clauses": 400}), 4, Fault.CHANGED),
    "another actor": (change(actor=99), 4, Fault.CHANGED),
    "another time": (change(at=NOW - timedelta(days=1)), 4, Fault.CHANGED),
    "another object": (change(object=8), 4, Fault.CHANGED),
    "one cut out": (lambda: Entry.objects.filter(sequence=4).delete(), 4, Fault.GAP),
    "two swapped": (swap, 4, Fault.BROKEN),
    "the end cut off": (lambda: Entry.objects.filter(sequence__gt=8).delete(), 8, Fault.HEAD),
    "one put behind the end": (insert, 10, Fault.HEAD),
    "moved to another chain": (change(chain="0002"), 4, Fault.GAP),
    "rolled back with its head": (roll_back, 8, Fault.PAST),
    "changed and hashed anew": (change_and_rehash, 8, Fault.PAST),
    "cut out and hashed anew": (cut_out_and_rehash, 8, Fault.PAST),
    "all forgotten": (forget_everything, 8, Fault.PAST),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_with_its_first_bad_row(name: str) -> None:
    tamper, sequence, fault = TAMPERINGS[name]
    write(8)
    written_down = heads()
    write(1, first=9)
    assert faults(written_down) == []  # the control: untouched, it passes
    triggers.lift()
    tamper()
    found = {finding.chain: finding for finding in faults(written_down)}
    assert (found["0001"].sequence, found["0001"].fault) == (sequence, fault)
