"""Documents come in whole or not at all."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from guantong.apps.documents import fields, originals, services
from guantong.apps.documents.models import ClauseState, Document
from guantong.apps.documents.queries import documents, unit_names
from guantong.apps.ledger.models import Entry
from guantong.apps.ledger.queries import faults
from guantong.apps.organizations.access import Forbidden, NotFound, fetch
from guantong.apps.organizations.models import Organization
from guantong.core.matters import Bound
from guantong.core.permits import Role
from guantong.core.reading import ClauseKind, Operator, read
from guantong.core.refusal import Refused
from guantong.files import Unreadable

from .make import make_organization
from .make_documents import NOW, PLAN, clauses, clerk, imported

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: object) -> Path:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def district() -> Organization:
    return make_organization(name="云岫区委教育工委")


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_comes_in_with_its_text_outline_and_proposed_clauses(
    district: Organization, data_folder: Path
) -> None:
    document = imported(
        district, received_on=date(2026, 3, 2), number="云教〔2026〕3号", sender="云岫区教育局"
    )
    document.refresh_from_db()
    reading = read(PLAN)
    assert document.text == PLAN
    assert (document.title, document.dated) == ("云岫区教育局2026年工作要点", date(2026, 2, 10))
    assert (document.received_on, document.number) == (date(2026, 3, 2), "云教〔2026〕3号")
    assert (document.made_by, document.file_name) == (7, "要点.txt")
    assert [heading["title"] for heading in document.outline] == [h.title for h in reading.outline]
    rows = clauses(document)
    assert [(row.code, row.text) for row in rows] == [(c.id, c.text) for c in reading.clauses]
    assert {row.state for row in rows} == {ClauseState.PROPOSED}
    assert rows[0].targets[-1] == {"text": "不低于95%", "op": ">=", "value": "95", "unit": "%"}
    assert fields.bounds_of(rows[0])[-1] == Bound(Operator.AT_LEAST, Decimal(95), "%")
    assert rows[1].deadline == date(2026, 6, 30)
    assert rows[2].kind == ClauseKind.PROHIBITION
    assert unit_names(document)[:2] == ["各支部", "组织科"]
    (file,) = kept(data_folder)
    assert file == originals.place_of(document.sha256)
    assert file.read_bytes() == PLAN.encode()
    assert file.stat().st_mode & 0o777 == 0o600


def test_an_import_is_on_record_by_ids_and_figures(district: Organization) -> None:
    document = imported(district)
    services.confirm_clauses(clerk(district), document=document.pk, now=NOW)
    acts = Entry.objects.order_by("sequence").values_list("act", "noun", "object", "facts")
    assert list(acts) == [
        ("document.imported", "document", document.pk, {"clauses": 3, "sha256": document.sha256}),
        ("clause.confirmed", "document", document.pk, {"clauses": 3}),
    ]
    assert faults() == []


def test_the_same_file_is_refused_for_one_organization_and_kept_once_for_two(
    district: Organization, data_folder: Path
) -> None:
    other = make_organization(name="青崖区委教育工委")
    first = imported(district)
    with pytest.raises(Refused, match="document_twice") as refused:
        imported(district, name="另一个名字.txt")
    assert refused.value.facts == {"document": first.pk}
    imported(other)
    assert len(kept(data_folder)) == 1
    assert Document.objects.count() == 2


def test_of_two_who_bring_the_same_file_at_once_one_is_told(
    district: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = imported(district)
    check, looks = services._check_new, []

    def blind_at_first(place: Organization, sha256: str) -> None:
        looks.append(sha256)
        if len(looks) > 1:
            check(place, sha256)

    monkeypatch.setattr(services, "_check_new", blind_at_first)
    with pytest.raises(Refused, match="document_twice") as refused:
        imported(district)
    assert refused.value.facts == {"document": first.pk}
    assert (len(looks), Document.objects.count()) == (2, 1)


@pytest.mark.parametrize("name", ["会议纪要.txt", "会议纪要.md"])
def test_a_marked_secret_is_refused_and_nothing_is_kept(
    district: Organization, data_folder: Path, name: str
) -> None:
    with pytest.raises(Unreadable, match="密级"):
        imported(district, "机密★1年\n" + PLAN, name)
    with pytest.raises(Unreadable, match="密级"):
        services.import_text(clerk(district), organization=district.pk, text="机密★1年\n" + PLAN, now=NOW)
    assert kept(data_folder) == []
    assert not Document.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"), [("空.txt", b""), ("空白.txt", b" \n "), ("表.xlsx", b"PK"), ("假.pdf", b"text")]
)
def test_what_cannot_be_read_leaves_nothing(
    district: Organization, data_folder: Path, name: str, content: bytes
) -> None:
    with pytest.raises(Unreadable):
        services.import_document(
            clerk(district), organization=district.pk, file_name=name, content=content, now=NOW
        )
    assert kept(data_folder) == []
    assert not Document.objects.exists()


def test_who_may_import(district: Organization) -> None:
    school = make_organization(district)
    content = PLAN.encode()
    for actor, place, answer in [
        (clerk(district, Role.LIAISON), district, Forbidden),
        (clerk(district), school, Forbidden),
        (clerk(school, Role.SECRETARY), district, NotFound),
        (clerk(district, Role.SYSTEM_ADMIN), district, Forbidden),
        (clerk(district, Role.AUDIT_ADMIN), district, NotFound),
    ]:
        with pytest.raises(answer):
            services.import_document(
                actor, organization=place.pk, file_name="要点.txt", content=content, now=NOW
            )
        with pytest.raises(answer):
            services.import_text(actor, organization=place.pk, text=PLAN, now=NOW)
    assert not Document.objects.exists()


def test_who_may_see_and_confirm(district: Organization) -> None:
    school = make_organization(district)
    own, above = imported(school), imported(district, PLAN + "以上要点，请认真落实。\n")
    assert list(documents(clerk(school, Role.SECRETARY))) == [own]
    assert set(documents(clerk(district))) == {own, above}
    assert fetch(clerk(district), "document.see", own.pk) == own
    hers, row = clerk(school, Role.SECRETARY), clauses(above)[0]
    with pytest.raises(NotFound):
        services.confirm_clauses(hers, document=above.pk, now=NOW)
    with pytest.raises(NotFound):
        services.reject_clause(hers, clause=row.pk, now=NOW)
    with pytest.raises(Forbidden):
        services.reject_clause(clerk(district), clause=clauses(own)[0].pk, now=NOW)
    with pytest.raises(NotFound):
        services.confirm_clauses(hers, document=own.pk, clauses=[row.pk], now=NOW)
    assert services.confirm_clauses(hers, document=own.pk, now=NOW) == 3


def test_pasted_text_comes_in_the_same_way(district: Organization, data_folder: Path) -> None:
    made = services.import_text(
        clerk(district), organization=district.pk, text=PLAN, title="工作要点", now=NOW
    )
    assert (made.text, made.title, made.file_name) == (PLAN, "工作要点", "")
    assert len(clauses(made)) == 3
    assert kept(data_folder) == []
    with pytest.raises(Refused, match="document_twice"):
        imported(district)  # the same characters in a file
    odd = services.import_text(clerk(district), organization=district.pk, text="各校要自查\0整改。", now=NOW)
    odd.refresh_from_db()
    assert (odd.text, odd.title) == ("各校要自查\ufffd整改。", "各校要自查整改。")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"received_on": date(2026, 3, 6)}, "received_ahead"),
        ({"number": "号" * 101}, "text_too_long"),
        ({"sender": "局" * 101}, "text_too_long"),
    ],
)
def test_what_is_told_about_a_document_must_fit(
    district: Organization, data_folder: Path, given: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        imported(district, **given)
    assert kept(data_folder) == []


def test_a_name_from_anywhere_is_only_a_name(district: Organization, data_folder: Path) -> None:
    long = "长" * 300
    document = imported(district, name=f"C:\\文件\\..\\../../etc/\0{long}.txt")
    assert document.file_name == "长" * 196 + ".txt"
    assert kept(data_folder) == [originals.place_of(document.sha256)]


def test_a_disk_that_refuses_leaves_nothing(
    district: Organization, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    originals.place_of(hashlib.sha256(PLAN.encode()).hexdigest()).parent.mkdir(parents=True)
    with pytest.raises(OSError, match="No space"):
        imported(district)
    assert kept(data_folder) == []
    assert not Document.objects.exists()


@pytest.mark.parametrize("count", [3, 60])
def test_the_number_of_queries_does_not_grow(
    district: Organization, count: int, django_assert_max_num_queries: object
) -> None:
    lines = "\n".join(f"{n}.各学校要在6月底前完成第{n}项整改，报局党委备案。" for n in range(1, count + 1))
    with django_assert_max_num_queries(18):  # type: ignore[operator]
        document = imported(district, f"云岫区教育局工作方案\n一、重点工作\n{lines}\n")
    assert document.clauses.count() == count
    with django_assert_max_num_queries(18):  # type: ignore[operator]
        services.confirm_clauses(clerk(district), document=document.pk, now=NOW)
    with django_assert_max_num_queries(18):  # type: ignore[operator]
        services.split_clause(
            clerk(district), clause=clauses(document)[0].pk, at=clauses(document)[0].end - 3, now=NOW
        )
