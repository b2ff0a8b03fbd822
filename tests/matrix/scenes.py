"""What stands ready when somebody asks: for each address and place an object in the state that the act needs.

The work itself stands here, the tree, the roster and accounts in `roster`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from guantong.apps.directives import services
from guantong.apps.directives.models import Assignment, Case, Directive, Receipt
from guantong.apps.directives.rows import terms_of
from guantong.apps.documents.models import Document
from guantong.apps.documents.services import confirm_clauses, import_text
from guantong.apps.organizations import calendar
from guantong.apps.organizations.models import Vacation
from guantong.core.matters import Actual
from tests.apps.road import ISSUED, at, drafted
from tests.cast import TODAY, Cast, Place
from tests.web.make import PASSWORD

from .roster import Roster
from .sent import MISSING, Sent

NEW_PASSWORD = "四月的雨落在檐下2026"  # noqa: S105 — of the tests
LATER_DUE = date(2026, 7, 10)
_LETTER = "关于做好读书活动的通知\n各支部：\n一、各支部要在6月30日前完成一次集中学习。\n"

_HEADS = {
    Place.DISTRICT: "district",
    Place.SCHOOL: "school",
    Place.BRANCH: "branch",
    Place.NEIGHBOUR: "stranger",
    Place.GUIDED: "guided",
}
_ABOVE = {
    Place.SCHOOL: "section",
    Place.BRANCH: "school",
    Place.NEIGHBOUR: "section",
    Place.GUIDED: "section",
}


class Scenes:
    """Everything that was handed down a week ago, and how one object of it is brought to where an act needs it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.letters: dict[Place, Directive] = {}  # each place's own, of which nothing is asked
        self.handed = self._hand_down()
        for place in (Place.DISTRICT, Place.SCHOOL, Place.NEIGHBOUR, Place.GUIDED):
            self.letters[place] = self._letter(place)
        self._enter_calendar()
        self.roster = Roster(cast)

    def ready(self, address: str, sent: str, place: Place) -> Sent:
        """Bring about what `address` needs of an object at `place`, and say what to send.

        Raises KeyError for an address that this module does not know yet.
        """
        if self.roster.knows(address):
            return self.roster.ready(address, sent, place)
        if address in _OF_DIRECTIVE:
            return Sent({"pk": self.letters[place].pk}, {"reason": "另行部署"})
        if address in _OF_DOCUMENT:
            school = self.cast.places[Place.SCHOOL].pk
            form = {"text": "各支部", "meaning": f"organization:{school}"}
            return Sent({"pk": self.letters[place].document_id}, form)
        if place is Place.BRANCH:
            self._hand_on()
        if address in _OF_RECEIPT:
            return self._of_receipt(address, place)
        return self._of_assignment(address, sent, place)

    def without_object(self, address: str, sent: str, who: str) -> Sent:
        """What somebody sends where it makes no difference where an object stands, or where it is their own."""
        if self.roster.knows(address):
            return self.roster.without_object(address, sent, who)
        return Sent(self._names(address), self._form_without_object(address, who))

    def _names(self, address: str) -> dict[str, int | str]:
        """Some object for addresses of objects, where it makes no difference which: the method is wrong there."""
        if address not in _OF_DIRECTIVE | _OF_DOCUMENT | _OF_RECEIPT | set(_STEPS):
            return {}
        names: dict[str, int | str] = {"pk": MISSING}
        return {**names, "reply": MISSING} if address == "decide" else names

    def _form_without_object(self, address: str, who: str) -> dict[str, Any]:
        name = who if who in self.cast.accounts else "district"
        forms: dict[str, dict[str, Any]] = {
            "sign-in": {"name": name, "password": PASSWORD},
            "password": {"old": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD},
            "enter-year": {"year": "2026"},
            "set-day": {"date": "2026-04-07", "works": "no", "name": "调整"},
            "remove-day": {"date": "2026-04-08"},
            "add-vacation": {"stage": "", "name": "春假", "since": "2026-04-27", "until": "2026-04-30"},
            "remove-vacation": {"vacation": str(Vacation.objects.values_list("pk", flat=True).get())},
        }
        return forms.get(address, {})

    def _of_receipt(self, address: str, place: Place) -> Sent:
        receipt = self.receipt(place)
        if address == "adopt-all":
            self.sign(place)
        return Sent({"pk": receipt.pk}, {})

    def _of_assignment(self, address: str, sent: str, place: Place) -> Sent:
        row = self._assignment(place, prohibition=address == "inspect" and place is not Place.BRANCH)
        names: dict[str, int | str] = {"pk": row.pk}
        for step in _STEPS[address]:
            _DO[step](self, place, row)
        if address == "judge" and sent == "lift":
            _confirm(self, row)
        if address == "decide":
            reply = _request(self, place, row, sent)
            return Sent({**names, "reply": reply}, {"approve": "yes", f"d{reply}-reason": "同意"})
        form = dict(_FORMS.get(address, {}))
        if address == "judge":
            form["verb"] = sent
        if address == "split":
            form["organizations"] = [self.cast.below[place].pk]
        return Sent(names, form)

    def _hand_down(self) -> Directive:
        """To both schools and to what is guided; the first school has signed, adopted and handed a part on."""
        cast, road = self.cast, self.cast.road
        drafted(road)
        assert road.directive
        to = [cast.places[place].pk for place in (Place.SCHOOL, Place.NEIGHBOUR, Place.GUIDED)]
        services.address(cast.actor("section"), directive=road.directive.pk, organizations=to, now=at(ISSUED))
        return services.issue_directive(
            cast.actor("district"), directive=road.directive.pk, sign_days=3, adopt_days=10, now=at(ISSUED)
        )

    def _hand_on(self) -> None:
        """The first school signs, adopts and hands its milestone on to its branch."""
        school = self.cast.places[Place.SCHOOL]
        self.cast.road.directive = self.handed
        self.cast.road.adopted(school, "school")
        services.split_assignment(
            self.cast.actor("school"),
            assignment=self.cast.road.assignment(school, 1).pk,
            parts=[services.PartTo(self.cast.places[Place.BRANCH].pk)],
            sign_days=2,
            adopt_days=5,
            now=at(ISSUED, 12),
        )

    def _letter(self, place: Place) -> Directive:
        """A directive of the place's own to one organization below, of which nobody has to do anything."""
        head, now = self.cast.actor(_HEADS[place]), at(ISSUED, 13)
        paper: Document = import_text(
            head, organization=self.cast.places[place].pk, text=_LETTER, received_on=ISSUED, now=now
        )
        confirm_clauses(head, document=paper.pk, now=now)
        made = services.draft_directive(head, document=paper.pk, now=now)
        services.address(head, directive=made.pk, organizations=[self.cast.below[place].pk], now=now)
        return services.issue_directive(head, directive=made.pk, sign_days=3, adopt_days=5, now=now)

    def _enter_calendar(self) -> None:
        """A day and a vacation that can be taken out again."""
        head, district = self.cast.actor("district"), self.cast.places[Place.DISTRICT].pk
        now = at(ISSUED, 14)
        calendar.set_day(head, district=district, date=date(2026, 4, 8), works=False, name="调整", now=now)
        calendar.add_vacation(
            head,
            district=district,
            stage="",
            name="秋假",
            since=date(2026, 10, 12),
            until=date(2026, 10, 16),
            now=now,
        )

    def receipt(self, place: Place) -> Receipt:
        """What the organization at a place was handed."""
        return Receipt.objects.get(directive=self.handed, organization=self.cast.places[place])

    def _assignment(self, place: Place, *, prohibition: bool) -> Assignment:
        rows = Assignment.objects.filter(directive=self.handed, organization=self.cast.places[place])
        kind = rows.filter(clause__kind="prohibition") if prohibition else rows
        return kind.order_by("clause__position", "pk")[0]

    def sign(self, place: Place) -> None:
        """The organization at a place signs for what was handed to it."""
        head = self.cast.actor(_HEADS[place])
        services.sign_receipt(head, receipt=self.receipt(place).pk, now=at(ISSUED, 15))

    def adopt(self, place: Place) -> None:
        """The organization at a place signs, and takes all on as it was assigned."""
        self.sign(place)
        head = self.cast.actor(_HEADS[place])
        services.adopt_as_assigned(head, receipt=self.receipt(place).pk, now=at(ISSUED, 15))


