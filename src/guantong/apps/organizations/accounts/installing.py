"""The first day: the district, its three administrators with their posts and accounts, all at once or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from guantong.apps.ledger.services import Act, append
from guantong.apps.organizations.accounts.opening import names_of
from guantong.apps.organizations.calendar import seed_vacations, seed_year
from guantong.apps.organizations.models import Organization
from guantong.apps.organizations.names import standard_groups
from guantong.apps.organizations.roster.appointing import appoint
from guantong.apps.organizations.roster.persons import enter_person
from guantong.apps.organizations.tree import found_district
from guantong.apps.people import first_run, passwords, services
from guantong.apps.people.models import Account
from guantong.apps.people.services import NewAccount
from guantong.core.permits import Role
from guantong.core.refusal import Refused


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An administrator of the first day: which of the three, what they are called, the name of their account."""

    role: Role
    name: str
    account: str


@dataclass(frozen=True, slots=True)
class SetUp:
    """What the first day made: the account of the one who did it, and the codes of the others, in their order."""

    account: Account
    codes: tuple[str, ...]


def set_up(
    *, district: str, first: Newcomer, password: str, others: Sequence[Newcomer], now: datetime, today: date
) -> SetUp:
    """Found the district and make its administrators; `first` sets a password, `others` get codes.

    The year's calendar is entered as far as it is published, and the usual collective names.

    Raises Refused: set_up_already (there is an account), administrators_apart (one name twice), name_missing,
    name_long, account_name_taken, account_name_bad, and those of `people.passwords.check`.
    """
    with transaction.atomic():
        first_run.hold()
        if not first_run.is_due():
            raise Refused("set_up_already")
        everybody = (first, *others)
        if len({each.name for each in everybody}) < len(everybody):
            raise Refused("administrators_apart")
        top = found_district(district, opened_on=date(today.year, 1, 1), now=now)
        standard_groups(top.pk, now=now)
        _enter_calendar(top, today.year, now)
        persons = []
        for each in everybody:
            person = enter_person(None, organization=top.pk, name=each.name, now=now)
            appoint(None, person=person.pk, organization=top.pk, role=each.role, since=today, now=now)
            persons.append(person)
        passwords.check(password, [first.account, *names_of(persons[0])])
        own = services.make_account(
            name=first.account, person=persons[0].pk, password=password, must_change=False, now=now
        )
        rows = [NewAccount(person.pk, each.account) for person, each in zip(persons[1:], others, strict=True)]
        opened, codes = services.open_accounts(rows, now=now)
        chain = top.path
        acts = [
            Act(chain, top.pk, "account.opened", "account", account.person, {"account": account.pk})
            for account in (own, *opened)
        ]
        append(acts, actor=None, now=now)
    return SetUp(own, tuple(codes))


def _enter_calendar(top: Organization, year: int, now: datetime) -> None:
    for each in (year, year + 1):
        with suppress(Refused):  # not published yet: the administrator enters it later
            days = seed_year(each)
            facts = {"days": days, "vacations": seed_vacations(each)}
            append([Act(top.path, top.pk, "calendar.year_entered", "year", each, facts)], actor=None, now=now)
