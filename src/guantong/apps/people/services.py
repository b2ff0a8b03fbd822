"""Making accounts, setting their passwords, closing them. Who may do it is asked one band above, in `organizations`."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db import IntegrityError, transaction
from django.db.models import F

from guantong.apps.people import codes, passwords, tries
from guantong.apps.people.models import Account, Code, folded, is_name
from guantong.core.refusal import Refused


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account that is to be opened: whose it is, and the name to sign in with."""

    person: int
    name: str


def make_account(
    *, name: str, person: int, password: str, must_change: bool = True, now: datetime
) -> Account:
    """Make the account of a person with a password, of which they have to make one of their own if `must_change`.

    For the first account of an installation and for examples; all others are opened with a code.

    Raises Refused: account_name_taken, account_name_bad, account_held (the person has one), and those of
    `passwords.check`.
    """
    passwords.check(password, [name])
    made = Account(
        name=folded(name), person=person, password=make_password(password), must_change=must_change
    )
    with transaction.atomic():
        _make([made], now, set_at=now)
        passwords.keep(made)
    return made


def open_accounts(rows: Sequence[NewAccount], *, now: datetime) -> tuple[list[Account], list[str]]:
    """Open accounts nobody can sign in to before their code was used; accounts and codes, in the order of `rows`.

    Raises Refused: account_name_taken, account_name_bad, account_held; each with the number of its row, from 0.
    """
    made = [Account(name=folded(row.name), person=row.person, password=_none()) for row in rows]
    with transaction.atomic():
        _make(made, now)
        return made, codes.give(made, until=now + codes.FIRST)


def _none() -> str:
    """What stands in the place of a hash where there is no password; never twice the same, as sessions are tied to it."""
    return UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(20)


def _make(fresh: Sequence[Account], now: datetime, *, set_at: datetime | None = None) -> None:
    _check_names(fresh)
    for account in fresh:
        account.made_at, account.set_at = now, set_at
    try:
        with transaction.atomic():
            Account.objects.bulk_create(fresh, batch_size=500)
    except IntegrityError:  # somebody else was faster
        _check_names(fresh)
        raise


def _check_names(fresh: Sequence[Account]) -> None:
    for row, account in enumerate(fresh):
        if not is_name(account.name):
            raise Refused("account_name_bad", row=row)
    names = _taken("name", [account.name for account in fresh])
    persons = _taken("person", [account.person for account in fresh])
    for row, account in enumerate(fresh):
        if account.person in persons:
            raise Refused("account_held", person=account.person, row=row)
        if account.name in names:
            raise Refused("account_name_taken", row=row)
        names.add(account.name)
        persons.add(account.person)


def _taken(field: str, wanted: Sequence[str] | Sequence[int]) -> set[object]:
    """Which of the values accounts have already, asked in pieces: a database takes only so many at once."""
    found: set[object] = set()
    for start in range(0, len(wanted), 500):
        piece = wanted[start : start + 500]
        found |= set(Account.objects.filter(**{f"{field}__in": piece}).values_list(field, flat=True))
    return found


def reset(person: int, *, now: datetime) -> tuple[Account, str]:
    """Put a code in the place of the password, which is good no longer; every session ends, every wait is over.

    Raises Refused: account_missing, account_closed.
    """
    with transaction.atomic():
        row = held(person)
        if not row.is_active:
            raise Refused("account_closed", person=person)
        row.password, row.must_change = _none(), True
        _end_sessions(row, "password", "must_change")
        tries.forget(row.name)
        (code,) = codes.give([row], until=now + codes.AFRESH)
    return row, code


def close(person: int) -> Account:
    """Let nobody sign in to the account any more; sessions end, a code that waits is dead.

    Raises Refused: account_missing, account_closed (it is already).
    """
    with transaction.atomic():
        row = held(person)
        if not row.is_active:
            raise Refused("account_closed", person=person)
        row.is_active = False
        _end_sessions(row, "is_active")
        Code.objects.filter(account=row).delete()
    return row


def reopen(person: int) -> Account:
    """Let the account be signed in to again, with the password it had. Raises Refused: account_missing, account_open."""
    with transaction.atomic():
        row = held(person)
        if row.is_active:
            raise Refused("account_open", person=person)
        row.is_active = True
        row.save(update_fields=["is_active"])
    return row


def end_sessions(account: Account) -> None:
    """End every session of the account. To be called while it is held."""
    _end_sessions(account)


def begin_anew(
    persons: Collection[int], *, without_code: Collection[int], without_password: Collection[int]
) -> None:
    """End every session of the accounts of persons, as they come to be more than they were.

    For those of `without_code` a code that waits is dead; for those of `without_password` the password is out of use
    besides. As many queries for many as for one, and one for each account that loses its password.
    """
    Account.objects.filter(person__in=persons).update(generation=F("generation") + 1)
    lost = {*without_code, *without_password}
    if lost:
        Code.objects.filter(account__person__in=lost).delete()
    if without_password:
        for row in Account.objects.select_for_update().filter(person__in=without_password):
            row.password, row.must_change = _none(), True
            row.save(update_fields=["password", "must_change"])


def held(person: int) -> Account:
    """The account of a person, locked until the transaction ends. Raises Refused: account_missing."""
    row = Account.objects.select_for_update().filter(person=person).first()
    if row is None:
        raise Refused("account_missing", person=person)
    return row


def knows_password(person: int, password: str, *, came_from: str, second: int) -> bool:
    """Whether that is the password of a person's account; a wrong one counts as a wrong try to sign in (see `tries`)."""
    row = Account.objects.get(person=person)

    def right() -> Account | None:
        return row if row.check_password(password) else None

    return tries.limited(right, name=row.name, came_from=came_from, second=second) is not None


def set_password(*, person: int, old: str, new: str, names: Collection[str] = (), now: datetime) -> Account:
    """Change the password of a person's account by whoever knows it; every session signed in with the old one ends.

    Raises Refused: password_wrong, password_same, password_again, and those of `passwords.check` (`names` are those
    of the person).
    """
    with transaction.atomic():
        row = held(person)
        if not row.check_password(old):
            raise Refused("password_wrong")
        _set(row, new, names, now)
    return row


def set_by_code(
    account: Account, *, code: str, new: str, names: Collection[str] = (), now: datetime
) -> Account:
    """Set the password by a code, which is used up; every session of the account ends.

    Raises Refused: code_wrong (used, too old, or of a closed account by now), password_same, password_again, and
    those of `passwords.check`, which leave the code good.
    """
    with transaction.atomic():
        row = held(account.person)
        if not row.is_active or not codes.used_up(row, code, now):
            raise Refused("code_wrong")
        _set(row, new, names, now)
    return row


def _set(row: Account, new: str, names: Collection[str], now: datetime) -> None:
    passwords.check_fresh(row, new)
    passwords.check(new, [row.name, *names])
    row.set_password(new)
    row.must_change, row.set_at = False, now
    _end_sessions(row, "password", "must_change", "set_at")
    passwords.keep(row)


def _end_sessions(row: Account, *changed: str) -> None:
    """Save what changed of the account, with one generation more."""
    row.generation += 1
    row.save(update_fields=[*changed, "generation"])
