"""A district with somebody for every role that matters for accounts, and what their tests share."""

from __future__ import annotations

from datetime import UTC, datetime

from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from guantong.apps.ledger.models import Entry
from guantong.apps.organizations.access import Actor, actor_of
from guantong.apps.organizations.accounts import opening
from guantong.apps.organizations.models import Kind, Person
from guantong.core.permits import Role
from tests.apps.make import DAY, make_organization, make_person, make_post

NOW = datetime(2026, 3, 5, 8, tzinfo=UTC)
GOOD = "操场边的梧桐树-2017"


class Place:
    """A committee with a school and its branch, and somebody for every role that matters here."""

    def __init__(self) -> None:
        self.top = make_organization(name="云岫区委教育工委", kind=Kind.WORK_COMMITTEE)
        self.school = make_organization(self.top, name="青禾小学党总支")
        self.branch = make_organization(self.school, name="第一支部")
        self.people: dict[str, Person] = {}
        for who, place, role in (
            ("system", self.top, Role.SYSTEM_ADMIN),
            ("security", self.top, Role.SECURITY_ADMIN),
            ("audit", self.top, Role.AUDIT_ADMIN),
            ("secretary", self.top, Role.SECRETARY),
            ("office", self.school, Role.PARTY_OFFICE),
            ("head", self.school, Role.SECRETARY),
            ("teacher", self.branch, Role.BRANCH_SECRETARY),
            ("plain", self.branch, None),
        ):
            person = make_person(place, name=f"{who}某")
            self.people[who] = person
            if role:
                make_post(person, place, role)

    def actor(self, who: str) -> Actor:
        return actor_of(self.people[who].pk, DAY)

    def key(self, who: str) -> int:
        return self.people[who].pk

    def opened(self, who: str, by: str = "system") -> str:
        return opening.open_account(self.actor(by), person=self.key(who), name=who, now=NOW)


def acts() -> list[tuple[str, int | None, int]]:
    return [(row.act, row.actor, row.object) for row in Entry.objects.order_by("pk")]


def shown_by(device: TOTPDevice) -> str:
    """What an authenticator shows now, which the tests set."""
    return f"{totp(device.bin_key):06d}"
