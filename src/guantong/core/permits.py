"""The whole policy on one screen: which roles may do what, and how far their reach goes.

A permit is `noun.verb`. Its clauses are alternatives; each names roles and a reach. Somebody may do it who holds,
today, a post with one of the roles at an organization from which the object's place is within reach. Nothing else
gives a permit. `apps/organizations/access.py` gives the three readings of this table: may I, what may I, who may.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from guantong.core.matters import is_below


class Role(StrEnum):
    """What somebody is at an organization, from a day to a day."""

    SECRETARY = "secretary"
    DEPUTY = "deputy"
    COMMITTEE_MEMBER = "committee-member"
    PRINCIPAL = "principal"
    PARTY_OFFICE = "party-office"
    BRANCH_SECRETARY = "branch-secretary"
    MEMBER = "member"
    MEMBER_IN_CHARGE = "member-in-charge"
    SECTION_STAFF = "section-staff"
    DISCIPLINE_GROUP = "discipline-group"
    LIAISON = "liaison"
    SYSTEM_ADMIN = "system-admin"
    SECURITY_ADMIN = "security-admin"
    AUDIT_ADMIN = "audit-admin"


class Portfolio(StrEnum):
    """What a committee member is in charge of; it gives no permit of its own."""

    ORGANIZATION = "organization"
    PUBLICITY = "publicity"
    DISCIPLINE = "discipline"
    UNITED_FRONT = "united-front"


class Reach(StrEnum):
    """How far from a post its permit goes."""

    OWN = "own"  # the organization of the post alone
    BELOW = "below"  # what stands under it in the tree
    TREE = "tree"  # both
    GUIDED = "guided"  # what an organization guides in another line, and what stands under it


@dataclass(frozen=True, slots=True)
class Grant:
    """One clause of a permit."""

    roles: frozenset[Role]
    reach: Reach


@dataclass(frozen=True, slots=True)
class Standpoint:
    """A post as the policy sees it: a role at a place in the tree, or at what that place guides (业务指导)."""

    role: Role
    path: str
    guided: bool = False


_HEADS = frozenset({Role.SECRETARY, Role.DEPUTY})
_OFFICE = frozenset({Role.SECRETARY, Role.DEPUTY, Role.PARTY_OFFICE})
_DISTRICT = frozenset({Role.SECRETARY, Role.DEPUTY, Role.MEMBER_IN_CHARGE, Role.SECTION_STAFF})
_ANSWERING = _OFFICE | {Role.BRANCH_SECRETARY}
_WORKING = _ANSWERING | {Role.COMMITTEE_MEMBER, Role.PRINCIPAL}
_SEEING = _DISTRICT | _WORKING | {Role.DISCIPLINE_GROUP, Role.LIAISON}
_DRAFTING = _DISTRICT | _OFFICE
_DECIDING = _HEADS | {Role.MEMBER_IN_CHARGE}
_CONFIRMING = frozenset({Role.SECRETARY, Role.MEMBER_IN_CHARGE})
_ROSTER = _DRAFTING | {Role.BRANCH_SECRETARY}
_KEEPING = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
_WATCHING = frozenset({Role.DISCIPLINE_GROUP})


def _grant(roles: Collection[Role], reach: Reach) -> Grant:
    return Grant(frozenset(roles), reach)


PERMITS: Mapping[str, tuple[Grant, ...]] = {
    "organization.see": (_grant(_SEEING | _KEEPING, Reach.TREE), _grant(_SEEING, Reach.GUIDED)),
    "organization.change": (_grant(_DRAFTING, Reach.BELOW), _grant({Role.SYSTEM_ADMIN}, Reach.TREE)),
    "person.see": (_grant(_ROSTER | _KEEPING, Reach.TREE),),
    "person.change": (_grant(_ROSTER | {Role.SYSTEM_ADMIN}, Reach.TREE),),
    "post.change": (_grant(_DRAFTING, Reach.BELOW), _grant({Role.SECURITY_ADMIN}, Reach.TREE)),
    "administrator.change": (_grant({Role.SECURITY_ADMIN}, Reach.TREE),),
    "account.see": (_grant(_DRAFTING, Reach.BELOW), _grant(_KEEPING, Reach.TREE)),
    "account.change": (_grant(_DRAFTING, Reach.BELOW), _grant({Role.SYSTEM_ADMIN}, Reach.TREE)),
    "calendar.change": (_grant(_DRAFTING | {Role.SYSTEM_ADMIN}, Reach.OWN),),
    "name.bind": (_grant(_DRAFTING, Reach.OWN),),
    "document.import": (_grant(_DRAFTING, Reach.OWN),),
    "document.see": (_grant(_SEEING, Reach.TREE),),
    "document.confirm": (_grant(_DRAFTING, Reach.OWN),),
    "directive.draft": (_grant(_DRAFTING, Reach.OWN),),
    "directive.submit": (_grant(_DRAFTING, Reach.OWN),),
    "directive.approve": (_grant(_DECIDING, Reach.OWN),),
    "directive.issue": (_grant(_DECIDING, Reach.OWN),),
    "directive.discard": (_grant(_DRAFTING, Reach.OWN),),
    "directive.conclude": (_grant(_DECIDING, Reach.OWN),),
    "directive.withdraw": (_grant(_DECIDING, Reach.OWN),),
    "directive.repeal": (_grant(_DECIDING, Reach.OWN),),
    "directive.see": (_grant(_SEEING, Reach.TREE),),
    "receipt.see": (_grant(_SEEING, Reach.TREE), _grant(_SEEING, Reach.GUIDED)),
    "receipt.sign": (_grant(_ANSWERING, Reach.OWN),),
    "assignment.see": (_grant(_SEEING, Reach.TREE), _grant(_SEEING, Reach.GUIDED)),
    "assignment.adopt": (_grant(_ANSWERING, Reach.OWN),),
    "assignment.split": (_grant(_OFFICE, Reach.OWN),),
    "assignment.act": (_grant(_WORKING, Reach.OWN),),
    "assignment.report": (_grant(_ANSWERING, Reach.OWN),),
    "assignment.request": (_grant(_ANSWERING, Reach.OWN),),
    "assignment.verify": (_grant(_DRAFTING, Reach.BELOW), _grant(_DRAFTING, Reach.GUIDED)),
    "assignment.inspect": (
        _grant(_DRAFTING, Reach.BELOW),
        _grant(_WATCHING, Reach.TREE),
        _grant(_DRAFTING | _WATCHING, Reach.GUIDED),
    ),
    "assignment.adjust": (_grant(_DECIDING, Reach.BELOW), _grant(_DECIDING, Reach.GUIDED)),
    # what is only guided is reached too, so that core.acts can say why it is not exempted
    "assignment.exempt": (_grant(_DECIDING, Reach.BELOW), _grant(_DECIDING, Reach.GUIDED)),
    "assignment.withdraw": (_grant(_DECIDING, Reach.BELOW), _grant(_DECIDING, Reach.GUIDED)),
    "assignment.repeal": (_grant(_DECIDING, Reach.BELOW), _grant(_DECIDING, Reach.GUIDED)),
    "assignment.merge": (_grant(_DECIDING, Reach.BELOW), _grant(_DECIDING, Reach.GUIDED)),
    "assignment.settle": (),  # nobody: the system counts records
    "case.see": (
        _grant(_DRAFTING, Reach.BELOW),
        _grant(_ANSWERING, Reach.OWN),
        _grant(_WATCHING, Reach.TREE),
        _grant(_DRAFTING | _WATCHING, Reach.GUIDED),
    ),
    "case.ask": (
        _grant(_DISTRICT, Reach.BELOW),
        _grant(_WATCHING, Reach.TREE),
        _grant(_DISTRICT | _WATCHING, Reach.GUIDED),
    ),
    "case.explain": (_grant(_ANSWERING, Reach.OWN),),
    "case.clear": (
        _grant(_DISTRICT, Reach.BELOW),
        _grant(_WATCHING, Reach.TREE),
        _grant(_DISTRICT | _WATCHING, Reach.GUIDED),
    ),
    "case.confirm": (
        _grant(_CONFIRMING, Reach.BELOW),  # what is only guided is asked, and not judged
        _grant(_WATCHING, Reach.TREE),
    ),
    "case.lift": (
        _grant(_CONFIRMING, Reach.BELOW),
        _grant(_WATCHING, Reach.TREE),
    ),
    "ledger.see": (_grant(_SEEING, Reach.TREE), _grant({Role.AUDIT_ADMIN}, Reach.TREE)),
}
"""Every permit there is. A name that is not here is refused with KeyError, never silently."""


def reaches(reach: Reach, post: Standpoint, place: str) -> bool:
    """Whether an object at the path `place` is within `reach` of a post.

    GUIDED is reached only from a standpoint at what the post's organization guides, all else only from the post.
    """
    if post.guided != (reach is Reach.GUIDED):
        return False
    below = is_below(place, post.path)
    match reach:
        case Reach.OWN:
            return place == post.path
        case Reach.BELOW:
            return below
        case Reach.TREE | Reach.GUIDED:
            return below or place == post.path


def in_another_line(path: str, other: str) -> bool:
    """Whether neither of two organizations stands above the other: only then can one guide the other."""
    return not (path.startswith(other) or other.startswith(path))


def allows(permit: str, posts: Collection[Standpoint], place: str) -> bool:
    """Whether any of `posts` gives `permit` over an object at `place`. Raises KeyError for an unknown permit."""
    return any(
        post.role in grant.roles and reaches(grant.reach, post, place)
        for grant in PERMITS[permit]
        for post in posts
    )


def scopes(permit: str, posts: Collection[Standpoint]) -> frozenset[tuple[Reach, str]]:
    """Where `posts` give `permit`: pairs of reach and path, from which a query is made."""
    return frozenset(
        (grant.reach, post.path)
        for grant in PERMITS[permit]
        for post in posts
        if post.role in grant.roles and post.guided == (grant.reach is Reach.GUIDED)
    )


def next_path(path: str) -> str:
    """The first path behind all that stand under `path`, in digits: "00010009" → "00010010"."""
    return str(int(path) + 1).zfill(len(path))
