"""任职: committee members in charge of something, from the vacant seat to whoever covers for them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from guantong.apps.organizations.models import Post
from guantong.apps.organizations.roster import persons
from tests.apps.road import ISSUED, Road, at

from .conftest import Enter
from .trees import page, send

pytestmark = pytest.mark.django_db


def test_a_committee_member_is_appointed_in_charge_of_something(road: Road, enter: Enter) -> None:
    school, client = road.schools[0].pk, enter("clerk")
    one, other = (
        persons.enter_person(None, organization=school, name=name, now=at(ISSUED))
        for name in ("方砚", "顾屿")
    )
    listed = page(client, "posts", school)
    assert f"/organizations/{school}/posts/new/?role=committee-member&amp;portfolio=publicity" in listed
    wanted = {"role": "committee-member", "portfolio": "publicity"}
    chosen = page(client, "appoint", school, person=one.pk, **wanted)
    assert '<option value="publicity" selected>宣传委员</option>' in chosen
    assert 'name="portfolio" value="publicity"' in page(client, "appoint", school, **wanted)
    form: dict[str, Any] = {**wanted, "since": "2026-03-09"}
    only = "只有委员才选分工，其他职务请选“没有分工”。"
    send(client, "appoint", school, only, 400, **{**form, "role": "deputy"}, person=one.pk)
    send(client, "appoint", school, "已任方砚为砚舟中学党委宣传委员。", **form, person=one.pk)
    send(client, "appoint", school, "这个单位已有这个分工的委员", 400, **form, person=other.pk)
    listed = page(client, "posts", school)
    assert "宣传委员空缺" not in listed
    assert "组织委员空缺，还没有任命过" in listed
    assert re.search(r'宣传委员</th>\s*<td class="short"><a [^>]*>方砚', listed)
    assert "空缺：副书记，组织委员，纪检委员，校长。" in page(client, "organization", school)
    assert "宣传委员" in page(client, "person", one.pk)
    assert "宣传委员，2026年3月9日起" in page(client, "persons", school)
    held = Post.objects.get(person=one)
    assert "交接方砚的宣传委员职务" in page(client, "hand-over", held.pk)
    assert "免去方砚的宣传委员职务" in page(client, "end-post", held.pk)
    # whoever covers for the member is in charge of the same
    cover: dict[str, Any] = {
        "person": other.pk,
        "covers": held.pk,
        "since": "2026-03-09",
        "until": "2026-03-20",
    }
    send(client, "appoint", school, "已任顾屿为砚舟中学党委宣传委员。", **cover)
    assert Post.objects.get(covers=held).portfolio == "publicity"
