"""What stands ready of the tree, the roster and the accounts when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from guantong.apps.members.models import Correction
from guantong.apps.organizations.models import Group, Organization, Person, Post
from guantong.apps.people import codes, factors
from guantong.apps.people.models import Account
from guantong.apps.people.services import make_account
from guantong.core.permits import Role
from tests.apps.make import make_organization, make_person, make_post
from tests.apps.road import at
from tests.cast import NOBODY, TODAY, Cast, Place
from tests.web.make import PASSWORD

from .batches import Batches
from .sent import MISSING, Sent

NEW_PASSWORD = "四月的雨落在檐下2026"  # noqa: S105 — of the tests
YESTERDAY = TODAY - timedelta(days=1)


class Roster:
    """An object at a place for each address of the tree, the roster and accounts, and a form that fits it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.batches = Batches(cast)

    def knows(self, address: str) -> bool:
        """Whether the address is one of these."""
        return address in _AT | _WITHOUT or self.batches.knows(address)

    def ready(self, address: str, sent: str, place: Place) -> Sent:
        """Bring about what `address` needs of an object at `place`, and say what to send."""
        if self.batches.knows(address):
            return self.batches.ready(address, place)
        step = _AT.get(f"{address}:{sent}") or _AT[address]
        return step(self, place)

    def without_object(self, address: str, sent: str, who: str) -> Sent:
        """What somebody sends where it makes no difference where an object stands, or where it is their own."""
        if self.batches.knows(address):
            return self.batches.without_object(address, sent)
        if sent == "own":
            return _OWN[address](self, who)
        if address in _AT:
            return Sent({"pk": MISSING}, {})
        return _WITHOUT[address](self, who)

    def place(self, place: Place) -> Organization:
        """The organization at a place, as it is now."""
        return self.cast.places[place]

    def person(self, place: Place) -> Person:
        """Somebody at a place, of whom nothing else is known."""
        return make_person(self.place(place), name="方某")

    def under(self, place: Place, *, closed: bool = False) -> Organization:
        """A branch right under the organization at a place."""
        row = make_organization(self.place(place), name="尾巷支部")
        if closed:
            row.closed_on = YESTERDAY
            row.save()
        return row

    def beside(self, place: Place) -> Organization:
        """Where what stands at a place can be moved to by whoever may move it."""
        other = {
            Place.SCHOOL: self.place(Place.NEIGHBOUR),
            Place.BRANCH: self.cast.road.branches[1],
            Place.NEIGHBOUR: self.place(Place.SCHOOL),
        }
        return other.get(place) or self.cast.below[place]

    def member(self, who: str) -> Person:
        """The person somebody is; for whoever is not signed in, anybody."""
        return Person.objects.get(pk=self.cast.road.people["district" if who == NOBODY else who])

    def account(self, who: str) -> Account:
        """The account somebody signs in with; for whoever is not signed in, anybody's."""
        return self.cast.accounts["district" if who == NOBODY else who]

    def post(self, place: Place, role: Role) -> Post:
        """A post at a place, held by somebody."""
        return make_post(self.person(place), self.place(place), role)


Step = Callable[[Roster, Place], Sent]
Own = Callable[[Roster, str], Sent]
Form = Mapping[str, str]
_EMPTY: Form = {}


def _organization(roster: Roster, place: Place) -> Sent:
    return Sent({"pk": roster.place(place).pk}, {})


def _found(roster: Roster, place: Place) -> Sent:
    form = {"name": "新设党支部", "kind": "branch", "stage": "", "opened_on": _DAY}
    return Sent({"pk": roster.place(place).pk}, form)


def _rename(roster: Roster, place: Place) -> Sent:
    return Sent({"pk": roster.place(place).pk}, {"what": "name", "name": "改名党支部", "on": _DAY})


def _move(roster: Roster, place: Place) -> Sent:
    return Sent({"pk": roster.place(place).pk}, {"into": str(roster.beside(place).pk), "on": _DAY})