Step = Callable[[Scenes, Place, Assignment], object]


def _adopt_later(scenes: Scenes, place: Place, row: Assignment) -> None:
    """Take it on for a later day than was asked: a fact that can be asked about."""
    scenes.sign(place)
    agreed = replace(terms_of(row.assigned_terms), due=LATER_DUE)
    services.adopt_assignment(
        scenes.cast.actor(_HEADS[place]), assignment=row.pk, terms=agreed, measure="", now=at(ISSUED, 15)
    )


def _act(scenes: Scenes, place: Place, row: Assignment) -> None:
    services.record_progress(
        scenes.cast.actor(_HEADS[place]),
        assignment=row.pk,
        held_on=ISSUED,
        text="召开动员会。",
        now=at(ISSUED, 16),
    )


def _report(scenes: Scenes, place: Place, row: Assignment) -> None:
    services.report_done(
        scenes.cast.actor(_HEADS[place]),
        assignment=row.pk,
        done_on=ISSUED,
        actual=Actual(Decimal(19), 20) if terms_of(row.assigned_terms).target else None,
        text="已完成。",
        now=at(ISSUED, 16),
    )


def _ask(scenes: Scenes, place: Place, row: Assignment) -> None:
    services.ask_case(scenes.cast.actor(_ABOVE[place]), assignment=row.pk, now=at(ISSUED, 16))


