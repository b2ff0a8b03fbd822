"""首页 and 导入 until a district is moved in: what is next, who does it, where."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guantong.apps.organizations.access import Actor, actor_of
from guantong.apps.organizations.beginning import beginning
from guantong.apps.organizations.models import Kind, Organization
from guantong.core.permits import Role
from tests.apps.make import DAY, make_organization, make_person, make_post

from .make import make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> Organization:
    return make_organization(name="云岫区委教育工委", kind=Kind.WORK_COMMITTEE)


def text(client: Client, path: str = "/") -> str:
    return client.get(path).content.decode()


def test_the_first_page_leads_from_step_to_step(district: Organization) -> None:
    system = signed_in(make_user(Role.SYSTEM_ADMIN, district, name="lin"))
    security = signed_in(make_user(Role.SECURITY_ADMIN, district, name="he"))
    assert 'href="/intake/?kind=organizations">导入单位</a>' in text(system)
    assert "单位还没有导入，由系统管理员或工委党务干部导入。" in text(security)
    school = make_organization(district)
    assert 'href="/intake/?kind=persons">导入人员</a>' in text(system)
    assert "审计管理员" not in text(security), "there is nobody yet to appoint"
    person = make_person(school)
    assert "任职还没有导入，由安全管理员或工委党务干部导入。" in text(system)
    asked = text(security)
    assert 'href="/intake/?kind=posts">导入任职</a>' in asked
    appoint = f"/organizations/{district.pk}/posts/new/?role=audit-admin"
    assert f'href="{appoint}">任命审计管理员</a>' in asked
    chosen = text(security, f"{appoint}&person={person.pk}")
    assert '<option value="audit-admin" selected>审计管理员</option>' in chosen
    make_post(person, school, Role.SECRETARY)
    make_post(make_person(district), district, Role.AUDIT_ADMIN)
    assert 'href="/intake/?kind=accounts">导入账号</a>' in text(system)
    assert "账号还没有导入，由系统管理员或工委党务干部导入。" in text(security)
    assert "审计管理员" not in text(security)
    make_user(Role.LIAISON, school, name="zhou")
    for client in (system, security):
        assert "有新的部署下达时" in text(client)


def actor(account: Any) -> Actor:
    return actor_of(account.person, DAY)


def test_it_is_told_to_whoever_keeps_the_district_by_one_query(district: Organization) -> None:
    school = make_organization(district)
    clerk = actor(make_user(Role.SECTION_STAFF, district, name="lin"))
    with CaptureQueriesContext(connection) as asked:
        stands = beginning(clerk)
    assert len(asked) == 1
    assert stands is not None
    assert (stands.organization, stands.organizations, stands.auditor) == (district.pk, True, False)
    for role, place, name in (
        (Role.SECRETARY, school, "he"),
        (Role.LIAISON, district, "song"),
        (Role.AUDIT_ADMIN, district, "zhou"),
    ):
        assert beginning(actor(make_user(role, place, name=name))) is None
    Organization.objects.filter(pk=district.pk).update(invented=True)
    stands = beginning(clerk)
    assert stands is not None
    assert stands.auditor, "of an example none is asked"


def test_importing_says_who_imports_what_one_may_not(district: Organization) -> None:
    security = signed_in(make_user(Role.SECURITY_ADMIN, district, name="he"))
    page = text(security, "/intake/")
    assert "单位由系统管理员或工委党务干部导入。" in page
    assert "任职由" not in page
    system = signed_in(make_user(Role.SYSTEM_ADMIN, district, name="lin"))
    page = text(system, "/intake/")
    assert "任职由安全管理员或工委党务干部导入。" in page
    assert "单位由" not in page
    assert "由安全管理员" not in text(
        signed_in(make_user(Role.SECTION_STAFF, district, name="qin")), "/intake/"
    )