def _close(roster: Roster, place: Place) -> Sent:
    return Sent({"pk": roster.under(place).pk}, _CLOSING)


def _close_top(roster: Roster, place: Place) -> Sent:
    return Sent({"pk": roster.place(place).pk}, _CLOSING)


def _split(roster: Roster, place: Place) -> Sent:
    form = {"name": "分出党支部", "kind": "branch", "stage": "", "on": _DAY}
    return Sent({"pk": roster.place(place).pk}, form)


def _reopen(roster: Roster, place: Place) -> Sent:
    return Sent({"pk": roster.under(place, closed=True).pk}, {"on": _DAY})


def _group(roster: Roster, place: Place) -> Sent:
    row = Group.objects.create(district=roster.place(place), name="试点单位", kinds=["branch"])
    return Sent({"pk": row.pk}, {"kinds": ["committee"]})


def _enter_person(roster: Roster, place: Place) -> Sent:
    form = {"name": "方砚", "sex": "male", "birth_year": "1980", "status": "full", "since": "2001-07-01"}
    return Sent({"pk": roster.place(place).pk}, form)


def _person(roster: Roster, place: Place, form: Form = _EMPTY) -> Sent:
    return Sent({"pk": roster.person(place).pk}, dict(form))


def _transfer(roster: Roster, place: Place) -> Sent:
    form = {"to": str(roster.cast.below[place].pk), "on": _DAY}
    return Sent({"pk": roster.person(place).pk}, form)


def _appoint(roster: Roster, place: Place, role: Role = Role.COMMITTEE_MEMBER) -> Sent:
    form = {"person": str(roster.person(place).pk), "role": role.value, "since": _DAY}
    return Sent({"pk": roster.place(place).pk}, form)


def _end_post(roster: Roster, place: Place, role: Role = Role.COMMITTEE_MEMBER) -> Sent:
    return Sent({"pk": roster.post(place, role).pk}, {"until": _DAY})


def _hand_over(roster: Roster, place: Place) -> Sent:
    form = {"to": str(roster.person(place).pk), "on": _DAY, "note": "台账在柜子第二格。"}
    return Sent({"pk": roster.post(place, Role.COMMITTEE_MEMBER).pk}, form)


def _correction(roster: Roster, place: Place) -> Sent:
    person, desk = roster.person(place), roster.place(place)
    row = Correction.objects.create(
        person=person, organization=desk, text="出生年份有误。", asked_at=at(TODAY, 8)
    )
    return Sent({"pk": row.pk}, {"outcome": "corrected", "answer": "已更正。"})


def _account(roster: Roster, place: Place, address: str, role: Role | None = None) -> Sent:
    """Somebody at a place, with an account in the state that the act needs."""
    person = roster.person(place) if role is None else roster.post(place, role).person
    if address == "open-account":
        return Sent({"pk": person.pk}, {"name": "fangmou"})
    account = make_account(name="fangmou", person=person.pk, password=PASSWORD, now=at(TODAY, 8))
    if address == "reopen-account":
        account.is_active = False
        account.save()
    if address == "drop-factor":
        TOTPDevice.objects.create(user=account, name="totp", confirmed=True)
    return Sent({"pk": person.pk}, {})


def _own_person(roster: Roster, who: str, form: Form) -> Sent:
    return Sent({"pk": roster.member(who).pk}, dict(form))


def _transfer_oneself(roster: Roster, who: str) -> Sent:
    member = roster.member(who)
    below = make_organization(member.organization, name="尾巷支部")
    return Sent({"pk": member.pk}, {"to": str(below.pk), "on": _DAY})


def _appoint_oneself(roster: Roster, who: str) -> Sent:
    """At what is right under one's own place; of administrators at the place itself."""
    member = roster.member(who)
    below = make_organization(member.organization, name="尾巷支部")
    return Sent({"pk": below.pk}, {"person": str(member.pk), "role": "committee-member", "since": _DAY})


