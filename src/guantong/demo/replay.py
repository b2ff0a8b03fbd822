"""A played year done again in the database, deed by deed, by the services that real work uses."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.db import transaction

from guantong.apps.directives import services
from guantong.apps.directives.models import Assignment, DirectiveClause, Receipt
from guantong.apps.directives.services import Choice, PartTo
from guantong.apps.documents.models import Document
from guantong.apps.documents.services import confirm_clauses
from guantong.apps.organizations.access import Actor, actor_of
from guantong.apps.organizations.models import Post
from guantong.apps.organizations.roster.appointing import appoint, end_post
from guantong.apps.organizations.tree import close
from guantong.core.cascade import Part
from guantong.core.matters import Indicator
from guantong.core.permits import Role
from guantong.demo.build import HERE, Setting
from guantong.example.deeds import By, Deed, What
from guantong.example.demo import Handed
from guantong.example.year import (
    BRANCH_DAYS_TO_ADOPT,
    BRANCH_DAYS_TO_SIGN,
    DAYS_TO_ADOPT,
    DAYS_TO_SIGN,
)

_MORNING = time(8)
_AT_ONCE = 20  # days a transaction


class Replay:
    """Who is who, and which row is which, while the year is done again."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._actors: dict[By, Actor] = {}
        self._assignments: dict[str, int] = {}
        self._receipts: dict[tuple[str, str], int] = {}
        self._directives: dict[str, int] = {}
        self._requests: dict[str, int] = {}
        self._cases: dict[str, int] = {}
        self._day, self._seconds = date.min, 0
        self._do: Mapping[What, Callable[[Deed], None]] = {
            What.SIGN: self._sign,
            What.ADOPT_ALL: self._adopt_all,
            What.ADOPT: self._adopt,
            What.SPLIT: self._split,
            What.ACT: self._act,
            What.REPORT: self._report,
            What.VERIFY: self._verify,
            What.GIVE_BACK: self._give_back,
            What.INSPECT: self._inspect,
            What.REQUEST_ADJUSTMENT: self._request_adjustment,
            What.REQUEST_EXEMPTION: self._request_exemption,
            What.DECIDE: self._decide,
            What.WITHDRAW: self._withdraw,
            What.ASK: self._ask,
            What.EXPLAIN: self._explain,
            What.CONFIRM: self._confirm,
            What.CLEAR: self._clear,
            What.MERGE: self._merge,
            What.VACATE: self._vacate,
            What.STAND_IN: self._stand_in,
        }

    def run(self, deeds: Sequence[Deed]) -> None:
        """Do the deeds in their order.

        The collector of cycles looks at all that Django keeps, again and again, for a tenth of the time: it rests.
        """
        gc.disable()
        try:
            self._run(deeds)
        finally:
            gc.enable()

    def _run(self, deeds: Sequence[Deed]) -> None:
        days = [list(of_day) for _, of_day in groupby(deeds, key=lambda deed: deed.day)]
        for start in range(0, len(days), _AT_ONCE):
            with transaction.atomic():
                for of_day in days[start : start + _AT_ONCE]:
                    self._do_day(of_day)

    def _do_day(self, deeds: Sequence[Deed]) -> None:
        """First the system counts, then everybody works, and in the end the section verifies at one sitting."""
        day = deeds[0].day
        staff = Role.SECTION_STAFF
        sitting = [deed for deed in deeds if deed.what is What.VERIFY and deed.by and deed.by.role is staff]
        counted = [deed for deed in deeds if deed.what is What.SETTLE]
        apart = {id(deed) for deed in (*sitting, *counted)}
        if counted:
            self._settle(counted, day)
        for deed in deeds:
            if id(deed) not in apart:
                self._do[deed.what](deed)
        if sitting:
            services.verify_assignments(
                self._by(sitting[0]),
                assignments=[self._assignments[deed.on] for deed in sitting],
                now=self.now(day),
            )

    def actor(self, by: By | None, day: date) -> Actor:
        """Somebody on a day; the posts are read once and again after a post has changed hands."""
        if by is None:
            raise ValueError("the system holds no post")
        if by not in self._actors:
            self._actors[by] = actor_of(self._setting.persons[by], day)
        return replace(self._actors[by], today=day)

    def place(self, organization_id: str) -> int:
        """The key of an organization of the play."""
        return self._setting.organizations[organization_id].pk

    def now(self, day: date) -> datetime:
        """The next moment of a day: each deed has its own second, from eight o'clock on."""
        self._seconds = self._seconds + 1 if day == self._day else 0
        self._day = day
        return datetime.combine(day, _MORNING, tzinfo=HERE) + timedelta(seconds=self._seconds)

    def hand_down(self, handed: Handed, document: Document) -> int:
        """Draft, have approved where it asks for much, and issue; the key of the directive."""
        day = handed.issued_on
        staff = self.actor(By(Role.SECTION_STAFF, handed.directive.issuer_id), day)
        secretary = self.actor(By(Role.SECRETARY, handed.directive.issuer_id), day)
        confirm_clauses(staff, document=document.pk, now=self.now(day))
        drafted = services.draft_directive(
            staff, document=document.pk, received_on=handed.received_on, now=self.now(day)
        )
        services.choose_clauses(
            staff, directive=drafted.pk, choices=_choices(handed, document), now=self.now(day)
        )
        addressed = [self._setting.organizations[each.id].pk for each in handed.addressed]
        services.address(staff, directive=drafted.pk, organizations=addressed, now=self.now(day))
        if handed.directive.approved_by is not None:
            member = self.actor(By(Role.MEMBER_IN_CHARGE, handed.directive.issuer_id), day)
            services.submit_directive(staff, directive=drafted.pk, now=self.now(day))
            services.approve_directive(member, directive=drafted.pk, now=self.now(day))
        services.issue_directive(
            secretary,
            directive=drafted.pk,
            sign_days=DAYS_TO_SIGN,
            adopt_days=DAYS_TO_ADOPT,
            now=self.now(day),
        )
        self._learn(handed.directive.id, drafted.pk)
        return drafted.pk

    def _learn(self, directive_id: str, directive: int) -> None:
        """Which row is which of a directive just issued."""
        self._directives[directive_id] = directive
        ids = {row.pk: id_ for id_, row in self._setting.organizations.items()}
        codes = dict(DirectiveClause.objects.filter(directive=directive).values_list("pk", "clause__code"))
        for pk, organization in Receipt.objects.filter(directive=directive).values_list("pk", "organization"):
            self._receipts[directive_id, ids[organization]] = pk
        rows = Assignment.objects.filter(directive=directive).values_list("pk", "clause", "organization")
        for pk, clause, organization in rows:
            self._assignments[f"{directive_id}:{codes[clause]}:{ids[organization]}"] = pk

    # Each kind of deed

    def _sign(self, deed: Deed) -> None:
        services.sign_receipt(self._by(deed), receipt=self._receipt(deed), now=self.now(deed.day))

    def _adopt_all(self, deed: Deed) -> None:
        services.adopt_as_assigned(self._by(deed), receipt=self._receipt(deed), now=self.now(deed.day))

    def _adopt(self, deed: Deed) -> None:
        if deed.terms is None:
            raise ValueError(f"{deed.on} is adopted without terms")
        services.adopt_assignment(
            self._by(deed), assignment=self._assignments[deed.on], terms=deed.terms, now=self.now(deed.day)
        )

    def _split(self, deed: Deed) -> None:
        made = services.split_assignment(
            self._by(deed),
            assignment=self._assignments[deed.on],
            parts=[self._part(part) for part in deed.parts],
            sign_days=BRANCH_DAYS_TO_SIGN,
            adopt_days=BRANCH_DAYS_TO_ADOPT,
            now=self.now(deed.day),
        )
        directive_id = deed.on.partition(":")[0]
        for part, child in zip(deed.parts, made, strict=True):
            self._assignments[f"{deed.on}/{part.organization_id}"] = child.pk
            self._receipts[directive_id, part.organization_id] = child.receipt_id

    def _part(self, part: Part) -> PartTo:
        organization = self._setting.organizations[part.organization_id].pk
        return PartTo(organization=organization, target=part.target, due=part.due, scope=part.scope)

    def _act(self, deed: Deed) -> None:
        services.record_progress(
            self._by(deed),
            assignment=self._assignments[deed.on],
            held_on=deed.held_on or deed.day,
            text=deed.text,
            now=self.now(deed.day),
        )

    def _report(self, deed: Deed) -> None:
        services.report_done(
            self._by(deed),
            assignment=self._assignments[deed.on],
            done_on=deed.held_on or deed.day,
            actual=deed.actual,
            text=deed.text,
            now=self.now(deed.day),
        )

    def _verify(self, deed: Deed) -> None:
        services.verify_assignment(
            self._by(deed), assignment=self._assignments[deed.on], now=self.now(deed.day)
        )

    def _give_back(self, deed: Deed) -> None:
        services.return_assignment(
            self._by(deed), assignment=self._assignments[deed.on], reason=deed.text, now=self.now(deed.day)
        )

    def _inspect(self, deed: Deed) -> None:
        services.record_inspection(
            self._by(deed),
            assignment=self._assignments[deed.on],
            held_on=deed.held_on or deed.day,
            found=deed.found,
            note=deed.text,
            now=self.now(deed.day),
        )

    def _settle(self, deeds: Sequence[Deed], day: date) -> None:
        """What the system counts on one day is closed in one call."""
        counted = {self._assignments[deed.on]: (deed.periods, deed.actual) for deed in deeds}
        services.settle_assignments(counted=counted, today=day, now=self.now(day))

    def _request_adjustment(self, deed: Deed) -> None:
        if deed.terms is None:
            raise ValueError(f"other terms are asked for {deed.on}, and none are named")
        reply = services.request_adjustment(
            self._by(deed),
            assignment=self._assignments[deed.on],
            terms=deed.terms,
            reason=deed.text,
            now=self.now(deed.day),
        )
        self._requests[deed.on] = reply.pk

    def _request_exemption(self, deed: Deed) -> None:
        reply = services.request_exemption(
            self._by(deed), assignment=self._assignments[deed.on], reason=deed.text, now=self.now(deed.day)
        )
        self._requests[deed.on] = reply.pk

    def _decide(self, deed: Deed) -> None:
        services.decide_request(
            self._by(deed),
            reply=self._requests.pop(deed.on),
            approve=deed.approved,
            reason=deed.text,
            now=self.now(deed.day),
        )

    def _withdraw(self, deed: Deed) -> None:
        services.withdraw_assignment(
            self._by(deed), assignment=self._assignments[deed.on], reason=deed.text, now=self.now(deed.day)
        )

    def _ask(self, deed: Deed) -> None:
        case = services.ask_case(
            self._by(deed), assignment=self._assignments[deed.on], now=self.now(deed.day)
        )
        self._cases[deed.on] = case.pk

    def _explain(self, deed: Deed) -> None:
        services.explain_case(
            self._by(deed), case=self._cases[deed.on], text=deed.text, now=self.now(deed.day)
        )

    def _confirm(self, deed: Deed) -> None:
        services.confirm_case(
            self._by(deed), case=self._cases[deed.on], reason=deed.text, now=self.now(deed.day)
        )

    def _clear(self, deed: Deed) -> None:
        services.clear_case(
            self._by(deed), case=self._cases[deed.on], reason=deed.text, now=self.now(deed.day)
        )

    def _merge(self, deed: Deed) -> None:
        organizations = self._setting.organizations
        into = organizations[deed.into].pk
        close(self._by(deed), organizations[deed.on].pk, into=into, now=self.now(deed.day))
        self._actors.clear()

    def _vacate(self, deed: Deed) -> None:
        post = Post.objects.get(person=self._setting.persons[By(Role.SECRETARY, deed.on)], until=None)
        end_post(None, post=post.pk, until=deed.day - timedelta(days=1), now=self.now(deed.day))
        self._actors.clear()

    def _stand_in(self, deed: Deed) -> None:
        appoint(
            None,
            person=self._setting.persons[By(Role.DEPUTY, deed.on)],
            organization=self._setting.organizations[deed.on].pk,
            role=Role.SECRETARY,
            since=deed.day,
            acting=True,
            now=self.now(deed.day),
        )
        self._actors.clear()

    def _by(self, deed: Deed) -> Actor:
        return self.actor(deed.by, deed.day)

    def _receipt(self, deed: Deed) -> int:
        return self._receipts[deed.directive_id, deed.on]


def _choices(handed: Handed, document: Document) -> list[Choice]:
    keys = dict(document.clauses.values_list("code", "pk"))
    return [
        Choice(
            clause=keys[clause.clause_id],
            indicator=clause.terms.indicator,
            target=clause.terms.target,
            due=clause.terms.due,
            side=clause.side,
            reason=clause.reason,
        )
        for clause in handed.plan.clauses
        if clause.terms.indicator is not Indicator.INFORMATION
    ]
