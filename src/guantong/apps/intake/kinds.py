"""Everything that can be imported: adding a kind is a module beside these and a row here."""

from __future__ import annotations

from collections.abc import Mapping

from guantong.apps.intake import accounts, organizations, persons, posts
from guantong.apps.intake.fields import Kind
from guantong.apps.organizations.accounts.opening import NewAccount
from guantong.apps.organizations.models import Kind as OrganizationKind
from guantong.apps.organizations.roster.appointing import NewPost
from guantong.apps.organizations.roster.persons import NewPerson
from guantong.apps.organizations.tree.founding import NewOrganization
from guantong.core.permits import Role
from guantong.core.persons import MemberStatus
from guantong.files.tables import head_of

KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            code="organizations",
            words="单位",
            permit=organizations.PERMIT,
            fields=organizations.FIELDS,
            judge=organizations.judge,
            write=organizations.write,
            entered=NewOrganization,
            enums={"kind": OrganizationKind},
        ),
        Kind(
            code="persons",
            words="人员",
            permit=persons.PERMIT,
            fields=persons.FIELDS,
            judge=persons.judge,
            write=persons.write,
            entered=NewPerson,
            enums={"status": MemberStatus},
        ),
        Kind(
            code="posts",
            words="任职",
            permit=posts.PERMIT,
            fields=posts.FIELDS,
            judge=posts.judge,
            write=posts.write,
            entered=NewPost,
            enums={"role": Role},
        ),
        Kind(
            code="accounts",
            words="账号",
            permit=accounts.PERMIT,
            fields=accounts.FIELDS,
            judge=accounts.judge,
            write=accounts.write,
            entered=NewAccount,
        ),
    )
}
"""In the order in which a district is moved in."""


def lexicon(kind: Kind) -> dict[str, str]:
    """The field that each usual head of a kind means, by head as `head_of` gives it; the field's own words first."""
    known: dict[str, str] = {}
    for field in kind.fields:
        known.setdefault(head_of(field.words), field.code)
    for field in kind.fields:
        for head in field.heads:
            known.setdefault(head_of(head), field.code)
    return known