def _own_post(roster: Roster, who: str, **form: str) -> Sent:
    """One's own post; whoever it is handed to belongs there too."""
    post = Post.objects.filter(person=roster.member(who)).order_by("pk")[0]
    other = make_person(post.organization, name="方某")
    return Sent({"pk": post.pk}, {name: told or str(other.pk) for name, told in form.items()})


def _nothing(roster: Roster, who: str) -> Sent:  # noqa: ARG001
    return Sent({}, {})


def _given(roster: Roster, who: str, **form: Any) -> Sent:  # noqa: ARG001
    return Sent({}, form)


def _by_code(roster: Roster, who: str) -> Sent:
    account = roster.account(who)
    (code,) = codes.give([account], until=at(TODAY + timedelta(days=1)))
    return Sent({}, {"name": account.name, "code": code, "new": NEW_PASSWORD, "again": NEW_PASSWORD})


def _enrol(roster: Roster, who: str) -> Sent:
    """The figures that an authenticator shows now."""
    key = factors.key(roster.account(who))
    device = TOTPDevice.objects.get(pk=key.device)
    return Sent({}, {"key": str(device.pk), "figures": f"{totp(device.bin_key):06}"})


_DAY = TODAY.isoformat()
_CLOSING = {"how": "end", "on": _DAY}
_CORRECTED = {"name": "方砚舟", "sex": "male", "birth_year": "1981"}
_STANDING = {"status": "full", "since": _DAY}
_ACCOUNTS = ("open-account", "reset-account", "close-account", "reopen-account", "drop-factor")
_AT: dict[str, Step] = {
    **dict.fromkeys(("organization", "persons", "posts"), _organization),
    "found": _found,
    "rename": _rename,
    **dict.fromkeys(("move-organization", "move-organization:top"), _move),
    "close-organization": _close,
    "close-organization:top": _close_top,
    **dict.fromkeys(("split-organization", "split-organization:top"), _split),
    "reopen-organization": _reopen,
    "group": _group,
    "enter-person": _enter_person,
    "person": _person,
    "correct-person": partial(_person, form=_CORRECTED),
    "membership": partial(_person, form=_STANDING),
    "transfer-person": _transfer,
    "appoint": _appoint,
    "appoint:administrator": partial(_appoint, role=Role.AUDIT_ADMIN),
    "end-post": _end_post,
    "end-post:administrator": partial(_end_post, role=Role.AUDIT_ADMIN),
    "hand-over": _hand_over,
    "correction": _correction,
    **{name: partial(_account, address=name) for name in _ACCOUNTS},
    **{f"{name}:administrator": partial(_account, address=name, role=Role.AUDIT_ADMIN) for name in _ACCOUNTS},
}
_OWN: dict[str, Own] = {
    "correct-person": partial(_own_person, form=_CORRECTED),
    "membership": partial(_own_person, form=_STANDING),
    "transfer-person": _transfer_oneself,
    "appoint": _appoint_oneself,
    "end-post": partial(_own_post, until=_DAY),
    "hand-over": partial(_own_post, to="", on=_DAY),
    **dict.fromkeys(_ACCOUNTS, partial(_own_person, form={"name": "fangmou"})),
}
_WITHOUT: dict[str, Own] = {
    **dict.fromkeys(("organizations", "organization-changes", "pick-organization", "accounts"), _nothing),
    "groups": partial(_given, name="试点单位", kinds=["branch"]),
    **dict.fromkeys(("mine-file", "personal-fields", "setup"), _nothing),
    "mine": partial(_given, contact="内线 8021"),
    "ask-correction": partial(_given, text="出生年份有误。"),
    "code": _by_code,
    "second-factor": partial(_given, figures="123456"),
    "enrol": _enrol,
}