def _confirm(scenes: Scenes, row: Assignment) -> None:
    case = Case.objects.get(assignment=row)
    by = scenes.cast.actor("district", TODAY)
    services.confirm_case(by, case=case.pk, reason="未经批准推迟", now=at(TODAY, 8))


def _request(scenes: Scenes, place: Place, row: Assignment, kind: str) -> int:
    head, now = scenes.cast.actor(_HEADS[place]), at(ISSUED, 16)
    if kind == "exempt":
        return services.request_exemption(head, assignment=row.pk, reason="校舍搬迁", now=now).pk
    terms = replace(terms_of(row.assigned_terms), due=LATER_DUE)
    return services.request_adjustment(head, assignment=row.pk, terms=terms, reason="借调在外", now=now).pk


_DO: dict[str, Step] = {
    "sign": lambda scenes, place, _: scenes.sign(place),
    "adopt": lambda scenes, place, _: scenes.adopt(place),
    "adopt-later": _adopt_later,
    "act": _act,
    "report": _report,
    "ask": _ask,
}
_STEPS: dict[str, tuple[str, ...]] = {
    "assignment": (),
    "adopt": ("sign",),
    "restore": ("adopt-later",),
    **dict.fromkeys(("record", "split", "adjust", "exempt", "decide"), ("adopt",)),
    "report": ("adopt", "act"),
    **dict.fromkeys(("verify", "send-back"), ("adopt", "act", "report")),
    "inspect": (),
    "ask": ("adopt-later",),
    **dict.fromkeys(("explain", "judge"), ("adopt-later", "ask")),
}
_FORMS: dict[str, dict[str, Any]] = {
    "adopt": {"value": "90", "due": "2026-05-20", "measure": "分两批"},
    "record": {"held_on": "2026-03-10", "text": "召开动员会。", "once": "f1"},
    "report": {"done_on": "2026-03-10", "part": "19", "whole": "20", "text": "已完成。"},
    "verify": {"decision": "属实"},
    "send-back": {"reason": "请附名单。"},
    "split": {"value": "", "due": "", "sign_days": "2", "adopt_days": "5"},
    "adjust": {"value": "85", "due": "2026-07-10", "reason": "借调在外"},
    "exempt": {"reason": "校舍搬迁"},
    "inspect": {"held_on": "2026-03-12", "found": "no", "note": "查看账目"},
    "ask": {"days": "3"},
    "explain": {"text": "两名支部书记借调在外。"},
    "judge": {"reason": "未经批准推迟"},
}
_OF_DIRECTIVE = frozenset({"directive", "withdraw", "repeal", "conclude"})
_OF_DOCUMENT = frozenset({"document", "unit-names", "bind"})
_OF_RECEIPT = frozenset({"receipt", "paper", "sign", "adopt-all"})
