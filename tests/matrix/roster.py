"""What stands ready of the tree, the roster and the accounts when somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from guantong.apps.organizations.models import Group, Organization, Person, Post
from guantong.core.permits import Role
from tests.apps.make import make_organization, make_person, make_post
from tests.cast import NOBODY, TODAY, Cast, Place

from .sent import MISSING, Sent

YESTERDAY = TODAY - timedelta(days=1)


class Roster:
    """An object at a place for each address of the tree, the roster and accounts, and a form that fits it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def knows(self, address: str) -> bool:
        """Whether the address is one of these."""
        return address in _AT | _WITHOUT

    def ready(self, address: str, sent: str, place: Place) -> Sent:
        """Bring about what `address` needs of an object at `place`, and say what to send."""
        step = _AT.get(f"{address}:{sent}") or _AT[address]
        return step(self, place)

    def without_object(self, address: str, sent: str, who: str) -> Sent:
        """What somebody sends where it makes no difference where an object stands, or where it is their own."""
        if sent == "own":
            return _OWN[address](self, who)
        if address in _AT:
            return Sent({"pk": MISSING}, {})
        return _WITHOUT[address]

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

    def own(self, who: str) -> int:
        """The person somebody is; for whoever is not signed in, anybody."""
        return self.cast.road.people["district" if who == NOBODY else who]

    def post(self, place: Place, role: Role) -> Post:
        """A post at a place, held by somebody."""
        return make_post(self.person(place), self.place(place), role)


Step = Callable[[Roster, Place], Sent]


def _organization(roster: Roster, place: Place) -> Sent:
    return Sent({"pk": roster.place(place).pk}, {})


def _found(roster: Roster, place: Place) -> Sent:
    form = {"name": "新设党支部", "kind": "branch", "stage": "", "opened_on": TODAY.isoformat()}
    return Sent({"pk": roster.place(place).pk}, form)


def _rename(roster: Roster, place: Place) -> Sent:
    row = roster.place(place)
    form = {"name": "改名党支部", "kind": row.kind, "stage": row.stage, "order": "0", "on": TODAY.isoformat()}
    return Sent({"pk": row.pk}, form)


def _move(roster: Roster, place: Place) -> Sent:
    form = {"into": str(roster.beside(place).pk), "on": TODAY.isoformat()}
    return Sent({"pk": roster.place(place).pk}, form)


_CLOSING = {"into": "", "work": "withdraw", "on": TODAY.isoformat()}


def _close(roster: Roster, place: Place) -> Sent:
    return Sent({"pk": roster.under(place).pk}, _CLOSING)


def _close_top(roster: Roster, place: Place) -> Sent:
    return Sent({"pk": roster.place(place).pk}, _CLOSING)


def _split(roster: Roster, place: Place) -> Sent:
    form = {"name": "分出党支部", "kind": "branch", "stage": "", "on": TODAY.isoformat()}
    return Sent({"pk": roster.place(place).pk}, form)


def _reopen(roster: Roster, place: Place) -> Sent:
    return Sent({"pk": roster.under(place, closed=True).pk}, {"on": TODAY.isoformat()})


def _group(roster: Roster, place: Place) -> Sent:
    row = Group.objects.create(district=roster.place(place), name="试点单位", kinds=["branch"])
    return Sent({"pk": row.pk}, {"name": "试点党支部", "kinds": ["branch"]})


def _enter_person(roster: Roster, place: Place) -> Sent:
    form = {"name": "方砚", "sex": "male", "birth_year": "1980", "contact": "", "status": "", "since": ""}
    return Sent({"pk": roster.place(place).pk}, form)


def _person(roster: Roster, place: Place) -> Sent:
    return Sent({"pk": roster.person(place).pk}, {})


def _correct(roster: Roster, place: Place) -> Sent:
    return Sent({"pk": roster.person(place).pk}, {"name": "方砚舟", "sex": "male", "birth_year": "1981"})


def _membership(roster: Roster, place: Place) -> Sent:
    return Sent({"pk": roster.person(place).pk}, {"status": "full", "since": TODAY.isoformat()})


def _transfer(roster: Roster, place: Place) -> Sent:
    form = {"to": str(roster.cast.below[place].pk), "on": TODAY.isoformat()}
    return Sent({"pk": roster.person(place).pk}, form)


def _appoint(roster: Roster, place: Place, role: Role = Role.COMMITTEE_MEMBER) -> Sent:
    form = {"person": str(roster.person(place).pk), "role": role.value, "since": TODAY.isoformat()}
    return Sent({"pk": roster.place(place).pk}, form)


def _end_post(roster: Roster, place: Place, role: Role = Role.COMMITTEE_MEMBER) -> Sent:
    return Sent({"pk": roster.post(place, role).pk}, {"until": TODAY.isoformat()})


def _hand_over(roster: Roster, place: Place) -> Sent:
    form = {"to": str(roster.person(place).pk), "on": TODAY.isoformat(), "note": "", "confirmed": "yes"}
    return Sent({"pk": roster.post(place, Role.COMMITTEE_MEMBER).pk}, form)


_AT: dict[str, Step] = {
    "organization": _organization,
    "persons": _organization,
    "posts": _organization,
    "found": _found,
    "rename": _rename,
    "move-organization": _move,
    "close-organization": _close,
    "close-organization:top": _close_top,
    "split-organization": _split,
    "reopen-organization": _reopen,
    "group": _group,
    "enter-person": _enter_person,
    "person": _person,
    "correct-person": _correct,
    "membership": _membership,
    "transfer-person": _transfer,
    "appoint": _appoint,
    "appoint:administrator": partial(_appoint, role=Role.AUDIT_ADMIN),
    "end-post": _end_post,
    "end-post:administrator": partial(_end_post, role=Role.AUDIT_ADMIN),
    "hand-over": _hand_over,
}
_WITHOUT: dict[str, Sent] = {
    **dict.fromkeys(("organizations", "organization-changes", "pick-organization"), Sent({}, {})),
}
_OWN: dict[str, Callable[[Roster, str], Sent]] = {}
